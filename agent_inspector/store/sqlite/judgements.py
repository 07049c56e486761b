"""Judgements: the part of a SqliteStore that keeps what rules have said of runs, and knows which are to be judged.

`runs.judged` is the revision at which a run was last looked at; an index over the runs whose revision is
another one is the queue, so that asking for work costs nothing where there is none.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from agent_inspector.model import RunFindings
from agent_inspector.pipeline import Codec
from agent_inspector.store.judgements import Judgement
from agent_inspector.store.sqlite import findings_body
from agent_inspector.store.sqlite.connections import Connections
from agent_inspector.store.sqlite.processes import take_pulse
from agent_inspector.store.sqlite.run_filters import FROM_SQL, INTERRUPTED_SQL
from agent_inspector.store.sqlite.turns import begin_writing

_COMMIT: Final = "COMMIT"
_AT_ONCE: Final = 1_000
"""Runs that one transaction marks."""

_READ: Final = """
SELECT j.revision, j.status, j.rules, j.judged_ns, j.took_ns, j.body
FROM runs AS r CROSS JOIN judgements AS j ON j.run = r.id WHERE r.trace_id = ? AND j.rules = ?"""
_RUN: Final = "SELECT id FROM runs WHERE trace_id = ?"
_BEFORE: Final = "SELECT class, severity, span_id FROM findings WHERE run = ? ORDER BY number"
_NEXT_REVISION: Final = "UPDATE revision SET value = value + 1"
_REVISION: Final = "SELECT value FROM revision"
_KEEP: Final = """
INSERT INTO judgements (run, revision, status, rules, judged_ns, took_ns, changed, body)
VALUES (:run, :revision, :status, :rules, :judged_ns, :took_ns, :changed, :body)
ON CONFLICT (run) DO UPDATE SET revision = excluded.revision, status = excluded.status, rules = excluded.rules,
    judged_ns = excluded.judged_ns, took_ns = excluded.took_ns, body = excluded.body,
    changed = MAX(changed, excluded.changed)"""
_DROP: Final = "DELETE FROM judgements WHERE run = ?"
_DROP_FINDINGS: Final = "DELETE FROM findings WHERE run = ?"
_FINDING: Final = "INSERT INTO findings (run, number, class, severity, span_id) VALUES (?, ?, ?, ?, ?)"
_LOOKED_AT: Final = "UPDATE runs SET judged = ? WHERE id = ?"

_LEAST_WAIT_NS: Final = 5 * 10**9
_PATIENCE: Final = 20
"""A run that goes on is judged anew only after so many times the time that the last time took."""
_UNJUDGED: Final = f"""
SELECT r.trace_id, r.start_ns {FROM_SQL} LEFT JOIN judgements AS j ON j.run = r.id
WHERE r.judged <> r.revision AND (r.status <> 'running' OR j.run IS NULL
    OR j.judged_ns + MAX({_LEAST_WAIT_NS}, {_PATIENCE} * j.took_ns) < :now_ns OR {INTERRUPTED_SQL})
UNION ALL
SELECT r.trace_id, r.start_ns {FROM_SQL} CROSS JOIN judgements AS j ON j.run = r.id
WHERE r.status = 'running' AND r.judged = r.revision AND j.status = 'running' AND {INTERRUPTED_SQL}
ORDER BY 2 DESC LIMIT :limit"""
_COUNT_UNJUDGED: Final = "SELECT COUNT(*) FROM runs WHERE judged <> revision"
_OTHER_RULES: Final = """
SELECT r.id FROM runs AS r WHERE r.judged = r.revision
AND NOT EXISTS (SELECT 1 FROM judgements AS j WHERE j.run = r.id AND j.rules = ?) LIMIT ?"""
_NOT_LOOKED_AT: Final = "UPDATE runs SET judged = 0 WHERE id = ?"


class Judgements:
    """Reads and keeps judgements through the store's connections."""

    _codec: Codec
    _connections: Connections
    _turn: Callable[[], AbstractContextManager[sqlite3.Connection]]

    def read_judgement(self, trace_id: str, rules: str) -> Judgement | None:
        trace = bytes.fromhex(trace_id)
        with self._connections.lend() as connection:
            row = connection.execute(_READ, (trace, rules)).fetchone()
        if row is None:
            return None
        packed: Any = self._codec.decode(row["body"], bound_to=binding(trace))
        return Judgement(
            revision=row["revision"],
            status=row["status"],
            rules=row["rules"],
            judged_ns=row["judged_ns"],
            took_ns=row["took_ns"],
            found=findings_body.unpack(packed),
        )

    def keep_judgement(self, trace_id: str, judgement: Judgement) -> None:
        trace, found = bytes.fromhex(trace_id), judgement.found
        body = None
        if found is not None:
            body = self._codec.encode(findings_body.pack(found), bound_to=binding(trace))
        with self._turn() as connection:
            begin_writing(connection)
            for run in connection.execute(_RUN, (trace,)).fetchall():  # none, if it was deleted meanwhile
                if found is None or body is None:
                    connection.execute(_DROP, (run["id"],))
                    connection.execute(_DROP_FINDINGS, (run["id"],))
                else:
                    _keep(connection, run["id"], judgement, found, body)
                connection.execute(_LOOKED_AT, (judgement.revision, run["id"]))
            connection.execute(_COMMIT)

    def find_unjudged(self, limit: int) -> Sequence[str]:
        with self._connections.lend() as connection:
            parameters = {**take_pulse(connection).parameters, "now_ns": time.time_ns(), "limit": limit}
            rows = connection.execute(_UNJUDGED, parameters)
            return [row["trace_id"].hex() for row in rows]

    def count_unjudged(self) -> int:
        with self._connections.lend() as connection:
            return int(connection.execute(_COUNT_UNJUDGED).fetchone()[0])

    def forget_judgements(self, rules: str) -> None:
        while True:
            with self._connections.lend() as connection:
                rows = connection.execute(_OTHER_RULES, (rules, _AT_ONCE)).fetchall()
            if not rows:
                return
            with self._turn() as connection:
                begin_writing(connection)
                connection.executemany(_NOT_LOOKED_AT, [(row["id"],) for row in rows])
                connection.execute(_COMMIT)


def binding(trace_id: bytes) -> bytes:
    """Return the identity that the body of a run's judgement is bound to."""
    return b"findings" + trace_id


def _keep(
    connection: sqlite3.Connection, run: int, judgement: Judgement, found: RunFindings, body: bytes
) -> None:
    """Write a judgement; where it finds something else than the last one, whoever watches the run is told."""
    marks = [(each.finding_class, each.severity, bytes.fromhex(each.step_id)) for each in found.findings]
    changed = 0
    if marks != [tuple(row) for row in connection.execute(_BEFORE, (run,))]:
        connection.execute(_NEXT_REVISION)
        changed = int(connection.execute(_REVISION).fetchone()[0])
        connection.execute(_DROP_FINDINGS, (run,))
        connection.executemany(_FINDING, [(run, number, *mark) for number, mark in enumerate(marks, 1)])
    values = {
        "run": run,
        "revision": judgement.revision,
        "status": judgement.status,
        "rules": judgement.rules,
        "judged_ns": judgement.judged_ns,
        "took_ns": judgement.took_ns,
        "changed": changed,
        "body": body,
    }
    connection.execute(_KEEP, values)
