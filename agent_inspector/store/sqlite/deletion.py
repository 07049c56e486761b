"""Deletion: runs with everything that belongs to them, some rows at a time, so that no writer waits for long."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Final, TypeAlias

from agent_inspector.store.sqlite.processes import take_pulse
from agent_inspector.store.sqlite.run_filters import INTERRUPTED_SQL
from agent_inspector.store.sqlite.search_index import SearchIndex
from agent_inspector.store.sqlite.turns import begin_writing

Turns: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Connection]]
"""Lends a connection for one short transaction; between two turns, others write."""

MOST_SPANS: Final = 500
"""Spans that are removed in one transaction: some 50 ms on an ordinary disk."""

_COMMIT: Final = "COMMIT"
_FIND: Final = f"""
SELECT r.id, r.head, r.status = 'running' AND NOT {INTERRUPTED_SQL} AS is_running
FROM runs AS r LEFT JOIN processes AS p ON p.id = r.process WHERE r.trace_id = :trace_id"""
_SOME_SPANS: Final = "SELECT id FROM spans WHERE run = ? AND id <> ? LIMIT ?"
_DROP_SPANS: Final = "DELETE FROM spans WHERE id IN (SELECT value FROM json_each(?))"
_DROP_KEPT: Final = ("DELETE FROM outlines WHERE run = ?", "DELETE FROM judgements WHERE run = ?")
"""What was made of the spans must not outlive them, though a run of very many is deleted bit by bit."""
_DROP_RUN: Final = "DELETE FROM runs WHERE id = ?"

_LEAST_PAUSE_S, _LONGEST_PAUSE_S = 0.002, 0.1


class Pace:
    """Leaves writers as much time between two transactions as the last one took."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def rest(self) -> None:
        """Wait, and begin to measure the next transaction."""
        took_s = time.monotonic() - self._began
        time.sleep(min(max(took_s, _LEAST_PAUSE_S), _LONGEST_PAUSE_S))
        self._began = time.monotonic()


def delete_runs(
    turns: Turns, trace_ids: Iterable[str], index: SearchIndex, *, force: bool = False
) -> Sequence[str]:
    """Delete these runs and return the ids of those that were there; a running one only if forced.

    A run of many spans loses them some at a time and its root last: whoever looks meanwhile sees a
    smaller run, never a broken one, and a deletion that is killed can be repeated.
    """
    waiting, deleted, pace = deque(trace_ids), list[str](), Pace()
    while waiting:
        with turns() as connection:
            begin_writing(connection)
            deleted += _delete_some(connection, waiting, index, force=force)
            connection.execute(_COMMIT)
        if waiting:
            pace.rest()
    return deleted


def _delete_some(
    connection: sqlite3.Connection, waiting: deque[str], index: SearchIndex, *, force: bool
) -> list[str]:
    """Delete what one transaction may; what is left stays in the queue."""
    room, deleted = MOST_SPANS, list[str]()
    while waiting and room > 0:
        parameters = {"trace_id": bytes.fromhex(waiting[0]), **take_pulse(connection).parameters}
        run = connection.execute(_FIND, parameters).fetchone()
        if run is None or (run["is_running"] and not force):
            waiting.popleft()
            continue
        for statement in _DROP_KEPT:
            connection.execute(statement, (run["id"],))
        spans = [row["id"] for row in connection.execute(_SOME_SPANS, (run["id"], run["head"], room))]
        room -= len(spans) + 1
        _drop_spans(connection, spans, index)
        if room >= 0:
            _drop_run(connection, run, index)
            deleted.append(waiting.popleft())
    return deleted


def _drop_spans(connection: sqlite3.Connection, spans: Sequence[int], index: SearchIndex) -> None:
    index.forget(connection, spans)
    connection.execute(_DROP_SPANS, (json.dumps(spans),))


def _drop_run(connection: sqlite3.Connection, run: sqlite3.Row, index: SearchIndex) -> None:
    """Drop the row of a run, and by it whatever refers to it."""
    index.forget(connection, [run["head"]])
    connection.execute(_DROP_RUN, (run["id"],))
