"""ReadRun: all steps of a run in memory, and what rules look up in it, each index made once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from agent_inspector.model import Json, Status, StepKind, Tokens
from agent_inspector.query.evidence.actions import Action, actions_between_agents, actions_by_agent
from agent_inspector.query.evidence.calls import Call, link_calls, parts_of
from agent_inspector.query.evidence.cuts import Cut, find_cuts
from agent_inspector.query.evidence.deltas import Given
from agent_inspector.query.evidence.texts import words_in

_SPEAKING: Final = {"llm", "final"}
_DEEPEST: Final = 1000
_NO_TOKENS: Final = Tokens()
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class ReadStep(NamedTuple):
    """One step, with what went in and came out; fields of content are called as in `Content`.

    A tuple, as those are made in a third of the time, and a long run has thousands.
    """

    id: str
    number: int
    kind: StepKind
    name: str
    parent_id: str | None = None
    type: str = "custom"
    status: Status = "completed"
    start_ns: int = 0
    end_ns: int | None = None
    """None while it is open."""
    instant: bool = False
    agent: str | None = None
    """The agent it is, or the nearest one around it."""
    agent_step: str | None = None
    """Id of the nearest agent's step around it."""
    model: str | None = None
    tool: str | None = None
    tokens: Tokens = _NO_TOKENS
    counted: bool = False
    cost_usd: float | None = None
    framework: bool = False
    error_type: str | None = None
    error_message: str | None = None
    finish_reason: str | None = None
    parameters: Mapping[str, Json] = _NOTHING
    given: Given | None = None
    """Of a model call that shows its messages: those that are new."""
    system_instructions: Sequence[Json] = ()
    output_messages: Sequence[Json] = ()
    tool_definitions: Sequence[Json] = ()
    tool_call_id: str | None = None
    tool_arguments: Json = None
    tool_result: Json = None
    input_value: Json = None
    output_value: Json = None
    redactions: Mapping[str, int] = _NOTHING
    dropped_attributes: int = 0
    """Attributes, events and links that a limit of the SDK threw away."""
    truncated: int = 0
    """Values that a limit of size has cut."""
    sampling_ratio: float | None = None

    @property
    def duration_ms(self) -> float | None:
        """How long it took; None where that is not known."""
        return None if self.instant or self.end_ns is None else (self.end_ns - self.start_ns) / 1e6

    @property
    def failed(self) -> bool:
        """Whether it ended with an error."""
        return self.status == "failed"


@dataclass(frozen=True)
class ReadRun:
    """A whole run."""

    id: str
    name: str
    status: Status
    steps: Sequence[ReadStep]
    """In order of start; the number of a step is its place, counting from 1."""
    root_id: str | None = None
    dropped_spans: int = 0

    @cached_property
    def by_id(self) -> Mapping[str, ReadStep]:
        """Steps by id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def shown(self) -> Sequence[ReadStep]:
        """Steps that are not folded away."""
        return [step for step in self.steps if not step.framework]

    @cached_property
    def children(self) -> Mapping[str | None, Sequence[ReadStep]]:
        """Steps by the step around them."""
        found: defaultdict[str | None, list[ReadStep]] = defaultdict(list)
        for step in self.steps:
            found[step.parent_id].append(step)
        return found

    @cached_property
    def by_agent(self) -> Mapping[tuple[str | None, str | None], Sequence[ReadStep]]:
        """Shown steps by the agent that took them: its step, and its name."""
        found: defaultdict[tuple[str | None, str | None], list[ReadStep]] = defaultdict(list)
        for step in self.shown:
            found[step.agent_step, step.agent].append(step)
        return found

    @cached_property
    def llm_steps(self) -> Sequence[ReadStep]:
        """Model calls, each once."""
        return [step for step in self.shown if step.kind == "llm"]

    @cached_property
    def tool_steps(self) -> Sequence[ReadStep]:
        """Tool calls, each once."""
        return [step for step in self.shown if step.kind == "tool"]

    @cached_property
    def calls(self) -> Sequence[Call]:
        """Every call of a tool: who asked for it, what carried it out, and what the model was given of it."""
        return link_calls(self.shown)

    @cached_property
    def call_of(self) -> Mapping[str, Call]:
        """Calls by the id of the tool step that carried them out."""
        return {call.tool.id: call for call in self.calls if call.tool is not None}

    @cached_property
    def actions(self) -> Sequence[Sequence[Action]]:
        """What each agent did with tools, retrievals and memory."""
        return actions_by_agent(self.shown)

    @cached_property
    def exchanges(self) -> Sequence[Sequence[Action]]:
        """What went on between agents: invocations, hand-offs and messages."""
        return actions_between_agents(self.shown)

    @cached_property
    def next_model_call(self) -> Mapping[str, ReadStep]:
        """The model call that follows each tool step, by the same agent."""
        found: dict[str, ReadStep] = {}
        for steps in self.by_agent.values():
            following: ReadStep | None = None
            for step in reversed(steps):
                if step.kind == "llm":
                    following = step
                elif step.kind == "tool" and following is not None:
                    found[step.id] = following
        return found

    @cached_property
    def cuts(self) -> Sequence[Cut]:
        """Results that reached the model in part."""
        return list(find_cuts(self.calls, self.next_model_call))

    @cached_property
    def answers(self) -> Sequence[ReadStep]:
        """Where the run gave its answer: its last final step, else its last model call in words."""
        finals = [step for step in self.shown if step.kind == "final"]
        if finals:
            return finals[-1:]
        return [step for step in self.llm_steps if step.output_messages][-1:]

    @cached_property
    def statements(self) -> Sequence[ReadStep]:
        """Steps in which something was said for good: model calls that chose no tool, and answers, each text once."""
        seen: set[str] = set()
        found: list[ReadStep] = []
        for step in self.shown:
            words = words_of_answer(step)
            if words and words not in seen:
                seen.add(words)
                found.append(step)
        return found

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.status != "running"

    def inside(self, step: ReadStep) -> Iterator[ReadStep]:
        """Yield the steps inside of a step, each once, even where parents go round in a circle."""
        seen, waiting = {step.id}, [step]
        while waiting:
            for inner in self.children.get(waiting.pop().id, ()):
                if inner.id not in seen:
                    seen.add(inner.id)
                    waiting.append(inner)
                    yield inner

    def around(self, step: ReadStep) -> Sequence[ReadStep]:
        """Return the steps around a step, the nearest first."""
        found: list[ReadStep] = []
        parent = self.by_id.get(step.parent_id or "")
        while parent is not None and len(found) < _DEEPEST:
            found.append(parent)
            parent = self.by_id.get(parent.parent_id or "")
        return found


def words_of_answer(step: ReadStep) -> str:
    """Return what a step says for good; nothing for a model call that goes on with tools."""
    if step.kind not in _SPEAKING or step.status != "completed":
        return ""
    if any(part.get("type") == "tool_call" for _, _, part in parts_of(step.output_messages)):
        return ""
    said = words_in(step.output_messages)
    return said or (step.output_value if isinstance(step.output_value, str) else "")
