"""Costs: what one model call took of each kind of token, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

TokenKind: TypeAlias = Literal["input", "cached_input", "cache_write", "output", "reasoning"]
PriceSource: TypeAlias = Literal["span", "price_file", "price_list"]


@dataclass(frozen=True, slots=True)
class CostPart:
    """The tokens of one kind; each token of a call is in one part only."""

    kind: TokenKind
    """`input` without those that were read from the cache or written to it; `reasoning` only where it has a
    price of its own, else `output` includes it."""
    tokens: int | None
    """None where the call does not say."""
    usd_per_million: float | None
    """None where nobody says what such a token costs."""
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class StepCost:
    """What a model call costs, by kind of token, with who says so."""

    step_id: str
    source: PriceSource | None
    """The span itself, which names no price of each kind; the user's price file; or the list that is installed."""
    priced_as: str | None
    """The name of the model in that file or list."""
    list_version: str | None
    """Which list, where it comes from one."""
    parts: Sequence[CostPart]
    cost_usd: float | None
    """As the step has it: recorded, or reckoned when it was first read."""
