"""Overviews: sessions, statistics over time, and the activity of runs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Final

from agent_inspector.model import SessionPage, Statistics
from agent_inspector.query.cursor import QueryError, read_cursor, write_cursor
from agent_inspector.store import SpanStore

MOST_PERIODS: Final = 400
_WEEK_MS: Final = 7 * 24 * 3600 * 1000
_ORDER: Final = "session"


def list_sessions(store: SpanStore, *, limit: int = 50, cursor: str | None = None) -> SessionPage:
    """Return a page of sessions, the one whose last run began last first.

    Raises:
        QueryError: the cursor is not usable.
    """
    before = read_cursor(cursor, _ORDER, descending=True) if cursor else None
    if before is not None and not isinstance(before[0], int):
        raise QueryError("The cursor is not one that a list of sessions gave; start again without it.")
    found, total = store.read_sessions(limit + 1, (int(before[0]), before[1]) if before else None)
    shown = found[:limit]
    return SessionPage(
        sessions=[session for _, session in shown],
        total=total,
        next_cursor=write_cursor(shown[-1][0], _ORDER, descending=True) if len(found) > limit else None,
    )


def get_statistics(
    store: SpanStore,
    *,
    started_after: int | None = None,
    started_before: int | None = None,
    periods: int = 56,
) -> Statistics:
    """Return what runs took that began between these milliseconds; the last seven days when nothing is said.

    Where the end is not after the beginning, there are none.
    """
    until = time.time_ns() // 1_000_000 if started_before is None else started_before
    since = max(0, until - _WEEK_MS) if started_after is None else started_after
    return store.read_statistics(since, until, max(1, min(periods, MOST_PERIODS)))


def get_activity(store: SpanStore, run_ids: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Return for each run how many steps began in each 24th of its time; runs of very many steps are left out."""
    return store.read_activity(run_ids)
