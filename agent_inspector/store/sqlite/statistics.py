"""Statistics: what runs took over time, and what models, agents and tools took; read from columns, never a body."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent_inspector.model import NamedUse, PeriodUse, Statistics, Tokens
from agent_inspector.store.prices import NANO
from agent_inspector.store.sqlite import usage_hours
from agent_inspector.store.sqlite.terms import Terms
from agent_inspector.store.sqlite.usage_hours import Summed
from agent_inspector.store.sqlite.used import Used, latency_of

_NS_PER_MS: Final = 1_000_000
_LARGEST: Final = 2**63 - 1
_MOST_NAMES: Final = 50
_PLACE: Final = "MIN((start_ns - :after) / :period, :periods - 1)"
_SUMS: Final = f"""
SELECT {_PLACE}, COUNT(*), SUM(status = 'failed'), SUM(CASE WHEN input_known THEN input_tokens END),
    SUM(CASE WHEN output_known THEN output_tokens END), SUM(CASE WHEN cost_known THEN cost_nano_usd END)
FROM runs WHERE start_ns BETWEEN :after AND :before GROUP BY 1"""
_TIMES: Final = f"""
SELECT {_PLACE}, end_ns - start_ns, COUNT(*) FROM runs
WHERE start_ns BETWEEN :after AND :before AND end_ns IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"""

Took = list[tuple[int, int]]


def read(
    connection: sqlite3.Connection, terms: Terms, started_after: int, started_before: int, periods: int
) -> tuple[Statistics, Summed]:
    """Return the statistics of runs that began between these moments, in so many periods; and what was summed for it."""
    period_ms = max(1, -(-(started_before - started_after) // periods))
    bounds = {
        "after": min(started_after * _NS_PER_MS, _LARGEST),
        "before": min(started_before * _NS_PER_MS, _LARGEST),
        "period": min(period_ms * _NS_PER_MS, _LARGEST),
        "periods": periods,
    }
    total, by_period = _over_time(connection, bounds)
    summed = usage_hours.read(connection, bounds["after"], bounds["before"])
    found = Statistics(
        started_after=started_after,
        started_before=started_before,
        period_ms=period_ms,
        total=_period(started_after, *total),
        periods=[_period(started_after + place * period_ms, *each) for place, each in enumerate(by_period)],
        models=_named(connection, terms, summed.by_name["model"]),
        agents=_named(connection, terms, summed.by_name["agent"]),
        tools=_named(connection, terms, summed.by_name["tool"]),
    )
    return found, summed


def _over_time(
    connection: sqlite3.Connection, bounds: Mapping[str, int]
) -> tuple[tuple[Used, Took], list[tuple[Used, Took]]]:
    """Return in all, and of each period, the sums of the runs that began in it, and how long they took."""
    total: tuple[Used, Took] = (Used(), [])
    by_period: list[tuple[Used, Took]] = [(Used(), []) for _ in range(bounds["periods"])]
    for place, runs, failed, *used in _rows(connection, _SUMS, bounds):
        each = Used(runs, runs, failed, used)
        by_period[place][0].add(each)
        total[0].add(each)
    for place, took_ns, runs in _rows(connection, _TIMES, bounds):
        by_period[place][1].append((took_ns, runs))
        total[1].append((took_ns, runs))
    total[1].sort()
    return total, by_period


def _period(started_at: int, used: Used, took: Took) -> PeriodUse:
    tokens = Tokens(input=used.used[0], output=used.used[1])
    cost = None if used.used[2] is None else used.used[2] / NANO
    return PeriodUse(started_at, used.runs, used.failures, latency_of(took), tokens, cost)


def _named(connection: sqlite3.Connection, terms: Terms, used: Mapping[int, Used]) -> Sequence[NamedUse]:
    most_used = sorted(used, key=lambda term: (-used[term].count, term))[:_MOST_NAMES]
    names = terms.read(connection, most_used)
    return [used[term].named(names.get(term) or "") for term in most_used]


def _rows(
    connection: sqlite3.Connection, statement: str, bounds: Mapping[str, int]
) -> Sequence[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(statement, bounds).fetchall()
