"""Conversation: what was said in a run, each message once and in order, with what tools did in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agent_inspector.model import Direction, Json, StepKind, Turn
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.deltas import key_of, role_of
from agent_inspector.query.evidence.texts import words_in
from otel_bridge.dialects.messages import tool_calls

_BESIDE: Final[frozenset[StepKind]] = frozenset(
    {"tool", "retrieval", "memory", "handoff", "message", "guardrail", "task", "error"}
)
"""Kinds whose sentence is a turn; agents and chains only enclose others."""


def turns_of(run: ReadRun) -> Sequence[Turn]:
    """Return the turns of a run in order of start."""
    return list(_Teller(run).tell())


class _Teller:
    """Tells each message at the place where it first appears."""

    def __init__(self, run: ReadRun) -> None:
        self._run = run
        self._told: set[bytes] = set()
        self._words: set[str] = set()
        """What models said, to know it again where it comes back as history or as the answer."""
        self._call_ids = {step.tool_call_id for step in run.tool_steps if step.tool_call_id}
        self._tools = {step.tool or step.name for step in run.tool_steps}

    def tell(self) -> Iterator[Turn]:
        for step in self._run.shown:
            if step.kind == "llm":
                yield from self._call(step)
            elif step.kind == "final":
                yield self._answer(step)
            elif step.kind in _BESIDE:
                yield _turn(step, "step")

    def _call(self, step: ReadStep) -> Iterator[Turn]:
        for message in self._given(step):
            if self._is_new(message):
                yield _turn(step, "input", message)
        for message in self._without_steps(step.output_messages):
            self._told.add(_essence(message))
            self._words.add(words_in([message]).strip())
            yield _turn(step, "output", message)
        if step.failed or not step.output_messages:
            yield _turn(step, "step")

    def _given(self, step: ReadStep) -> Iterator[Json]:
        if step.system_instructions:
            yield {"role": "system", "parts": list(step.system_instructions)}
        if step.given:
            yield from self._without_steps([message for _, message in step.given.new])

    def _answer(self, step: ReadStep) -> Turn:
        """Give the answer in words, unless a model has said just that."""
        words = step.output_value if isinstance(step.output_value, str) else ""
        if not words or words.strip() in self._words:
            return _turn(step, "step")
        return _turn(step, "step", {"role": "assistant", "parts": [{"type": "text", "content": words}]})

    def _is_new(self, message: Json) -> bool:
        """Whether nobody has said this before; what a model said comes back in its next call."""
        essence = _essence(message)
        words = words_in([message]).strip()
        if essence in self._told or (role_of(message) == "assistant" and (not words or words in self._words)):
            return False
        self._told.add(essence)
        return True

    def _without_steps(self, messages: Sequence[Json]) -> Iterator[Json]:
        """Leave out calls and results of tools that have a step of their own, and what is empty then."""
        for message in messages:
            parts = message.get("parts") if isinstance(message, Mapping) else None
            if not isinstance(message, Mapping) or not isinstance(parts, (list, tuple)):
                yield message
            elif kept := [part for part in parts if not self._has_step(part)]:
                yield {**message, "parts": kept}

    def _has_step(self, part: Json) -> bool:
        if not isinstance(part, Mapping) or part.get("type") not in ("tool_call", "tool_call_response"):
            return False
        if part.get("id") in self._call_ids:
            return True
        name = part.get("name")
        return name in self._tools if name else bool(self._tools)


def _essence(message: Json) -> bytes:
    """Return what makes two messages the same, whatever else was recorded with them."""
    if not isinstance(message, Mapping):
        return key_of(message)
    return key_of([role_of(message), message.get("parts", message.get("content"))])


def _turn(step: ReadStep, direction: Direction, message: Json = None) -> Turn:
    return Turn(step.id, step.number, step.agent, direction, message, _call_of(step))


def _call_of(step: ReadStep) -> str | None:
    if step.tool is None or step.kind == "llm":
        return None
    call = {"type": "tool_call", "name": step.tool, "arguments": step.tool_arguments}
    return tool_calls([call])[0]
