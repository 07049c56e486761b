"""Call costs: what one model call costs by kind of token, and who names the price."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Final

from agent_inspector.model import StepCost
from agent_inspector.store.prices import NANO, find_rates, list_version
from agent_inspector.store.sqlite.tally import USAGE
from agent_inspector.store.sqlite.terms import Terms
from agent_inspector.store.token_kinds import Rates, cost_parts
from agent_inspector.store.user_prices import UserPrices
from otel_bridge.dialects import Usage

_CALL: Final = f"""
SELECT s.start_ns, s.model, s.provider, s.is_priced, {", ".join(f"s.{name}" for name in USAGE)}
FROM runs AS r CROSS JOIN spans AS s ON s.run = r.id
WHERE r.trace_id = ? AND s.span_id = ? AND s.kind IN ('llm', 'embedding')"""


def read_cost(
    connection: sqlite3.Connection, terms: Terms, own: UserPrices, trace_id: str, span_id: str
) -> StepCost | None:
    """Return what a step costs; None if it is no model call.

    Prices are those of today's file and list. The cost is what the span said, or what they said at first.
    """
    row = connection.execute(_CALL, (bytes.fromhex(trace_id), bytes.fromhex(span_id))).fetchone()
    if row is None:
        return None
    words = terms.read(connection, {row[name] for name in ("model", "provider") if row[name]})
    usage = Usage(*(row[name] for name in USAGE[:-1]))
    nano_usd = row["cost_nano_usd"]
    cost = StepCost(
        span_id, None, None, None, cost_parts(usage, None), None if nano_usd is None else nano_usd / NANO
    )
    if nano_usd is not None and not row["is_priced"]:
        return replace(cost, source="span")
    provider, model = words.get(row["provider"]), words.get(row["model"])
    rates = _rates(own, provider, model, usage, row["start_ns"])
    if rates is None:
        return cost
    version = list_version() if rates.source == "price_list" else None
    return replace(
        cost,
        source=rates.source,
        priced_as=rates.name,
        list_version=version,
        parts=cost_parts(usage, rates),
    )


def _rates(
    own: UserPrices, provider: str | None, model: str | None, usage: Usage, at_ns: int
) -> Rates | None:
    """Ask whom `pricing` asks: the list also where the file names the model but not all that is needed."""
    stated = own.find_rates(provider, model)
    if stated and own.price_nano_usd(provider, model, usage) is not None:
        return stated
    return find_rates(provider, model, usage, at_ns) or stated
