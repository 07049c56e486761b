"""Rows: each step of A beside the step of B that answers to it, and the names of what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from agent_inspector.model import ComparedStep
from agent_inspector.query.comparing.aligning import align
from agent_inspector.query.comparing.prints import StepPrint
from agent_inspector.query.comparing.subjects import GIVEN, Subject

NAMES: Final[Mapping[str, str]] = {
    "system_instructions": "prompt",
    "input_messages": "messages",
    "tool_definitions": "tools",
    "parameters": "settings",
    "tool_arguments": "arguments",
    "input_value": "input",
    "output_messages": "answer",
    "finish_reason": "finish_reason",
    "tool_result": "result",
    "output_value": "output",
}
"""What people call the fields of `Content`."""


@dataclass(frozen=True, slots=True)
class Row:
    """Two steps that answer to each other, or one alone, and the fields in which they differ."""

    a: StepPrint | None
    b: StepPrint | None
    fields: Sequence[str]
    """Fields of `Content`, then `model`, `name`, `status` and `error`."""

    @property
    def is_same(self) -> bool:
        return self.a is not None and self.b is not None and not self.fields

    @property
    def is_container(self) -> bool:
        return self.a is not None and self.b is not None and (self.a.is_container or self.b.is_container)

    @property
    def relation(self) -> Literal["same", "similar", "different", "only_a", "only_b"]:
        if self.a is None or self.b is None:
            return "only_a" if self.a else "only_b"
        if not self.fields:
            return "same"
        return "similar" if self.a.key.alike == self.b.key.alike else "different"

    @property
    def subjects(self) -> Iterator[Subject]:
        """What differs between the two, of what both or one of them hold."""
        if self.a is None or self.b is None:
            return
        for subject in dict.fromkeys((*GIVEN, *self.a.subjects, *self.b.subjects)):
            if self.a.subjects.get(subject) != self.b.subjects.get(subject):
                yield subject

    @property
    def acts_otherwise(self) -> bool:
        """The agent did something else here, rather than getting something else to work with."""
        acted = {"output_messages", "tool_arguments", "input_value"}
        return self.relation not in ("same", "similar") or bool(acted & set(self.fields))


def pair_up(a: Sequence[StepPrint], b: Sequence[StepPrint]) -> list[Row]:
    """Align two runs."""
    pairs = align([step.key for step in a], [step.key for step in b])
    return [_row(None if i is None else a[i], None if j is None else b[j]) for i, j in pairs]


def to_compared(row: Row) -> ComparedStep:
    """Return a row as people see it."""
    return ComparedStep(
        relation=row.relation,
        a=row.a.step if row.a else None,
        b=row.b.step if row.b else None,
        differences=[NAMES.get(name, name) for name in row.fields],
    )


def _row(a: StepPrint | None, b: StepPrint | None) -> Row:
    return Row(a, b, list(_differing(a, b)) if a and b else ())


def _differing(a: StepPrint, b: StepPrint) -> Iterator[str]:
    if a.key.alike != b.key.alike:
        yield "name"
    if a.step.model != b.step.model:
        yield "model"
    yield from (name for name in NAMES if a.digests.get(name) != b.digests.get(name))
    if a.step.status != b.step.status:
        yield "status"
    if (a.step.error_type, a.step.error_message) != (b.step.error_type, b.step.error_message):
        yield "error"
