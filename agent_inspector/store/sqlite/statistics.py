"""Statistics: what runs took over time, and what models, agents and tools took; read from columns, never a body."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent_inspector.model import Latency, NamedUse, PeriodUse, Statistics, Tokens
from agent_inspector.store.prices import NANO
from agent_inspector.store.sqlite.terms import Terms

_NS_PER_MS: Final = 1_000_000
_LARGEST: Final = 2**63 - 1
_MOST_NAMES: Final = 50
_DEEPEST: Final = 100
_USED: Final = ("input_tokens", "output_tokens", "cost_nano_usd")
_RUNS: Final = """
SELECT start_ns, end_ns, status, input_tokens, input_known, output_tokens, output_known, cost_nano_usd, cost_known
FROM runs WHERE start_ns BETWEEN :after AND :before"""
_CALLS: Final = """
SELECT s.run, s.model, s.tool, s.status, s.kind, s.end_ns - s.start_ns AS took,
    s.counts_usage, s.counts_call, s.counts_tool, s.input_tokens, s.output_tokens, s.cost_nano_usd
FROM runs AS r CROSS JOIN spans AS s WHERE s.run = r.id AND r.start_ns BETWEEN :after AND :before
AND s.kind IN ('llm', 'embedding', 'tool') AND (s.counts_call OR s.counts_tool OR s.counts_usage)"""
_AGENTS: Final = """
SELECT s.agent, COUNT(*) AS steps, COUNT(DISTINCT s.run) AS runs, SUM(s.counts_error) AS failures
FROM runs AS r CROSS JOIN spans AS s WHERE s.run = r.id AND r.start_ns BETWEEN :after AND :before
AND s.agent IS NOT NULL GROUP BY s.agent ORDER BY steps DESC LIMIT :limit"""
_AGENT_USAGE: Final = f"""
WITH RECURSIVE up (depth, run, parent_id, agent, {", ".join(_USED)}) AS (
    SELECT 0, s.run, s.parent_id, s.agent, {", ".join(f"s.{name}" for name in _USED)}
    FROM runs AS r CROSS JOIN spans AS s
    WHERE s.run = r.id AND r.start_ns BETWEEN :after AND :before AND s.counts_usage
    UNION ALL
    SELECT u.depth + 1, u.run, p.parent_id, p.agent, {", ".join(f"u.{name}" for name in _USED)}
    FROM up AS u CROSS JOIN spans AS p
    WHERE p.span_id = u.parent_id AND p.run = u.run AND u.agent IS NULL AND u.depth < {_DEEPEST}
)
SELECT agent, {", ".join(f"SUM({name}) AS {name}" for name in _USED)} FROM up WHERE agent IS NOT NULL GROUP BY agent"""
"""What the model calls of each agent used: a call that names no agent belongs to the nearest one around it."""
_AGENT_TIMES: Final = """
SELECT s.agent, s.end_ns - s.start_ns AS took FROM runs AS r CROSS JOIN spans AS s
WHERE s.run = r.id AND r.start_ns BETWEEN :after AND :before
AND s.agent IS NOT NULL AND s.kind = 'agent' AND s.instant = 0 AND s.end_ns IS NOT NULL"""


@dataclass(slots=True)
class _Sum:
    """What has been counted so far for a period or a name."""

    count: int = 0
    failures: int = 0
    runs: set[int] = field(default_factory=set)
    took_ns: list[int] = field(default_factory=list)
    used: list[int | None] = field(default_factory=lambda: [None, None, None])

    def add(self, took_ns: int | None, *, failed: bool) -> None:
        self.count += 1
        self.failures += failed
        if took_ns is not None:
            self.took_ns.append(took_ns)

    def use(self, amounts: Iterable[int | None]) -> None:
        for place, amount in enumerate(amounts):
            if amount is not None:
                self.used[place] = (self.used[place] or 0) + amount

    def period(self, started_at: int) -> PeriodUse:
        return PeriodUse(
            started_at, self.count, self.failures, _latency(self.took_ns), self.tokens(), self.cost()
        )

    def named(self, name: str) -> NamedUse:
        latency = _latency(self.took_ns)
        return NamedUse(name, len(self.runs), self.count, self.failures, latency, self.tokens(), self.cost())

    def tokens(self) -> Tokens:
        return Tokens(input=self.used[0], output=self.used[1])

    def cost(self) -> float | None:
        return None if self.used[2] is None else self.used[2] / NANO


def read(
    connection: sqlite3.Connection, terms: Terms, started_after: int, started_before: int, periods: int
) -> Statistics:
    """Return the statistics of runs that began between these moments, in so many periods."""
    bounds = {
        "after": min(started_after * _NS_PER_MS, _LARGEST),
        "before": min(started_before * _NS_PER_MS, _LARGEST),
    }
    period_ms = max(1, -(-(started_before - started_after) // periods))
    total, by_period = _over_time(connection, bounds, period_ms, periods)
    models, tools = _calls(connection, bounds)
    return Statistics(
        started_after=started_after,
        started_before=started_before,
        period_ms=period_ms,
        total=total.period(started_after),
        periods=[each.period(started_after + place * period_ms) for place, each in enumerate(by_period)],
        models=_named(connection, terms, models),
        agents=_agents(connection, terms, bounds),
        tools=_named(connection, terms, tools),
    )


def _over_time(
    connection: sqlite3.Connection, bounds: Mapping[str, int], period_ms: int, periods: int
) -> tuple[_Sum, list[_Sum]]:
    total, by_period = _Sum(), [_Sum() for _ in range(periods)]
    for row in connection.execute(_RUNS, bounds):
        place = (row["start_ns"] - bounds["after"]) // (period_ms * _NS_PER_MS)
        took = None if row["end_ns"] is None else row["end_ns"] - row["start_ns"]
        known = [row["input_known"], row["output_known"], row["cost_known"]]
        amounts = [row[name] if is_known else None for name, is_known in zip(_USED, known, strict=True)]
        for each in (total, by_period[min(place, periods - 1)]):
            each.add(took, failed=row["status"] == "failed")
            each.use(amounts)
    return total, by_period


def _calls(
    connection: sqlite3.Connection, bounds: Mapping[str, int]
) -> tuple[dict[int, _Sum], dict[int, _Sum]]:
    models: dict[int, _Sum] = {}
    tools: dict[int, _Sum] = {}
    for row in connection.execute(_CALLS, bounds):
        by_name, term = (tools, row["tool"]) if row["kind"] == "tool" else (models, row["model"])
        if term is None:
            continue
        each = by_name.setdefault(term, _Sum())
        each.runs.add(row["run"])
        each.add(row["took"], failed=row["status"] == "failed")
        if row["counts_usage"]:
            each.use(row[name] for name in _USED)
    return models, tools


def _agents(connection: sqlite3.Connection, terms: Terms, bounds: Mapping[str, int]) -> Sequence[NamedUse]:
    times: dict[int, list[int]] = {}
    for row in connection.execute(_AGENT_TIMES, bounds):
        times.setdefault(row["agent"], []).append(row["took"])
    rows = connection.execute(_AGENTS, {**bounds, "limit": _MOST_NAMES}).fetchall()
    names = terms.read(connection, [row["agent"] for row in rows])
    usage = {row["agent"]: _Sum() for row in rows}
    for row in connection.execute(_AGENT_USAGE, bounds):
        if row["agent"] in usage:
            usage[row["agent"]].use(row[name] for name in _USED)
    return [
        NamedUse(
            name=names[row["agent"]] or "",
            runs=row["runs"],
            steps=row["steps"],
            failures=row["failures"],
            latency=_latency(times.get(row["agent"], [])),
            tokens=usage[row["agent"]].tokens(),
            cost_usd=usage[row["agent"]].cost(),
        )
        for row in rows
    ]


def _named(connection: sqlite3.Connection, terms: Terms, sums: Mapping[int, _Sum]) -> Sequence[NamedUse]:
    most_used = sorted(sums, key=lambda term: (-sums[term].count, term))[:_MOST_NAMES]
    names = terms.read(connection, most_used)
    return [sums[term].named(names[term] or "") for term in most_used]


def _latency(took_ns: list[int]) -> Latency:
    """Return median and 95th percentile by nearest rank."""
    took_ns.sort()

    def at(share: float) -> float | None:
        return took_ns[min(len(took_ns) - 1, int(share * len(took_ns)))] / _NS_PER_MS if took_ns else None

    return Latency(at(0.5), at(0.95))
