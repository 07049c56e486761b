"""Sentences: what a step did, in at most 90 visible characters; the UI, the CLI and MCP all show these words.

Code stands in `backticks`, names of agents in **asterisks**; both marks are invisible to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from agent_inspector.store import RunRow, SpanRow

LONGEST: Final = 90
_MARK: Final = re.compile(r"\*\*|`")
_MARKS_APART: Final = re.compile(r"(\*\*|`)")
_JSON: Final = re.compile(r'\{ ?"|\[ ?(?:[\["{]|\d+,)')
_FEW_CALLS: Final = 2
_ENOUGH: Final = LONGEST + 40
"""Characters of a preview that are looked at first; mostly they hold more words than are shown."""
_REFUSALS: Final = {"content_filter", "refusal", "safety"}
_LIMITS: Final = {"length", "max_tokens", "max_output_tokens"}


def sentence_of(row: SpanRow) -> str:
    """Say what a step did, is doing, or failed at."""
    subject = _SUBJECTS.get(row.kind, _code_subject)(row)
    if row.status == "failed" and row.kind != "error":
        return shorten(f"{subject} failed{_reason(row)}")
    if row.status == "cancelled":
        return shorten(f"{subject} was cancelled")
    if row.status == "interrupted":
        return shorten(f"{subject} has no end record")
    if row.status == "running":
        return shorten(f"{subject} {_DOING.get(row.kind, 'is running')}")
    return shorten(_DID.get(row.kind, _did_something)(row, subject))


def outcome_of(run: RunRow, last_open: SpanRow | None) -> str:
    """Say how a run ended, or what it is doing; `last_open` is the span that it began last and has not ended."""
    if run.status == "failed":
        return shorten(f"Failed{_reason(run)}")
    if run.status == "cancelled":
        return "Cancelled"
    if run.status in ("running", "interrupted"):
        return _unfinished(run, last_open)
    answer = run.facts.get("output")
    return shorten(f"Answered {_quoted(answer)}" if answer else f"Completed {_steps(run.step_count)}")


def shorten(sentence: str) -> str:
    """Cut a sentence to LONGEST visible characters, closing whatever mark is open there."""
    bold, code = sentence.count("**"), sentence.count("`")
    if len(sentence) - 2 * bold - code <= LONGEST:
        return sentence
    if not (bold or code):
        return f"{sentence[: LONGEST - 1].rstrip()}…"
    kept: list[str] = []
    open_mark, room = "", LONGEST - 1
    for piece in _MARKS_APART.split(sentence):
        if _MARK.fullmatch(piece):
            open_mark = "" if open_mark else piece
        elif len(piece) > room:
            kept.append(piece[:room].rstrip())
            break
        else:
            room -= len(piece)
        kept.append(piece)
    return f"{''.join(kept)}…{open_mark}"


def _unfinished(run: RunRow, last_open: SpanRow | None) -> str:
    if last_open is None or last_open.span_id == run.root_span_id:
        return "Is running" if run.status == "running" else "Its process ended without a word"
    subject = _SUBJECTS.get(last_open.kind, _code_subject)(last_open)
    doing = f"{subject} {_DOING.get(last_open.kind, 'is running')}"
    if run.status == "running":
        return shorten(doing)
    return shorten(f"Its process ended while {_lower_first(doing.replace(' is ', ' was ', 1))}")


def _reason(row: RunRow | SpanRow) -> str:
    kind, message = short_type(row.facts.get("error_type")), row.facts.get("error_message")
    parts = [_plain(part) for part in (kind, message) if part]
    return f": {' '.join(parts)}" if parts else ""


def short_type(name: str | None) -> str | None:
    """Return the last part of an error's dotted name: its module says little to a person."""
    return name.rpartition(".")[2] or name if name else None


def _did_something(row: SpanRow, subject: str) -> str:
    return f"{subject} finished"


def _agent_did(row: SpanRow, subject: str) -> str:
    if row.type == "agent_spawn":
        return f"Started {subject}"
    answer = row.facts.get("output")
    return f"{subject} answered {_quoted(answer)}" if answer else f"{subject} finished"


def _llm_did(row: SpanRow, subject: str) -> str:
    calls: Sequence[str] = row.facts.get("calls") or ()
    finish_reason = str(row.facts.get("finish_reason") or "").lower()
    if calls:
        shown = " and ".join(_code(call) for call in calls)
        return f"{subject} chose {shown if len(calls) <= _FEW_CALLS else f'{len(calls)} tools'}"
    if finish_reason in _REFUSALS:
        return f"{subject} refused"
    text = row.facts.get("output")
    wrote = f"wrote {_quoted(text)}" if text else "answered without words"
    return (
        f"{subject} stopped at the output limit, {wrote}"
        if finish_reason in _LIMITS
        else f"{subject} {wrote}"
    )


