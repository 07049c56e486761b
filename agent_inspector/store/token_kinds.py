"""Kinds of tokens: a call's counts divided so that each token is paid for once, and the price of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent_inspector.model import CostPart, PriceSource, TokenKind
from otel_bridge.dialects import Usage


@dataclass(frozen=True, slots=True)
class Rates:
    """What tokens of a model cost."""

    source: PriceSource
    name: str
    """That of the model in the source."""
    usd_per_million: Mapping[TokenKind, float | None]
    """Of every kind; None where nobody says."""


def divide(usage: Usage) -> dict[TokenKind, int]:
    """Divide the counts; parts never exceed their whole."""
    cached, cache_write, reasoning = usage.cached_input or 0, usage.cache_write or 0, usage.reasoning or 0
    whole, output = usage.input or 0, usage.output or 0
    return {
        # Some dialects report input without the cached tokens.
        "input": whole - cached - cache_write if whole >= cached + cache_write else whole,
        "cached_input": cached,
        "cache_write": cache_write,
        "output": max(0, output - reasoning),
        "reasoning": reasoning,
    }


def cost_parts(usage: Usage, rates: Rates | None) -> list[CostPart]:
    """Return what each kind of token took; reasoning apart only where it has a price of its own."""
    tokens: dict[TokenKind, int | None] = {**divide(usage)}
    stated = {"input": usage.input, "output": usage.output, "cached_input": usage.cached_input}
    stated |= {"cache_write": usage.cache_write, "reasoning": usage.reasoning}
    prices = rates.usd_per_million if rates else {}
    for kind in tokens:
        if stated[kind] is None:
            tokens[kind] = None
    if prices.get("reasoning") == prices.get("output"):
        del tokens["reasoning"]
        tokens["output"] = usage.output
    return [_part(kind, count, prices.get(kind)) for kind, count in tokens.items()]


def _part(kind: TokenKind, tokens: int | None, price: float | None) -> CostPart:
    cost = None if tokens is None or price is None else tokens * price / 1_000_000
    return CostPart(kind, tokens, price, cost)
