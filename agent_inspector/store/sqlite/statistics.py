"""Statistics: what runs took over time, and what models, agents and tools took; read from columns, never a body."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

import orjson

from agent_inspector.model import NamedUse, PeriodUse, Statistics, Tokens
from agent_inspector.store.prices import NANO
from agent_inspector.store.sqlite import usage_hours
from agent_inspector.store.sqlite.terms import Terms
from agent_inspector.store.sqlite.usage_hours import Summed
from agent_inspector.store.sqlite.used import Used, latency_of_each

_NS_PER_MS: Final = 1_000_000
_LARGEST: Final = 2**63 - 1
_MOST_NAMES: Final = 50
_SUMS: Final = """
SELECT COUNT(*), TOTAL(status = 'failed'), json_group_array(end_ns - start_ns) FILTER (WHERE end_ns IS NOT NULL),
    SUM(CASE WHEN input_known THEN input_tokens END), SUM(CASE WHEN output_known THEN output_tokens END),
    SUM(CASE WHEN cost_known THEN cost_nano_usd END)
FROM runs WHERE start_ns BETWEEN ? AND ?"""
"""Asked of one period after the other: SQLite would sort all runs to group them, at two to five times the cost."""

Took = list[int]
"""How long runs took, the shortest first."""


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
    total, by_period = Used(), list[tuple[Used, Took]]()
    for stretch in _stretches(bounds):
        runs, failed, took_ns, *used = connection.execute(_SUMS, stretch).fetchone()
        each = Used(runs, runs, int(failed), used)
        total.add(each)
        by_period.append((each, sorted(orjson.loads(took_ns))))
    return (total, sorted(chain.from_iterable(took for _, took in by_period))), by_period


def _stretches(bounds: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last moment of each period; the last period has what is left."""
    for place in range(bounds["periods"]):
        first = bounds["after"] + place * bounds["period"]
        is_last = place == bounds["periods"] - 1
        last = bounds["before"] if is_last else min(first + bounds["period"] - 1, bounds["before"])
        yield min(first, _LARGEST), last


def _period(started_at: int, used: Used, took: Took) -> PeriodUse:
    tokens = Tokens(input=used.used[0], output=used.used[1])
    cost = None if used.used[2] is None else used.used[2] / NANO
    return PeriodUse(started_at, used.runs, used.failures, latency_of_each(took), tokens, cost)


def _named(connection: sqlite3.Connection, terms: Terms, used: Mapping[int, Used]) -> Sequence[NamedUse]:
    most_used = sorted(used, key=lambda term: (-used[term].count, term))[:_MOST_NAMES]
    names = terms.read(connection, most_used)
    return [used[term].named(names.get(term) or "") for term in most_used]
