"""Reading and Payload: what a span says about an agent's step, whichever dialect it was written in.

A Reading is small and is taken when the span is stored, for lists and timelines. A Payload holds
the messages, arguments and results; it is taken again from the raw attributes when a step is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

StepKind: TypeAlias = Literal[
    "agent",
    "llm",
    "tool",
    "memory",
    "retrieval",
    "embedding",
    "handoff",
    "message",
    "task",
    "guardrail",
    "error",
    "final",
    "chain",
    "framework",
]
Outcome: TypeAlias = Literal["completed", "failed", "cancelled"]
Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts; None where the span does not say. Input includes cached, output includes reasoning."""

    input: int | None = None
    output: int | None = None
    cached_input: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of what came out of a step."""

    length: int
    """In characters."""
    count: int | None = None
    """Of a list, or of the list that a map holds beside short values."""
    of: str | None = None
    """What is in the list."""
    keys: Sequence[str] = ()
    """The first names in a map of anything else."""
    best: float | None = None
    """The highest score of what was found."""
    failed: bool = False
    """It tells of an error."""

    def told(self) -> dict[str, Json]:
        """Return the fields that say something."""
        fields: dict[str, Json] = {
            "length": self.length,
            "count": self.count,
            "of": self.of,
            "best": self.best,
        }
        fields |= {"keys": list(self.keys) or None, "failed": self.failed or None}
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Reading:
    """The one-line facts of a span."""

    kind: StepKind
    type: str
    """The facade's event type: `llm_call`, `tool_call`, ... or `custom`."""
    name: str
    """What a person calls it: the agent, model, tool, memory key or error type; else the span's name."""
    outcome: Outcome
    """What the span says of its end; meaningless while it is open."""
    agent: str | None = None
    agent_type: str | None = None
    model: str | None = None
    provider: str | None = None
    tool_name: str | None = None
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = None
    """As stated by the span itself; prices are looked up elsewhere."""
    session_id: str | None = None
    user_id: str | None = None
    error_type: str | None = None
    error_message: str | None = None
    instant: bool = False
    """Recorded as one moment: its duration is unknown, not zero."""
    framework: bool = False
    input_preview: str | None = None
    """The first words of what went in, at most 160 characters, on one line."""
    output_preview: str | None = None
    """The first words of what came out."""
    shape: Shape | None = None
    """Of what came out of a tool, a retrieval or a memory."""
    change: str | None = None
    """What a step did to a memory: `new`, `replaced` or `deleted`; None where that is not said."""
    calls: Sequence[str] = ()
    """For an LLM step, the tool calls it chose, as `name(arg=value, ...)`."""
    finish_reason: str | None = None
    metadata: Mapping[str, Json] = field(default_factory=dict)
    """What the caller attached to the run, for display."""
    tool_call_id: str | None = None
    """The model's id of the call that this tool step carries out."""
    response_id: str | None = None
    """The provider's id of the model's answer: equal in all spans that tell of the same call."""
    pending_of: str | None = None
    """This span only announces the one with this id, and is obsolete once that one is there."""
    tells_parent: bool = False
    """Its failure and its usage are those of the nearest step around it that is shown."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What went in and came out of a span; messages as in the GenAI conventions."""

    input_messages: Sequence[Json] | None = None
    output_messages: Sequence[Json] | None = None
    system_instructions: Sequence[Json] | None = None
    tool_definitions: Sequence[Json] | None = None
    parameters: Mapping[str, Json] = field(default_factory=dict)
    finish_reason: str | None = None
    first_token_ms: float | None = None
    tool_call_id: str | None = None
    tool_arguments: Json = None
    tool_result: Json = None
    input_value: Json = None
    output_value: Json = None
    stack_trace: str | None = None
