"""Joining: which stored spans and log records belong to what has just come, and what is to be written then.

Works on what is stored already redacted, and reads no more of it than the traces and the turns of
sessions that the newcomers name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from agent_inspector.model import RunFilter
from agent_inspector.store import RunSelection, SpanRow, SpanStore
from agent_inspector.told_runs import forget_told_runs, write_told_runs
from otel_bridge.dialects import read
from otel_bridge.dialects.logs import SCOPE, attach, session_of
from otel_bridge.record import LogRecord, SpanRecord

_MOST_RUNS: Final = 64
"""Runs of one turn: some agents make a trace of each model call."""
_MOST_SPANS: Final = 5_000
"""Spans of one trace that are read to find those that log records tell of."""
_DEEPEST: Final = 64
_BEFORE_NS: Final = 60 * 10**9
"""How long before the first span of a batch its log records may have been written."""
_TURN_NS: Final = 3600 * 10**9
"""How long a turn may last whose beginning is not known."""
_NS_PER_MS: Final = 10**6


def join_to_logs(store: SpanStore, fresh: Sequence[SpanRecord]) -> list[SpanRecord]:
    """Return new spans with the log records that came before them, and stored ones that these belong to, too."""
    traces = {record.trace_id for record in fresh}
    sessions = {session for session in (read(record).session_id for record in fresh) if session}
    since_ns = min(record.start_ns for record in fresh) - _BEFORE_NS
    logs = store.read_logs(traces, sessions, since_ns=since_ns)
    if not logs:
        return list(fresh)
    for session in sessions:
        forget_told_runs(store, [log for log in logs if session_of(log) == session])
    written = {(record.trace_id, record.span_id) for record in fresh}
    around = [
        record
        for record in _spans_around(store, logs, traces, sessions)
        if (record.trace_id, record.span_id) not in written
    ]
    told = attach([*around, *fresh], logs)
    _claim(store, logs, told)
    changed = [record for record, known in zip(told, around, strict=False) if record is not known]
    return [*changed, *told[len(around) :]]


def join_to_spans(store: SpanStore, fresh: Sequence[LogRecord]) -> None:
    """Write the stored spans that new log records tell of anew, and make spans of sessions that have none."""
    traces = {log.trace_id for log in fresh if log.trace_id}
    by_session: defaultdict[str, list[LogRecord]] = defaultdict(list)
    for log in fresh:
        by_session[session_of(log) or ""].append(log)
    by_session.pop("", None)
    since_ns = min(_turn_of(store, by_session), min(log.time_ns for log in fresh))
    logs = store.read_logs(traces, by_session, since_ns=since_ns)
    around = _spans_around(store, logs, traces, by_session)
    told = attach(around, logs)
    changed = [record for record, known in zip(told, around, strict=True) if record is not known]
    if changed:
        store.write(changed)
    _claim(store, logs, told)
    known = {read(record).session_id for record in told}
    known |= _sessions_of_runs(store, {record.trace_id for record in told})
    for session in by_session.keys() - known:
        write_told_runs(store, session, [log for log in logs if session_of(log) == session])


def _turn_of(store: SpanStore, by_session: Mapping[str, Sequence[LogRecord]]) -> int:
    """Return when the earliest of the turns began that these log records belong to."""
    began = [2**63 - 1]
    for session, logs in by_session.items():
        first_ns = min(log.time_ns for log in logs)
        began.append(store.find_turn(session, first_ns) or max(0, first_ns - _TURN_NS))
    return min(began)


def _spans_around(
    store: SpanStore, logs: Sequence[LogRecord], traces: Iterable[str], sessions: Iterable[str]
) -> list[SpanRecord]:
    """Return the stored spans that these log records may tell of, but none that were made of log records."""
    if not logs:
        return []
    found = dict.fromkeys(traces)
    first_ms, last_ms = logs[0].time_ns // _NS_PER_MS, logs[-1].time_ns // _NS_PER_MS
    for session in sessions:
        near = RunFilter(
            session_id=session,
            started_after=max(0, first_ms - _TURN_NS // _NS_PER_MS),
            started_before=last_ms + 1,
        )
        found |= dict.fromkeys(
            row.trace_id for row in store.read_runs(RunSelection(matching=near, limit=_MOST_RUNS))
        )
    named = {(log.trace_id, log.span_id) for log in logs}
    spans: list[SpanRecord] = []
    for trace_id in found:
        rows = store.read_spans(trace_id, limit=_MOST_SPANS)
        wanted = _wanted(rows, {span_id for owner, span_id in named if owner == trace_id and span_id})
        spans += store.read_records(trace_id, wanted).values()
    return [span for span in spans if span.scope_name != SCOPE]


def _wanted(rows: Sequence[SpanRow], named: set[str]) -> list[str]:
    """Choose the steps that are shown, and the plumbing between them and what log records name."""
    by_id = {row.span_id: row for row in rows}
    wanted = {row.span_id: None for row in rows if not row.framework}
    for span_id in named:
        row = by_id.get(span_id)
        for _ in range(_DEEPEST):
            if row is None or row.span_id in wanted:
                break
            wanted[row.span_id] = None
            row = by_id.get(row.parent_id or "")
    return list(wanted)


def _claim(store: SpanStore, logs: Sequence[LogRecord], spans: Sequence[SpanRecord]) -> None:
    """Let log records go with the run that they were joined to."""
    if not spans:
        return
    by_start = sorted(spans, key=lambda span: span.start_ns)
    claimed: defaultdict[str, list[LogRecord]] = defaultdict(list)
    for log in logs:
        begun = [span for span in by_start if span.start_ns <= log.time_ns] if not log.trace_id else []
        owner = log.trace_id or (begun or by_start)[-1 if begun else 0].trace_id
        claimed[owner].append(log)
    for trace_id, owned in claimed.items():
        store.claim_logs(owned, trace_id)


def _sessions_of_runs(store: SpanStore, traces: Iterable[str]) -> set[str | None]:
    rows = [store.read_run(trace_id) for trace_id in traces]
    return {row.session_id for row in rows if row is not None}