def _returned(row: SpanRow, subject: str) -> str:
    result = row.facts.get("output")
    return f"{subject} returned {_quoted(result) if result else 'nothing'}"


def _embedded(row: SpanRow, subject: str) -> str:
    text = row.facts.get("input")
    return f"{subject} embedded {_quoted(text)}" if text else f"{subject} embedded its input"


def _remembered(row: SpanRow, subject: str) -> str:
    value = row.facts.get("output") or (row.facts.get("input") if row.type == "memory_write" else None)
    if row.type == "memory_write":
        return f"Wrote {_lower_first(subject)}{f': {_quoted(value)}' if value else ''}"
    return f"Read {_lower_first(subject)}{f': {_quoted(value)}' if value else ', found nothing'}"


def _said(row: SpanRow, subject: str) -> str:
    if row.type in ("agent_join", "agent_leave"):
        return f"{subject} {'joined' if row.type == 'agent_join' else 'left'}"
    words = row.facts.get("output") or row.facts.get("input")
    return f"{subject} said {_quoted(words)}" if words else f"{subject} sent a message"


def _handed_off(row: SpanRow, subject: str) -> str:
    return f"Handed off to {subject}"


def _worked(row: SpanRow, subject: str) -> str:
    return f"{'Assigned' if row.type == 'task_assignment' else 'Finished'} {subject}"


def _guarded(row: SpanRow, subject: str) -> str:
    metadata = row.facts.get("metadata") or {}
    if metadata.get("passed") is not False:
        return f"{subject} passed"
    reason = metadata.get("rule") or metadata.get("reason")
    return f"{subject} blocked: {_plain(str(reason))}" if reason else f"{subject} blocked"


def _erred(row: SpanRow, subject: str) -> str:
    message = row.facts.get("error_message")
    return f"{subject}: {_plain(message)}" if message else subject


def _answered(row: SpanRow, subject: str) -> str:
    answer = row.facts.get("output") or row.facts.get("input")
    return f"Answered {_quoted(answer)}" if answer else "Answered"


def _bold_subject(row: SpanRow) -> str:
    return f"**{_name(row).replace('*', '')}**"


def _code_subject(row: SpanRow) -> str:
    return _code(_name(row))


def _plain_subject(row: SpanRow) -> str:
    return _plain(_name(row))


def _memory_subject(row: SpanRow) -> str:
    return f"Memory {_code(_name(row))}"


def _name(row: SpanRow) -> str:
    return _one_line(row.facts.get("name")) or "a step"


def _code(text: str) -> str:
    return f"`{_one_line(text).replace('`', chr(39))}`"


def _quoted(text: object) -> str:
    """Return words in quotes, and JSON as code: its own quotes would hide where it ends."""
    whole = str(text or "")
    words = _plain(whole[:_ENOUGH])
    if len(words) <= LONGEST + 1 and len(whole) > _ENOUGH:
        words = _plain(whole)
    if _JSON.match(words):
        return _code(words[:LONGEST].replace('"', "") + ("…" if len(words) > LONGEST else ""))
    return f'"{words if len(words) <= LONGEST else words[:LONGEST] + "…"}"'


def _plain(text: object) -> str:
    """Return words in which nothing can be taken for a mark."""
    return _one_line(text).replace("`", "'").replace("**", "")


def _one_line(text: object) -> str:
    return " ".join(str(text or "").split())


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _steps(count: int) -> str:
    return "in one step" if count == 1 else f"in {count} steps"


_SUBJECTS: Final[Mapping[str, Callable[[SpanRow], str]]] = {
    "agent": _bold_subject,
    "llm": _plain_subject,
    "embedding": _plain_subject,
    "memory": _memory_subject,
    "handoff": _bold_subject,
    "message": _bold_subject,
    "task": _bold_subject,
    "guardrail": _plain_subject,
    "error": _plain_subject,
    "final": lambda row: "The answer",
}
_DOING: Final[Mapping[str, str]] = {"llm": "is answering", "embedding": "is embedding", "agent": "is working"}
_DID: Final[Mapping[str, Callable[[SpanRow, str], str]]] = {
    "agent": _agent_did,
    "llm": _llm_did,
    "tool": _returned,
    "retrieval": _returned,
    "embedding": _embedded,
    "memory": _remembered,
    "message": _said,
    "handoff": _handed_off,
    "task": _worked,
    "guardrail": _guarded,
    "error": _erred,
    "final": _answered,
}
