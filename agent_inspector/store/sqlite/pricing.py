"""Pricing: what model calls cost, filled in by whoever reads the store, never by the traced program.

A process that has had to price calls, such as the server, prices those that it writes at once from then on.

The price list brings pydantic and an HTTP client: 0.2 s and 30 MB that an agent shall not pay, and an
import that must not happen in a thread beside its own (openai looks for `httpx2` half loaded).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from agent_inspector.store.prices import price_nano_usd
from agent_inspector.store.sqlite.draft import Draft
from agent_inspector.store.sqlite.tally import USAGE, Tally
from agent_inspector.store.sqlite.terms import Terms
from agent_inspector.store.sqlite.turns import begin_writing
from agent_inspector.store.user_prices import UserPrices
from otel_bridge.dialects import Usage

_AT_ONCE: Final = 500
_PRICED_KINDS: Final = ("llm", "embedding")

_UNPRICED: Final = f"""
SELECT id, run, start_ns, model, provider, counts_usage, {", ".join(USAGE[:-1])} FROM spans
WHERE is_priced = 0 AND cost_nano_usd IS NULL AND end_ns IS NOT NULL AND model IS NOT NULL
    AND kind IN {_PRICED_KINDS} AND COALESCE(input_tokens, output_tokens) IS NOT NULL
LIMIT {_AT_ONCE}"""
_PRICE: Final = "UPDATE spans SET cost_nano_usd = ?, is_priced = 1 WHERE id = ?"
_REVISE: Final = "UPDATE runs SET revision = (SELECT value FROM revision) WHERE id = ?"
_NEXT_REVISION: Final = "UPDATE revision SET value = value + 1"
_ANY: Final = f"SELECT EXISTS ({_UNPRICED})"


def has_unpriced(connection: sqlite3.Connection) -> bool:
    """Whether there is anything to price; without a write lock."""
    return bool(connection.execute(_ANY).fetchone()[0])


def price_some(connection: sqlite3.Connection, terms: Terms, own: UserPrices) -> int:
    """Price up to 500 model calls in one transaction; return how many were looked at."""
    begin_writing(connection)
    rows = connection.execute(_UNPRICED).fetchall()
    words = terms.read(connection, {row[name] for row in rows for name in ("model", "provider") if row[name]})
    prices = [_price(row, words, own) for row in rows]
    tally = Tally()
    for row, price in zip(rows, prices, strict=True):
        if price is not None and row["counts_usage"]:
            tally.add_usage(row["run"], (*([None] * (len(USAGE) - 1)), price), 1)
    connection.executemany(_PRICE, [(price, row["id"]) for row, price in zip(rows, prices, strict=True)])
    _announce(connection, rows, prices)
    tally.write(connection)
    connection.execute("COMMIT")
    return len(rows)


def price(draft: Draft, own: UserPrices) -> None:
    """Fill in what a call that is about to be written costs."""
    *counts, cost = draft.usage
    model = draft.names.get("model")
    if cost is not None or model is None or draft.end_ns is None or draft.kind not in _PRICED_KINDS:
        return
    usage = Usage(*counts)
    if usage.input is not None or usage.output is not None:
        cost = _look_up(draft.names.get("provider"), model, usage, draft.start_ns, own)
        draft.usage, draft.is_priced = (*counts, cost), True


def _price(row: sqlite3.Row, words: Mapping[int | None, str | None], own: UserPrices) -> int | None:
    usage = Usage(*(row[name] for name in USAGE[:-1]))
    return _look_up(words.get(row["provider"]), words.get(row["model"]), usage, row["start_ns"], own)


def _look_up(
    provider: str | None, model: str | None, usage: Usage, at_ns: int, own: UserPrices
) -> int | None:
    stated = own.price_nano_usd(provider, model, usage)
    return price_nano_usd(provider, model, usage, at_ns) if stated is None else stated


def _announce(
    connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], prices: Sequence[int | None]
) -> None:
    priced = {row["run"] for row, price in zip(rows, prices, strict=True) if price is not None}
    if priced:
        connection.execute(_NEXT_REVISION)
        connection.executemany(_REVISE, [(run,) for run in priced])
