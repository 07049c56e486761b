"""Subjects: what a sentence calls the step that it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from agent_inspector.query.sentences.words import bold, code, one_line, plain
from agent_inspector.store import SpanRow

_HANDOFF: Final = re.compile(
    r"^\s*(?:(?:agent[ _])?hand-?off(?:[ _]to)?\b[:\s]*|transfer_to_)", re.IGNORECASE
)
_ARROW: Final = re.compile(r"→|->")
_LONGEST_NAME: Final = 40


def subject_of(row: SpanRow) -> str:
    """Name a step: agents in bold, models plain, most others as code."""
    return _SUBJECTS.get(row.kind, _code_subject)(row)


def taker_in(name: str, came_out: object) -> str:
    """Return who takes over, from what frameworks call a hand-off: its ends with an arrow, a tool, or nothing but that it is one."""
    *_, taker = _ARROW.split(_HANDOFF.sub("", name))
    if taker.strip():
        return taker.strip()
    return str(came_out) if came_out and len(str(came_out)) <= _LONGEST_NAME else name


def _bold_subject(row: SpanRow) -> str:
    return bold(_name(row))


def _taker(row: SpanRow) -> str:
    return bold(taker_in(_name(row), row.facts.get("output")))


def _code_subject(row: SpanRow) -> str:
    return code(_name(row))


def _plain_subject(row: SpanRow) -> str:
    return plain(_name(row))


def _memory_subject(row: SpanRow) -> str:
    return f"Memory {code(_name(row))}"


def _name(row: SpanRow) -> str:
    return one_line(row.facts.get("name")) or "a step"


_SUBJECTS: Final[Mapping[str, Callable[[SpanRow], str]]] = {
    "agent": _bold_subject,
    "llm": _plain_subject,
    "embedding": _plain_subject,
    "memory": _memory_subject,
    "handoff": _taker,
    "message": _bold_subject,
    "task": _bold_subject,
    "guardrail": _plain_subject,
    "error": _plain_subject,
    "final": lambda row: "The answer",
}
