"""Usage hours: what models, agents and tools did in the runs that began in one hour, summed once and kept.

A run that changes gets a revision above all others, and one that is deleted is one run less: so the highest
revision of an hour's runs and their number say whether what is kept of the hour still holds. Nothing is
done for it while spans are written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from agent_inspector.store.sqlite.turns import begin_writing
from agent_inspector.store.sqlite.used import NAMED, Used

_HOUR_NS: Final = 3600 * 10**9
_NEXT: Final = "SELECT MIN(start_ns) FROM runs WHERE start_ns BETWEEN ? AND ?"
_HOUR: Final = """
SELECT MAX(revision), COUNT(*), MIN(start_ns), MAX(start_ns) FROM runs WHERE start_ns BETWEEN ? AND ?"""
_KEPT: Final = "SELECT hour, revision, runs, body FROM usage_hours WHERE hour BETWEEN ? AND ?"
_KEEP: Final = "INSERT OR REPLACE INTO usage_hours (hour, revision, runs, body) VALUES (?, ?, ?, ?)"
_CLEAR: Final = "DELETE FROM usage_hours"
_LARGEST: Final = 2**63 - 1
_DEEPEST: Final = 100

_OF_RUNS: Final = (
    "FROM runs AS r CROSS JOIN spans AS s WHERE s.run = r.id AND r.start_ns BETWEEN :after AND :before"
)
_CALLS: Final = f"""
SELECT s.kind = 'tool', CASE s.kind WHEN 'tool' THEN s.tool ELSE s.model END AS term, s.run, s.status = 'failed', s.end_ns - s.start_ns,
    s.counts_usage, s.input_tokens, s.output_tokens, s.cost_nano_usd
{_OF_RUNS} AND s.kind IN ('llm', 'embedding', 'tool') AND (s.counts_call OR s.counts_tool OR s.counts_usage)
AND term IS NOT NULL"""
_AGENTS: Final = f"""
SELECT s.agent, COUNT(DISTINCT s.run), COUNT(*), SUM(s.counts_error) {_OF_RUNS} AND s.agent IS NOT NULL GROUP BY s.agent"""
_AGENT_USAGE: Final = f"""
WITH RECURSIVE up (depth, run, parent_id, agent, input, output, cost) AS (
    SELECT 0, s.run, s.parent_id, s.agent, s.input_tokens, s.output_tokens, s.cost_nano_usd {_OF_RUNS} AND s.counts_usage
    UNION ALL
    SELECT u.depth + 1, u.run, p.parent_id, p.agent, u.input, u.output, u.cost FROM up AS u CROSS JOIN spans AS p
    WHERE p.span_id = u.parent_id AND p.run = u.run AND u.agent IS NULL AND u.depth < {_DEEPEST}
)
SELECT agent, SUM(input), SUM(output), SUM(cost) FROM up WHERE agent IS NOT NULL GROUP BY agent"""
"""What the model calls of each agent used: a call that names no agent belongs to the nearest one around it."""
_AGENT_TIMES: Final = f"""
SELECT s.agent, s.end_ns - s.start_ns {_OF_RUNS}
AND s.agent IS NOT NULL AND s.kind = 'agent' AND s.instant = 0 AND s.end_ns IS NOT NULL"""

Bounds = Mapping[str, int]
ByName = dict[str, dict[int, Used]]
"""`model`, `agent` and `tool`, and in each what the terms of these numbers did."""


@dataclass(slots=True)
class Summed:
    """What was done in a stretch of time, and the hours that were summed for it and may be kept."""

    by_name: ByName = field(default_factory=lambda: {name: {} for name in NAMED})
    fresh: list[tuple[int, int, int, bytes]] = field(default_factory=list)

    def add(self, by_name: ByName) -> None:
        for name, used in by_name.items():
            mine = self.by_name[name]
            for term, each in used.items():
                known = mine.get(term)
                if known is None:
                    mine[term] = each
                else:
                    known.add(each)


def read(connection: sqlite3.Connection, after_ns: int, before_ns: int) -> Summed:
    """Sum the runs that began between these moments; hours that have not changed are not summed again."""
    first, last = after_ns // _HOUR_NS, before_ns // _HOUR_NS
    kept = {row[0]: tuple(row) for row in connection.execute(_KEPT, (first, last))}
    found = Summed()
    for hour in _hours(connection, first, last):
        first_ns, last_ns = _bounds(hour)
        revision, runs, earliest_ns, latest_ns = connection.execute(_HOUR, (first_ns, last_ns)).fetchone()
        if earliest_ns < after_ns or latest_ns > before_ns:
            part = {"after": max(first_ns, after_ns), "before": min(last_ns, before_ns)}
            found.add(_sum(connection, part))
            continue
        known = kept.get(hour, (hour, None, None, b""))
        if known[1:3] == (revision, runs):
            found.add(_unpack(known[3]))
            continue
        summed = _sum(connection, {"after": first_ns, "before": last_ns})
        found.fresh.append((hour, revision, runs, _pack(summed)))
        found.add(summed)
    return found


def _hours(connection: sqlite3.Connection, first: int, last: int) -> Iterator[int]:
    """Yield the hours in which a run began. One after the other is asked for: SQLite would sort all their runs."""
    hour, (_, end_ns) = first, _bounds(last)
    while hour <= last:
        found = connection.execute(_NEXT, (_bounds(hour)[0], end_ns)).fetchone()[0]
        if found is None:
            return
        yield found // _HOUR_NS
        hour = found // _HOUR_NS + 1


def _bounds(hour: int) -> tuple[int, int]:
    return hour * _HOUR_NS, min((hour + 1) * _HOUR_NS - 1, _LARGEST)


def keep(connection: sqlite3.Connection, summed: Summed) -> None:
    """Keep the hours that were summed anew."""
    begin_writing(connection)
    connection.executemany(_KEEP, summed.fresh)
    connection.execute("COMMIT")


def clear(connection: sqlite3.Connection) -> None:
    """Forget all hours, because numbers of names mean something else now. Needs a write transaction."""
    connection.execute(_CLEAR)


def _sum(connection: sqlite3.Connection, bounds: Bounds) -> ByName:
    return {**_calls(connection, bounds), "agent": _agents(connection, bounds)}


def _calls(connection: sqlite3.Connection, bounds: Bounds) -> ByName:
    found: ByName = {"model": {}, "tool": {}}
    runs: dict[tuple[int, int], set[int]] = {}
    for is_tool, term, run, failed, took_ns, counts_usage, *used in _rows(connection, _CALLS, bounds):
        of_kind = found["tool" if is_tool else "model"]
        each = of_kind.get(term)
        if each is None:
            each = of_kind[term] = Used()
        runs.setdefault((is_tool, term), set()).add(run)
        each.count += 1
        each.failures += failed
        each.took(took_ns)
        if counts_usage:
            each.use(used)
    for (is_tool, term), of_term in runs.items():
        found["tool" if is_tool else "model"][term].runs = len(of_term)
    return found


def _agents(connection: sqlite3.Connection, bounds: Bounds) -> dict[int, Used]:
    found: dict[int, Used] = {}
    for agent, runs, steps, failures in _rows(connection, _AGENTS, bounds):
        found[agent] = Used(runs=runs, count=steps, failures=failures)
    for agent, took_ns in _rows(connection, _AGENT_TIMES, bounds):
        found[agent].took(took_ns)
    for agent, *used in _rows(connection, _AGENT_USAGE, bounds):
        if agent in found:
            found[agent].use(used)
    return found


def _rows(connection: sqlite3.Connection, statement: str, bounds: Bounds) -> Iterator[tuple[Any, ...]]:
    """Yield plain tuples: of rows that are looked into by name, only the looking would be seen."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return iter(cursor.execute(statement, bounds).fetchall())


def _pack(by_name: ByName) -> bytes:
    return orjson.dumps(
        {name: {str(term): each.packed() for term, each in used.items()} for name, used in by_name.items()}
    )


def _unpack(body: bytes) -> ByName:
    packed = orjson.loads(body)
    return {
        name: {int(term): Used.unpacked(each) for term, each in used.items()} for name, used in packed.items()
    }
