"""Telling: what steps of each kind did, once they ended well."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from agent_inspector.query.sentences.shapes import is_nothing, result_in_words
from agent_inspector.query.sentences.words import code, counted, lower_first, plain, quoted
from agent_inspector.store import SpanRow

_FEW_CALLS: Final = 2
_REFUSALS: Final = {"content_filter", "refusal", "safety", "prohibited_content", "blocklist"}
_LIMITS: Final = {"length", "max_tokens", "max_output_tokens"}
_COMPACTS: Final = re.compile(
    r"\b(?:summar(?:y|i[sz]e)|compact|condense|compress)\b.{0,60}\b(?:conversation|chat|messages|history)\b.{0,20}\b(?:so far|above|history|up to (?:now|this point))"
    r"|\b(?:summari[sz]e|compact|condense|compress)\b (?:the |this |our )?(?:conversation|chat|message)s? history"
    r"|\bcontext (?:checkpoint )?compaction\b|\bcontext extraction assistant\b",
    re.IGNORECASE,
)
"""How harnesses and frameworks ask a model to sum up a history that has grown too long."""
_TURNS: Final = re.compile(r"max_?(turns|iterations|steps|rounds)", re.IGNORECASE)
"""What frameworks call the reason why an agent was stopped."""
_NUMBER: Final = re.compile(r"(?<![\w.])\d{1,9}(?![\w.])")


def tell(row: SpanRow, subject: str) -> str:
    """Say what a step did."""
    return _DID.get(row.kind, _did_something)(row, subject)


def _did_something(row: SpanRow, subject: str) -> str:
    return f"{subject} finished"


def _agent_did(row: SpanRow, subject: str) -> str:
    if row.type == "agent_spawn":
        return f"Started {subject}"
    answer = row.facts.get("output")
    stopped = stop_in_words(row)
    if stopped is not None:
        return f"{subject} {stopped}"
    return f"{subject} answered {quoted(answer)}" if answer else f"{subject} finished"


def stop_in_words(row: SpanRow) -> str | None:
    """Say that an agent stopped at its limit of turns; None where it did not, or nothing says so."""
    reason = row.facts.get("error_type") or row.facts.get("finish_reason")
    limit = _TURNS.search(str(reason or "")) if row.kind == "agent" else None
    if limit is None:
        return None
    unit = limit.group(1).lower()
    number = _NUMBER.search(str(row.facts.get("error_message") or ""))
    return (
        f"stopped after {counted(int(number.group()), unit)}" if number else f"stopped at its limit of {unit}"
    )


def _llm_did(row: SpanRow, subject: str) -> str:
    calls: Sequence[str] = row.facts.get("calls") or ()
    finish_reason = str(row.facts.get("finish_reason") or "").lower().rpartition(".")[2]
    if calls:
        shown = " and ".join(code(call) for call in calls)
        return f"{subject} chose {shown if len(calls) <= _FEW_CALLS else f'{len(calls)} tools'}"
    if finish_reason in _REFUSALS:
        return f"{subject} refused"
    text = row.facts.get("output")
    if _COMPACTS.search(str(row.facts.get("input") or "")):
        return f"{subject} summed up the history{f': {quoted(text)}' if text else ''}"
    wrote = f"wrote {quoted(text)}" if text else "answered without words"
    return (
        f"{subject} stopped at the output limit, {wrote}"
        if finish_reason in _LIMITS
        else f"{subject} {wrote}"
    )


def _returned(row: SpanRow, subject: str) -> str:
    return f"{subject} returned {result_in_words(row)}"


def _embedded(row: SpanRow, subject: str) -> str:
    text = row.facts.get("input")
    return f"{subject} embedded {quoted(text)}" if text else f"{subject} embedded its input"


def _remembered(row: SpanRow, subject: str) -> str:
    memory, nothing = lower_first(subject), is_nothing(row)
    if row.type != "memory_write":
        return f"Read {memory}, found nothing" if nothing else f"Read {memory}: {result_in_words(row)}"
    change = row.facts.get("change") or ("replaced" if _noted(row, "overwrite") is True else None)
    if change == "deleted":
        return f"Deleted {memory}"
    wrote = f"Wrote {memory}{f', {change}' if change else ''}"
    if not nothing:
        return f"{wrote}: {result_in_words(row)}"
    return f"{wrote}: {quoted(row.facts['input'])}" if row.facts.get("input") else wrote


def _said(row: SpanRow, subject: str) -> str:
    if row.type in ("agent_join", "agent_leave"):
        return f"{subject} {'joined' if row.type == 'agent_join' else 'left'}"
    words = row.facts.get("output") or row.facts.get("input")
    return f"{subject} said {quoted(words)}" if words else f"{subject} sent a message"


def _handed_off(row: SpanRow, subject: str) -> str:
    errors = _many(_noted(row, "errors"))
    returned = f", returned with {counted(errors, 'errors')}" if errors else ""
    return f"Handed off to {subject}{returned}"


def _worked(row: SpanRow, subject: str) -> str:
    return f"{'Assigned' if row.type == 'task_assignment' else 'Finished'} {subject}"


def _guarded(row: SpanRow, subject: str) -> str:
    if _noted(row, "passed") is not False:
        masked = _many(_noted(row, "masked"))
        return f"{subject} passed, masked {counted(masked, 'values')}" if masked else f"{subject} passed"
    reason = _noted(row, "rule") or _noted(row, "reason")
    return f"{subject} blocked: {plain(str(reason))}" if reason else f"{subject} blocked"


def _erred(row: SpanRow, subject: str) -> str:
    message = row.facts.get("error_message")
    return f"{subject}: {plain(message)}" if message else subject


def _answered(row: SpanRow, subject: str) -> str:
    answer = row.facts.get("output") or row.facts.get("input")
    return f"Answered {quoted(answer)}" if answer else "Answered"


def _noted(row: SpanRow, name: str) -> object:
    """Return what the program noted with a step under a name."""
    metadata = row.facts.get("metadata")
    return metadata.get(name) if isinstance(metadata, Mapping) else None


def _many(noted: object) -> int:
    """Return how many a program says there were, be it by a number or by a list of them."""
    if isinstance(noted, (list, tuple)):
        return len(noted)
    return noted if isinstance(noted, int) and not isinstance(noted, bool) and noted > 0 else 0


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
