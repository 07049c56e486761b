"""Small questions about the whole store: which ids there are, what changed, how much there is."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from agent_inspector.model import Status
from agent_inspector.store.rows import Totals
from agent_inspector.store.sqlite import files, processes
from agent_inspector.store.sqlite.run_filters import INTERRUPTED_SQL

_TRACES: Final = """
SELECT trace_id FROM runs WHERE trace_id BETWEEN :first AND :last
UNION
SELECT j.run_trace FROM joined_traces AS j WHERE j.trace_id BETWEEN :first AND :last
    AND EXISTS (SELECT 1 FROM runs AS r WHERE r.trace_id = j.run_trace)
ORDER BY 1 LIMIT :limit"""
_TRACES_OF_SPAN: Final = """
SELECT r.trace_id FROM spans AS s JOIN runs AS r ON r.id = s.run WHERE s.span_id = ? LIMIT ?"""
_REVISION: Final = "SELECT value FROM revision"
_CHANGED: Final = "SELECT trace_id FROM runs WHERE revision > ? ORDER BY revision DESC LIMIT ?"
_JUDGED: Final = """
SELECT r.trace_id FROM judgements AS j CROSS JOIN runs AS r ON r.id = j.run
WHERE j.changed > ? ORDER BY j.changed DESC LIMIT ?"""
_JUST_LEFT: Final = f"""
SELECT r.trace_id FROM runs AS r JOIN processes AS p ON p.id = r.process
WHERE r.status = 'running' AND p.seen_ns >= :recent_ns AND {processes.DEAD_SQL}"""
_BY_STATUS: Final = "SELECT status, COUNT(*) AS runs FROM runs GROUP BY status"
_INTERRUPTED: Final = f"""
SELECT COUNT(*) FROM runs AS r LEFT JOIN processes AS p ON p.id = r.process
WHERE r.status = 'running' AND {INTERRUPTED_SQL}"""
_SPANS: Final = "SELECT IFNULL(SUM(step_count), 0) FROM runs"
_SINCE: Final = "SELECT COUNT(*) FROM runs WHERE start_ns >= ?"

_TRACE_DIGITS: Final = 32
_RECENT_NS: Final = processes.STALE_NS + 2 * 10**9


def find_traces(connection: sqlite3.Connection, prefix: str, limit: int) -> list[str]:
    """Return the runs of traces whose ids begin with these hex digits."""
    first, last = prefix.ljust(_TRACE_DIGITS, "0"), prefix.ljust(_TRACE_DIGITS, "f")
    bounds = {"first": bytes.fromhex(first), "last": bytes.fromhex(last), "limit": limit}
    rows = connection.execute(_TRACES, bounds)
    return [row["trace_id"].hex() for row in rows]


def find_traces_of_span(connection: sqlite3.Connection, span_id: str, limit: int) -> list[str]:
    """Return the traces that have a span of this id."""
    rows = connection.execute(_TRACES_OF_SPAN, (bytes.fromhex(span_id), limit))
    return [row["trace_id"].hex() for row in rows]


def read_changes(connection: sqlite3.Connection, since_revision: int, limit: int) -> tuple[int, list[str]]:
    """Return the revision and what changed since, or has other findings now.

    A run whose process dies changes without a write. Such runs are named again and again for some
    seconds after the last sign of life, because nobody here remembers who has been told.
    """
    pulse = processes.take_pulse(connection)
    parameters = pulse.parameters | {"recent_ns": pulse.now_ns - _RECENT_NS}
    revision = int(connection.execute(_REVISION).fetchone()[0])
    rows = connection.execute(_CHANGED, (since_revision, limit)).fetchall()
    rows += connection.execute(_JUDGED, (since_revision, limit)).fetchall()
    rows += connection.execute(_JUST_LEFT, parameters).fetchall()
    return revision, list(dict.fromkeys(row["trace_id"].hex() for row in rows))


def read_totals(connection: sqlite3.Connection, since_ns: int, path: Path) -> Totals:
    """Return the store in numbers."""
    runs: dict[Status, int] = {row["status"]: row["runs"] for row in connection.execute(_BY_STATUS)}
    parameters = processes.take_pulse(connection).parameters
    interrupted = int(connection.execute(_INTERRUPTED, parameters).fetchone()[0])
    runs |= {"interrupted": interrupted, "running": runs.get("running", 0) - interrupted}
    return Totals(
        runs_by_status=runs,
        spans=int(connection.execute(_SPANS).fetchone()[0]),
        runs_since=int(connection.execute(_SINCE, (since_ns,)).fetchone()[0]),
        size_bytes=files.size_bytes(path),
        losses=processes.total_losses(connection),
    )
