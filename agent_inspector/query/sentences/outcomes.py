"""Sentences of steps in every state, and of how runs ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent_inspector.query.sentences.subjects import subject_of
from agent_inspector.query.sentences.telling import stop_in_words, tell
from agent_inspector.query.sentences.words import lower_first, plain, quoted, shorten
from agent_inspector.store import RunRow, SpanRow

_UNKNOWN_TYPE: Final = "_OTHER"
"""How the conventions write that nobody knows."""


def sentence_of(row: SpanRow) -> str:
    """Say what a step did, is doing, or failed at."""
    subject = subject_of(row)
    if row.status == "failed" and row.kind != "error":
        return shorten(f"{subject} {stop_in_words(row) or f'failed{_reason(row)}'}")
    if row.status == "cancelled":
        return shorten(f"{subject} was cancelled")
    if row.status == "interrupted":
        return shorten(f"{subject} has no end record")
    if row.status == "running":
        return shorten(f"{subject} {_DOING.get(row.kind, 'is running')}")
    return shorten(tell(row, subject))


def outcome_of(run: RunRow, last_open: SpanRow | None) -> str:
    """Say how a run ended, or what it is doing; `last_open` is the span that it began last and has not ended."""
    if run.status == "failed":
        return shorten(f"Failed{_reason(run)}")
    if run.status == "cancelled":
        return "Cancelled"
    if run.status in ("running", "interrupted"):
        return _unfinished(run, last_open)
    answer = run.facts.get("output")
    return shorten(f"Answered {quoted(answer)}" if answer else f"Completed {_steps(run.step_count)}")


def _unfinished(run: RunRow, last_open: SpanRow | None) -> str:
    if last_open is None or last_open.span_id == run.root_span_id:
        return "Is running" if run.status == "running" else "Its process ended without a word"
    subject = subject_of(last_open)
    doing = f"{subject} {_DOING.get(last_open.kind, 'is running')}"
    if run.status == "running":
        return shorten(doing)
    return shorten(f"Its process ended while {lower_first(doing.replace(' is ', ' was ', 1))}")


def _reason(row: RunRow | SpanRow) -> str:
    kind, message = short_type(row.facts.get("error_type")), row.facts.get("error_message")
    parts = [plain(part) for part in (kind, message) if part]
    return f": {' '.join(parts)}" if parts else ""


def short_type(name: str | None) -> str | None:
    """Return the last part of an error's dotted name: its module says little to a person."""
    return name.rpartition(".")[2] or name if name and name != _UNKNOWN_TYPE else None


def _steps(count: int) -> str:
    return "in one step" if count == 1 else f"in {count} steps"


_DOING: Final[Mapping[str, str]] = {"llm": "is answering", "embedding": "is embedding", "agent": "is working"}
