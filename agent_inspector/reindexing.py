"""Reindexing: stored spans, read again by today's dialects; what is stored of each stays what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent_inspector.errors import KeyMissing, StoreError, StoreUnavailable
from agent_inspector.store import RunRow, RunSelection, SpanRow, SpanStore
from agent_inspector.store.upkeep import Progress
from otel_bridge.record import SpanRecord

_AT_ONCE: Final = 200
"""Spans that are read and written in one transaction, so that whoever records waits for no longer."""
_RUNS: Final = 100


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """What was read again."""

    runs: int
    steps: int
    changed: int
    """Steps that are read otherwise than before."""
    unreadable: int
    """Steps whose content is damaged; they stay as they are."""


def reindex(store: SpanStore, progress: Progress = lambda done, total: None) -> ReindexReport:
    """Read every stored span again, run by run, and keep what its dialect says of it today.

    Raises:
        KeyMissing: content is encrypted with a key that is not at hand; all before it is done.
    """
    total = store.read_totals(0).spans
    runs = steps = changed = unreadable = 0
    for run in _runs(store):
        runs += 1
        for page in _pages(store, run.trace_id):
            records = _readable(store, run.trace_id, page)
            changed += _write_again(store, page, records)
            unreadable += len(page) - len(records)
            steps += len(page)
            progress(steps, total)
    store.price_pending()
    return ReindexReport(runs, steps, changed, unreadable)


def _runs(store: SpanStore) -> Iterator[RunRow]:
    """Yield the runs oldest first; those that begin meanwhile are read by today's dialects anyway."""
    after = None
    while True:
        page = store.read_runs(RunSelection(descending=False, after=after, limit=_RUNS))
        yield from page
        if len(page) < _RUNS:
            return
        after = page[-1].position


def _pages(store: SpanStore, trace_id: str) -> Iterator[Sequence[SpanRow]]:
    offset = 0
    while page := store.read_spans(trace_id, limit=_AT_ONCE, offset=offset):
        yield page
        offset += len(page)


def _readable(store: SpanStore, trace_id: str, page: Sequence[SpanRow]) -> dict[str, SpanRecord]:
    """Return the spans of a page; where one is damaged, the others one by one."""
    span_ids = [row.span_id for row in page]
    try:
        return dict(store.read_records(trace_id, span_ids))
    except (KeyMissing, StoreUnavailable):
        raise
    except StoreError:
        if len(span_ids) == 1:
            return {}
    return {name: record for row in page for name, record in _readable(store, trace_id, [row]).items()}


def _write_again(store: SpanStore, page: Sequence[SpanRow], records: dict[str, SpanRecord]) -> int:
    """Write what was read, and return how many rows say something else now."""
    if not records:
        return 0
    store.write(list(records.values()))
    changed = 0
    for before in page:
        after = store.read_span(before.trace_id, before.span_id)
        changed += after is not None and _said(after) != _said(before)
    return changed


def _said(row: SpanRow) -> SpanRow:
    """Leave out what time and the price list change; neither is of a dialect's making."""
    return row._replace(last_sign_ns=0, cost_usd=None)
