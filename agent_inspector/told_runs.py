"""Told runs: the runs of sessions that send log records and no spans, made anew whenever more of them come."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from agent_inspector.model import RunFilter
from agent_inspector.store import RunSelection, SpanStore
from otel_bridge.dialects.logs import spans_from
from otel_bridge.record import LogRecord, SpanRecord

_MOST_RUNS: Final = 64
_NS_PER_MS: Final = 10**6


def write_told_runs(store: SpanStore, session: str, logs: Sequence[LogRecord]) -> None:
    """Write the runs that these log records of a session tell of, and nothing of what was made of fewer of them."""
    spans = spans_from(logs)
    if not spans:
        return
    told = {(span.trace_id, span.span_id): span.start_ns for span in spans}
    after = RunFilter(session_id=session, started_after=logs[0].time_ns // _NS_PER_MS)
    known = store.read_runs(RunSelection(matching=after, limit=_MOST_RUNS))
    stale = [run.trace_id for run in known if not _is_part_of(store, run.trace_id, told)]
    if stale:
        _delete(store, logs, stale)
    store.write(spans)
    _claim(store, logs, [span for span in spans if span.parent_id is None])


def forget_told_runs(store: SpanStore, logs: Sequence[LogRecord]) -> None:
    """Remove the runs that were made of a session's log records, now that it has sent spans itself."""
    traces = {span.trace_id for span in spans_from(logs)}
    kept = [trace_id for trace_id in traces if store.read_run(trace_id) is not None]
    if kept:
        _delete(store, logs, kept)


def _is_part_of(store: SpanStore, trace_id: str, told: dict[tuple[str, str], int]) -> bool:
    """Whether writing what is told now leaves nothing behind of what was told before."""
    return all(told.get((trace_id, row.span_id)) == row.start_ns for row in store.read_spans(trace_id))


def _delete(store: SpanStore, logs: Sequence[LogRecord], trace_ids: Sequence[str]) -> None:
    store.claim_logs(logs, None)  # or they would go with their run
    store.delete_runs(trace_ids, force=True)


def _claim(store: SpanStore, logs: Sequence[LogRecord], roots: Sequence[SpanRecord]) -> None:
    """Let each log record go with the run that had begun last."""
    begun = sorted(roots, key=lambda root: root.start_ns)
    claimed: defaultdict[str, list[LogRecord]] = defaultdict(list)
    for log in logs:
        place = bisect_right(begun, log.time_ns, key=lambda root: root.start_ns)
        claimed[begun[max(0, place - 1)].trace_id].append(log)
    for trace_id, owned in claimed.items():
        store.claim_logs(owned, trace_id)
