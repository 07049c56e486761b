"""Stats: the store in numbers."""

from __future__ import annotations

import time
from typing import Final

from agent_inspector.model import Stats
from agent_inspector.store import SpanStore

_DAY_NS: Final = 24 * 3600 * 10**9


def get_stats(store: SpanStore) -> Stats:
    """Return how many runs, steps and bytes the store holds, and what was lost."""
    totals = store.read_totals(since_ns=time.time_ns() - _DAY_NS)
    runs = totals.runs_by_status
    return Stats(
        total_runs=sum(runs.values()),
        running_runs=runs.get("running", 0),
        completed_runs=runs.get("completed", 0),
        failed_runs=runs.get("failed", 0),
        cancelled_runs=runs.get("cancelled", 0),
        interrupted_runs=runs.get("interrupted", 0),
        total_steps=totals.spans,
        recent_runs_24h=totals.runs_since,
        db_size_bytes=totals.size_bytes,
        dropped_spans=totals.losses,
    )
