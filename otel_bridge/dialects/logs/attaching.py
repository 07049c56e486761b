"""Attaching: which span each log record belongs to, and the spans with their log records as events."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from otel_bridge.dialects.event_messages import attach_logs
from otel_bridge.dialects.logs.events import call_id_of, event_name_of, session_of
from otel_bridge.dialects.reader import read
from otel_bridge.dialects.reading import Reading
from otel_bridge.dialects.registry import find_dialect
from otel_bridge.dialects.values import number, text
from otel_bridge.record import LogRecord, SpanRecord

_Key: TypeAlias = "tuple[str, str]"

_ANSWERS: Final = {
    "api_request",
    "codex.sse_event",
    "gemini_cli.api_response",
    "qwen-code.api_response",
}
"""Events at the end of a model call that do not say which one; session and time do."""
_IGNORED: Final = {
    "codex.conversation_starts",
    "codex.startup_phase",
    "managed_settings_resolved",
    "plugin_loaded",
    "tool",
}
"""Events that tell of the product's own start, or repeat its tool definitions."""
_LATE_NS: Final = 1_000_000_000
"""An answer's record may be written this much after the end of its span."""
_DEEPEST: Final = 64
_MOST_AT_ONCE: Final = 256
"""How many model calls that began before a record are looked through."""
_FIRST_CHUNK: Final = "ttft_ms"


@dataclass(frozen=True, slots=True)
class _Spans:
    """Spans by the ways to find them."""

    by_id: dict[_Key, SpanRecord] = field(default_factory=dict)
    readings: dict[_Key, Reading] = field(default_factory=dict)
    tools: dict[str, _Key] = field(default_factory=dict)
    """By tool call id."""
    model_calls: list[_Key] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)
    """By trace id, for spans that do not name theirs."""


def attach(spans: Sequence[SpanRecord], logs: Sequence[LogRecord]) -> list[SpanRecord]:
    """Return the spans in the same order, each with the log records that belong to it as events.

    A record belongs to the tool call that it names; an answer of a model, to the call of its session at
    that time; any other, to the span that it was written in, or the nearest one around it that is
    shown. Give all spans and log records of a session at once; spans without any come back as they
    are, and a record that is attached already is not attached again.
    """
    known = _index(spans)
    found: dict[_Key, list[LogRecord]] = {}
    taken: set[tuple[_Key, str]] = set()
    for log in sorted(logs, key=lambda log: log.time_ns):
        named = replace(log, event_name=event_name_of(log))
        owner = _owner(named, known, taken)
        if owner is not None:
            found.setdefault(owner, []).append(named)
    return [_with(span, found.get((span.trace_id, span.span_id), ())) for span in spans]


def _with(span: SpanRecord, logs: Sequence[LogRecord]) -> SpanRecord:
    if not logs:
        return span
    told = attach_logs(replace(span, events=()), logs).events
    fresh = [event for event in told if event not in span.events]
    return replace(span, events=(*span.events, *fresh)) if fresh else span


def _index(spans: Sequence[SpanRecord]) -> _Spans:
    known = _Spans()
    for span in spans:
        key = (span.trace_id, span.span_id)
        reading = read(span, find_dialect(span).translate(span))
        known.by_id[key], known.readings[key] = span, reading
        if reading.session_id:
            known.sessions.setdefault(span.trace_id, reading.session_id)
        if reading.framework:
            continue
        if reading.kind == "llm":
            known.model_calls.append(key)
        elif reading.tool_call_id and reading.kind in ("tool", "handoff"):
            known.tools.setdefault(reading.tool_call_id, key)
    known.model_calls.sort(key=lambda key: known.by_id[key].start_ns)
    return known


def _owner(log: LogRecord, known: _Spans, taken: set[tuple[_Key, str]]) -> _Key | None:
    name = log.event_name
    if name in _IGNORED or (name == "codex.sse_event" and "input_token_count" not in log.attributes):
        return None
    tool = known.tools.get(call_id_of(log) or "")
    if tool is not None:
        return tool
    if name in _ANSWERS:
        call = _model_call(log, known, taken)
        if call is not None:
            taken.add((call, name))
            return call
    return _around(log, known)


def _model_call(log: LogRecord, known: _Spans, taken: set[tuple[_Key, str]]) -> _Key | None:
    """Find the last model call of the session that had begun and has no such record yet."""
    begun = bisect_right(known.model_calls, log.time_ns, key=lambda key: known.by_id[key].start_ns)
    for key in reversed(known.model_calls[max(0, begun - _MOST_AT_ONCE) : begun]):
        if (key, log.event_name) not in taken and _answers(log, key, known):
            return key
    return None


def _answers(log: LogRecord, key: _Key, known: _Spans) -> bool:
    """Whether the record may tell of the end of this call: same session, time, model and first chunk."""
    span, reading = known.by_id[key], known.readings[key]
    session = session_of(log)
    if session is None or session != (reading.session_id or known.sessions.get(span.trace_id)):
        return False
    if log.time_ns > (span.end_ns or log.time_ns) + _LATE_NS:
        return False
    model = text(log.attributes, "model")
    if model and reading.model and not _is_one_model(model, reading.model):
        return False
    waits = number(log.attributes, _FIRST_CHUNK), number(span.attributes, _FIRST_CHUNK)
    return None in waits or waits[0] == waits[1]


def _is_one_model(model: str, other: str) -> bool:
    """Whether two names mean one model: the one that answers often says its version too."""
    return model.startswith(other) or other.startswith(model)


def _around(log: LogRecord, known: _Spans) -> _Key | None:
    """Find the nearest shown span around the place where the record was written."""
    if log.trace_id is None or log.span_id is None:
        return None
    key = (log.trace_id, log.span_id)
    for _ in range(_DEEPEST):
        span = known.by_id.get(key)
        if span is None:
            return None
        if not known.readings[key].framework:
            return key
        if span.parent_id is None:
            return None
        key = (span.trace_id, span.parent_id)
    return None
