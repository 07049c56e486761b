"""Retention: which runs have grown too old or too many, and their removal, oldest first."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent_inspector.errors import ConfigError
from agent_inspector.store.sqlite import checkpoint, deletion, orphans
from agent_inspector.store.sqlite.deletion import Pace, Turns
from agent_inspector.store.sqlite.processes import take_pulse
from agent_inspector.store.sqlite.run_filters import INTERRUPTED_SQL
from agent_inspector.store.sqlite.search_index import SearchIndex
from agent_inspector.store.upkeep import Progress, PruneReport, RetentionLimits

_PAGE: Final = 200
"""Runs that are looked at in one question to the database."""

_NOT_RUNNING: Final = f"(r.status <> 'running' OR {INTERRUPTED_SQL})"
_FROM: Final = "FROM runs AS r LEFT JOIN processes AS p ON p.id = r.process"
_FINISHED: Final = f"""
SELECT r.id, r.trace_id, r.start_ns, r.step_count {_FROM}
WHERE (r.start_ns, r.id) > (:after_ns, :after_id) AND {_NOT_RUNNING}
ORDER BY r.start_ns, r.id LIMIT {_PAGE}"""
_EXPIRED: Final = f"""
SELECT r.id, r.trace_id, r.start_ns, r.step_count {_FROM}
WHERE r.start_ns < :ended_before_ns AND (r.start_ns, r.id) > (:after_ns, :after_id)
AND IFNULL(r.end_ns, r.start_ns) < :ended_before_ns AND r.created_ns < :stored_before_ns AND {_NOT_RUNNING}
ORDER BY r.start_ns, r.id LIMIT {_PAGE}"""
_RUN_BYTES: Final = """
SELECT SUM(LENGTH(s.facts) + IFNULL(LENGTH(b.body), 0) + 250)
    + IFNULL((SELECT SUM(LENGTH(g.body) + 50) FROM segments AS g WHERE g.run = :run), 0)
    + IFNULL((SELECT LENGTH(j.body) + 100 FROM judgements AS j WHERE j.run = :run), 0)
    + IFNULL((SELECT LENGTH(o.body) + 100 FROM outlines AS o WHERE o.run = :run), 0)
FROM spans AS s LEFT JOIN bodies AS b ON b.span = s.id WHERE s.run = :run"""
_FIRST_PAGES: Final = "SELECT COUNT(*) + 1 FROM sqlite_master WHERE rootpage > 0"
_CLAIM: Final = """
INSERT INTO upkeep (name, done_ns) VALUES (:name, :now_ns)
ON CONFLICT (name) DO UPDATE SET done_ns = excluded.done_ns WHERE done_ns < :due_ns"""
_LAST_DONE: Final = "SELECT done_ns FROM upkeep WHERE name = ?"
_FOREVER: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A run that may be removed."""

    trace_id: str
    steps: int
    number: int


class Pruning:
    """One pass over the store: its limits, and what it has removed so far."""

    def __init__(self, turns: Turns, path: Path, index: SearchIndex, limits: RetentionLimits) -> None:
        self._turns = turns
        self._path = path
        self._index = index
        self._limits = limits
        self._removed: list[str] = []
        self._steps = 0

    def run(self, progress: Progress) -> PruneReport:
        """Remove what has to go, run by run."""
        before = self._measure()
        self._check(before)
        pace = Pace()
        for candidate in self._chosen(estimating=False):
            removed = deletion.delete_runs(self._turns, [candidate.trace_id], self._index)
            self._removed += removed
            self._steps += candidate.steps if removed else 0
            progress(len(self._removed), self._steps)
            pace.rest()
        if self._removed:
            orphans.remove_names(self._turns)
            self._shorten_log()
        return self._report(before, self._measure())

    def foresee(self) -> PruneReport:
        """Say what would be removed."""
        before = after = self._measure()
        self._check(before)
        for candidate in self._chosen(estimating=True):
            self._removed.append(candidate.trace_id)
            self._steps += candidate.steps
            after -= self._size_of(candidate)
        return self._report(before, max(after, 0))

    def _chosen(self, *, estimating: bool) -> Iterator[_Candidate]:
        """Return runs that are too old, then the oldest ones while the store is too large."""
        expired = self._limits.ended_before_ns
        chosen: set[str] = set()
        saved = 0
        if expired is not None:
            for candidate in self._candidates(_EXPIRED):
                chosen.add(candidate.trace_id)
                saved += self._size_of(candidate) if estimating else 0
                yield candidate
        if self._limits.max_bytes is None:
            return
        for candidate in self._candidates(_FINISHED):
            if self._measure() - saved <= self._limits.max_bytes:
                return
            if candidate.trace_id not in chosen:
                saved += self._size_of(candidate) if estimating else 0
                yield candidate

    def _candidates(self, statement: str) -> Iterator[_Candidate]:
        stored_before_ns = self._limits.stored_before_ns
        place = {"after_ns": -1, "after_id": -1}
        while True:
            with self._turns() as connection:
                limits = {
                    "ended_before_ns": self._limits.ended_before_ns,
                    "stored_before_ns": _FOREVER if stored_before_ns is None else stored_before_ns,
                }
                parameters = {**place, **limits, **take_pulse(connection).parameters}
                rows = connection.execute(statement, parameters).fetchall()
            for row in rows:
                yield _Candidate(row["trace_id"].hex(), row["step_count"], row["id"])
            if len(rows) < _PAGE:
                return
            place = {"after_ns": rows[-1]["start_ns"], "after_id": rows[-1]["id"]}

    def _check(self, used_bytes: int) -> None:
        """Refuse a limit that no store can keep: it would cost every run."""
        limit = self._limits.max_bytes
        if limit is None or limit >= used_bytes:
            return
        with self._turns() as connection:
            least = _pages(connection, _FIRST_PAGES) * _pages(connection, "PRAGMA page_size")
        if limit < least:
            raise ConfigError(
                f"The limit of {limit:,} bytes is below the {least:,} that an empty store takes; give a larger one."
            )

    def _measure(self) -> int:
        with self._turns() as connection:
            return used_bytes(connection)

    def _size_of(self, candidate: _Candidate) -> int:
        with self._turns() as connection:
            return int(connection.execute(_RUN_BYTES, {"run": candidate.number}).fetchone()[0] or 0)

    def _shorten_log(self) -> None:
        with self._turns() as connection:
            checkpoint.empty_log(connection, self._path)

    def _report(self, before: int, after: int) -> PruneReport:
        limit = self._limits.max_bytes
        return PruneReport(tuple(self._removed), self._steps, before, after, limit is None or after <= limit)


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return what the content takes: all pages but the free ones, also those that are still in the log."""
    in_use = _pages(connection, "PRAGMA page_count") - _pages(connection, "PRAGMA freelist_count")
    return in_use * _pages(connection, "PRAGMA page_size")


def claim(connection: sqlite3.Connection, name: str, every_s: float) -> bool:
    """Whether this upkeep is due; of several processes that ask at once, one is told yes."""
    now_ns = time.time_ns()
    due_ns = now_ns - int(every_s * 1e9)
    last = connection.execute(_LAST_DONE, (name,)).fetchone()
    if last is not None and due_ns <= last["done_ns"] <= now_ns:
        return False
    done = connection.execute(_CLAIM, {"name": name, "now_ns": now_ns, "due_ns": due_ns})
    return done.rowcount > 0


def _pages(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0])
