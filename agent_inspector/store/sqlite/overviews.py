"""Overviews: the half of a SqliteStore that counts over many runs: facets, sessions, statistics, activity; never a body."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Final

from agent_inspector.errors import StoreError
from agent_inspector.model import FacetValue, RunFacets, RunFilter, Session, Statistics
from agent_inspector.pipeline import Codec
from agent_inspector.store.prices import NANO
from agent_inspector.store.sqlite import statistics, usage_hours
from agent_inspector.store.sqlite.connections import Connections
from agent_inspector.store.sqlite.processes import take_pulse
from agent_inspector.store.sqlite.run_filters import FROM_SQL, INTERRUPTED_SQL, STATE_SQL, RunFilters
from agent_inspector.store.sqlite.tally import KNOWN, USAGE, tokens_of
from agent_inspector.store.sqlite.terms import Terms

BINS: Final = 24
"""Columns of a sparkline."""

_MATCHING: Final = f"""
SELECT {STATE_SQL} AS state, r.user, r.session, r.error_count > 0 OR r.status = 'failed' AS has_error
{FROM_SQL} {{clause}}"""
_FACET: Final = f"""
SELECT f.term, COUNT(*) AS runs FROM run_facets AS f
WHERE f.facet = :facet AND f.run IN (SELECT r.id {FROM_SQL} {{clause}})
GROUP BY f.term ORDER BY runs DESC, f.term LIMIT :limit"""
_FINDINGS: Final = f"""
SELECT class, COUNT(DISTINCT run) AS runs FROM findings WHERE run IN (SELECT r.id {FROM_SQL} {{clause}})
GROUP BY class ORDER BY runs DESC, class"""

_SESSIONS: Final = f"""
SELECT r.session, COUNT(*) AS runs, SUM(r.status = 'failed') AS failed,
    SUM(r.status = 'running' AND NOT {INTERRUPTED_SQL}) AS running,
    SUM(r.step_count) AS step_count, SUM(r.error_count) AS error_count,
    {", ".join(f"SUM(r.{name}) AS {name}" for name in (*USAGE, *KNOWN))},
    (SELECT MIN(o.start_ns) FROM runs AS o WHERE o.session = r.session) AS first_ns,
    MAX(r.start_ns) AS last_ns, r.trace_id, r.name, r.user
{FROM_SQL} WHERE r.session IS NOT NULL
GROUP BY r.session HAVING (last_ns, r.session) < (:before_ns, :before_id)
ORDER BY last_ns DESC, r.session DESC LIMIT :limit"""
"""With one MAX and no MIN, SQLite takes the plain columns from the row that has it (lang_select.html#bareagg)."""
_COUNT_SESSIONS: Final = "SELECT COUNT(DISTINCT session) FROM runs WHERE session IS NOT NULL"
_ACTIVITY: Final = f"""
SELECT r.trace_id, MIN({BINS - 1}, MAX(0, (s.start_ns - r.start_ns) * {BINS} / MAX(1,
    IFNULL(r.end_ns, MAX(r.seen_ns, r.start_ns + 1)) - r.start_ns))) AS bin, COUNT(*) AS steps
FROM runs AS r CROSS JOIN spans AS s WHERE s.run = r.id AND r.step_count <= :most
AND r.trace_id IN (SELECT unhex_id(value) FROM json_each(:ids)) GROUP BY r.id, bin"""
_MOST_STEPS: Final = 5_000
"""A run of more steps has no sparkline: it would cost more than the page that shows it."""

SessionPlace = tuple[int, int]
Counted = tuple[int, int]
"""The number of a term, and how many runs have it."""


class Overviews:
    """Reads sums through the store's connections."""

    _codec: Codec
    _connections: Connections
    _terms: Terms
    _turn: Callable[[], AbstractContextManager[sqlite3.Connection]]

    def read_facets(self, matching: RunFilter, limit: int = 20) -> RunFacets:
        with self._connections.lend() as connection:
            found = RunFilters(self._codec, self._terms).conditions(connection, matching)
            rows = connection.execute(_MATCHING.format(clause=found.clause), found.parameters).fetchall()

            def facet(name: str) -> Sequence[FacetValue]:
                parameters = found.parameters | {"facet": name, "limit": limit}
                named = connection.execute(_FACET.format(clause=found.clause), parameters).fetchall()
                return self._values(connection, [(row["term"], row["runs"]) for row in named])

            judged = connection.execute(_FINDINGS.format(clause=found.clause), found.parameters)
            return RunFacets(
                statuses=[FacetValue(*each) for each in Counter(row["state"] for row in rows).most_common()],
                models=facet("model"),
                tools=facet("tool"),
                agents=facet("agent"),
                users=self._values(connection, _most_common(rows, "user", limit)),
                sessions=self._values(connection, _most_common(rows, "session", limit)),
                findings=[FacetValue(row["class"], row["runs"]) for row in judged],
                has_error=sum(row["has_error"] for row in rows),
            )

    def read_sessions(
        self, limit: int, before: SessionPlace | None = None
    ) -> tuple[Sequence[tuple[SessionPlace, Session]], int]:
        with self._connections.lend() as connection:
            before_ns, before_id = before or (2**63 - 1, 0)
            parameters = take_pulse(connection).parameters | {
                "before_ns": before_ns,
                "before_id": before_id,
                "limit": limit,
            }
            rows = connection.execute(_SESSIONS, parameters).fetchall()
            texts = self._terms.read(
                connection, {row[name] for row in rows for name in ("session", "name", "user")} - {None}
            )
            total = int(connection.execute(_COUNT_SESSIONS).fetchone()[0])
            return [((row["last_ns"], row["session"]), _session(row, texts)) for row in rows], total

    def read_statistics(self, started_after: int, started_before: int, periods: int) -> Statistics:
        with self._connections.lend() as connection:
            found, summed = statistics.read(connection, self._terms, started_after, started_before, periods)
        if summed.fresh:
            with (
                suppress(StoreError),
                self._turn() as connection,
            ):  # one that is only read is summed each time
                usage_hours.keep(connection, summed)
        return found

    def read_activity(self, trace_ids: Sequence[str]) -> Mapping[str, Sequence[int]]:
        with self._connections.lend() as connection:
            parameters = {"ids": json.dumps(list(trace_ids)), "most": _MOST_STEPS}
            found: dict[str, list[int]] = {}
            for row in connection.execute(_ACTIVITY, parameters):
                found.setdefault(row["trace_id"].hex(), [0] * BINS)[row["bin"]] = row["steps"]
            return found

    def _values(self, connection: sqlite3.Connection, counted: Sequence[Counted]) -> Sequence[FacetValue]:
        texts = self._terms.read(connection, [term for term, _ in counted])
        return [FacetValue(texts[term] or "", runs) for term, runs in counted]


def _most_common(rows: Sequence[sqlite3.Row], column: str, limit: int) -> Sequence[Counted]:
    return Counter(row[column] for row in rows if row[column] is not None).most_common(limit)


def _session(row: sqlite3.Row, texts: Mapping[int | None, str | None]) -> Session:
    return Session(
        id=texts[row["session"]] or "",
        runs=row["runs"],
        failed_runs=row["failed"],
        running_runs=row["running"],
        steps=row["step_count"],
        error_count=row["error_count"],
        tokens=tokens_of(row),
        cost_usd=row["cost_nano_usd"] / NANO if row["cost_known"] else None,
        first_at=row["first_ns"] // 1_000_000,
        last_at=row["last_ns"] // 1_000_000,
        last_run_id=row["trace_id"].hex(),
        last_run_name=texts[row["name"]] or "",
        user_id=texts[row["user"]],
    )
