"""Sources: what each step brings into a run, and what of a step has to come from somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from agent_inspector.model import Json
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import changes_something_by_name, result_of
from agent_inspector.query.evidence.calls import parts_in, parts_of
from agent_inspector.query.evidence.deltas import role_of
from agent_inspector.query.evidence.texts import leaves
from agent_inspector.query.values.numbers import is_unit
from agent_inspector.query.values.settings import words_of_name

_INDEX: Final = re.compile(r"\d+\Z")
_HEARD: Final = {"handoff", "message", "task", "guardrail"}


class Leaf(NamedTuple):
    """One scalar of a step."""

    place: str
    value: Json
    name: str
    """The nearest key above it, such as `amount_cents`; empty in a text."""

    @property
    def unit(self) -> str | None:
        """The unit that its name tells, such as cents."""
        return _unit_of(self.name) if self.name else None


@lru_cache(maxsize=4096)
def _unit_of(name: str) -> str | None:
    last = words_of_name(name).rpartition("_")[2]
    return last if len(last) > 1 and not last.isdigit() and is_unit(last) else None


def brought_by(run: ReadRun, step: ReadStep) -> Iterator[Leaf]:
    """Yield what was not there before: what people and tools say, not what models do."""
    yield from _given(step)
    if step.kind in ("tool", "retrieval", "memory"):
        field = "/tool_result" if step.kind == "tool" else "/output_value"
        yield from _leaves(result_of(step), field)
    elif step.kind in _HEARD:
        yield from _leaves(step.input_value, "/input_value")
        yield from _leaves(step.output_value, "/output_value")
    elif step.kind in ("agent", "chain", "task") and step.given is None:
        yield from _leaves(step.input_value, "/input_value")


def made_by(step: ReadStep) -> Iterator[Leaf]:
    """Yield what a tool that succeeded has been given to make: a file that was written can be read."""
    if step.kind == "tool" and step.status == "completed" and changes_something_by_name(step.name):
        yield from _leaves(step.tool_arguments, "/tool_arguments")
    elif step.type == "memory_write":
        yield from _leaves(step.input_value, "/input_value")


def asked_of(step: ReadStep) -> Iterator[Leaf]:
    """Yield the scalars of a step that have to come from somewhere: arguments, and words of an answer."""
    if step.kind == "tool":
        yield from _leaves(step.tool_arguments, "/tool_arguments")
        return
    if step.kind in ("retrieval", "memory") and step.type != "memory_write":
        yield from _leaves(step.input_value, "/input_value")
        return
    found = False
    for index, number, part in parts_of(step.output_messages):
        field = "arguments" if part.get("type") == "tool_call" else "content"
        for leaf in _leaves(part.get(field), f"/output_messages/{index}/parts/{number}/{field}"):
            found = True
            yield leaf
    if not found and step.kind not in ("embedding", "error"):
        yield from _leaves(step.output_value, "/output_value")


def _given(step: ReadStep) -> Iterator[Leaf]:
    for index, part in enumerate(step.system_instructions):
        content = part.get("content") if isinstance(part, dict) else part
        yield from _leaves(content, f"/system_instructions/{index}/content")
    for index, message in step.given.new if step.given is not None else ():
        if role_of(message) == "assistant" and step.given is not None and step.given.previous is not None:
            continue
        for number, part in parts_in(message):
            kind = part.get("type")
            field = {"tool_call_response": "response", "tool_call": "arguments"}.get(str(kind), "content")
            yield from _leaves(part.get(field), f"/input_messages/{index}/parts/{number}/{field}")


def _leaves(value: Json, place: str) -> Sequence[Leaf]:
    if isinstance(value, str):  # as most are
        return (Leaf(place, value, ""),)
    if value is None:
        return ()
    begin = len(place)
    return [Leaf(pointer, scalar, _name_of(pointer[begin:])) for pointer, scalar in leaves(value, place)]


@lru_cache(maxsize=4096)
def _name_of(pointer: str) -> str:
    for token in reversed(pointer.split("/")):
        if token and not _INDEX.match(token):
            return token
    return ""
