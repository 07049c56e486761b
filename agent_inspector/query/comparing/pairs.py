"""Pairs: the content of two steps that answer to each other, read when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent_inspector.model import Content, StepDetail
from agent_inspector.query.comparing.places import Place, first_place
from agent_inspector.query.comparing.prints import StepPrint, comparable
from agent_inspector.query.comparing.rows import Row
from agent_inspector.query.comparing.subjects import Subject, subject_of_message, subjects_of
from agent_inspector.query.details import get_step
from agent_inspector.store import SpanStore

_SUBJECT_BY_FIELD: Final[dict[str, Subject]] = {
    "system_instructions": "prompt",
    "tool_definitions": "tools",
    "model": "model",
    "parameters": "settings",
    "tool_arguments": "input",
    "input_value": "input",
    "output_messages": "answer",
    "finish_reason": "answer",
    "tool_result": "tool_result",
    "output_value": "tool_result",
    "status": "status",
    "error": "status",
}
_MESSAGES: Final = ("input_messages", "output_messages")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two steps in full."""

    a: StepDetail
    b: StepDetail

    @property
    def contents(self) -> tuple[Content, Content]:
        """What went in and came out, without ids that no two runs share."""
        return comparable(self.a.content), comparable(self.b.content)


@dataclass(frozen=True, slots=True)
class FirstDifference:
    """The first field in which two steps differ."""

    subject: Subject
    place: Place
    has_pointer: bool
    """The place is one in `Content`."""
    message_index: int | None
    """Which of the messages differs, from 0."""


def read_pair(store: SpanStore, row: Row) -> Pair | None:
    """Read both steps of a row; None where one stands alone."""
    if row.a is None or row.b is None:
        return None
    return Pair(_read(store, row.a), _read(store, row.b))


def first_difference(pair: Pair, row: Row) -> FirstDifference | None:
    """Return what differs first, in the order in which a step happens."""
    name = next((name for name in _ORDER if name in row.fields), None)
    if name is None:
        return None
    if name in ("model", "status", "error"):
        return FirstDifference(_SUBJECT_BY_FIELD[name], _fact(pair, name), False, None)
    a, b = (getattr(content, name) for content in pair.contents)
    if name in _MESSAGES and a and b:
        return _first_message(name, a, b)
    place = first_place(a, b, f"/{name}") or Place(f"/{name}", a, b)
    subject = "input" if name == "input_messages" else _SUBJECT_BY_FIELD[name]
    return FirstDifference(subject, place, True, 0 if name in _MESSAGES else None)


def place_of(pair: Pair, subject: Subject) -> Place:
    """Return where the steps differ first in what they hold of a subject."""
    one, other = pair.contents
    a, b = subjects_of(pair.a.step, one).get(subject), subjects_of(pair.b.step, other).get(subject)
    if subject in ("model", "tools"):
        return Place("", a, b)
    return first_place(a or None, b or None) or Place("", a, b)


def _read(store: SpanStore, step: StepPrint) -> StepDetail:
    return get_step(store, step.step.run_id, step.step.id)


def _fact(pair: Pair, name: str) -> Place:
    if name == "error":
        return Place("", pair.a.step.error_message, pair.b.step.error_message)
    return Place("", getattr(pair.a.step, name), getattr(pair.b.step, name))


def _first_message(name: str, a: list[object], b: list[object]) -> FirstDifference:
    at = next((at for at, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), None)
    index = min(len(a), len(b)) if at is None else at
    one, other = a[index] if index < len(a) else None, b[index] if index < len(b) else None
    subject = subject_of_message(one if one is not None else other)
    place = Place(f"/{name}/{index}", one, other)
    if one is not None and other is not None and subject_of_message(other) == subject:
        place = first_place(one, other, place.pointer) or place
    return FirstDifference("answer" if name == "output_messages" else subject, place, True, index)


_ORDER: Final = (
    "system_instructions",
    "input_messages",
    "tool_definitions",
    "model",
    "parameters",
    "tool_arguments",
    "input_value",
    "output_messages",
    "finish_reason",
    "tool_result",
    "output_value",
    "error",
    "status",
)
