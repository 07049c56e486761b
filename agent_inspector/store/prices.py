"""What a model call costs, from the price list that `genai-prices` ships; alone knows that library.

Importing it takes 0.2 s of CPU and one calculation 0.12 ms, so it is loaded at the first call that
needs it, and prices that are linear are kept as a rate for each kind of token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from importlib.metadata import version
from typing import Final

from agent_inspector.model import TokenKind
from agent_inspector.store.token_kinds import Rates
from otel_bridge.dialects import Usage

NANO: Final = 10**9
_QUARTER_HOUR_NS: Final = 15 * 60 * NANO
"""Some providers price by the time of day; no change of price is known off the quarter hour."""
_SAMPLE: Final = 10**6


@dataclass(frozen=True, slots=True)
class _Rates:
    """Price in nano-dollars for a million tokens of each kind."""

    fresh: int
    cached: int
    cache_write: int
    output: int

    def price(self, usage: _Counts) -> int:
        fresh = usage.input - usage.cached - usage.cache_write
        total = (
            fresh * self.fresh
            + usage.cached * self.cached
            + usage.cache_write * self.cache_write
            + usage.output * self.output
        )
        return round(total / _SAMPLE)


@dataclass(frozen=True, slots=True)
class _Counts:
    input: int
    cached: int
    cache_write: int
    output: int


def price_nano_usd(provider: str | None, model: str | None, usage: Usage, at_ns: int) -> int | None:
    """Return the price of a call in billionths of a dollar; None where it is not known, never 0 for unknown."""
    if model is None or (usage.input is None and usage.output is None):
        return None
    counts = _counts(usage)
    quarter = at_ns // _QUARTER_HOUR_NS
    rates = _rates(provider, model, quarter)
    if rates is None:
        return None
    return rates.price(counts) if isinstance(rates, _Rates) else _tiered(provider, model, quarter, counts)


def find_rates(provider: str | None, model: str | None, usage: Usage, at_ns: int) -> Rates | None:
    """Return what tokens of a call cost; some models cost more where the input is long."""
    if model is None:
        return None
    quarter = at_ns // _QUARTER_HOUR_NS
    rates = _rates(provider, model, quarter)
    if rates is True:
        rates = _sample(provider, model, quarter, max(1, _counts(usage).input))
    found = _calculate(provider, model, quarter, _Counts(1, 0, 0, 0))
    if not isinstance(rates, _Rates) or found is None:
        return None
    nano: dict[TokenKind, int] = {
        "input": rates.fresh,
        "cached_input": rates.cached,
        "cache_write": rates.cache_write,
        "output": rates.output,
        "reasoning": rates.output,
    }
    return Rates("price_list", found.name, {kind: price / NANO for kind, price in nano.items()})


def list_version() -> str:
    """Name the price list that is installed."""
    return f"genai-prices {version('genai-prices')}"


def _counts(usage: Usage) -> _Counts:
    """Keep the parts within the whole: some dialects report input without the cached tokens."""
    cached, cache_write = usage.cached_input or 0, usage.cache_write or 0
    stated = usage.input or 0
    whole = stated if stated >= cached + cache_write else stated + cached + cache_write
    return _Counts(whole, cached, cache_write, usage.output or 0)


@lru_cache(maxsize=1024)
def _rates(provider: str | None, model: str, quarter: int) -> _Rates | bool | None:
    """Return linear rates, True where the price depends on the amount, None where there is no price."""
    from genai_prices.types import TieredPrices  # noqa: PLC0415 (0.2 s that only a priced call shall cost)

    found = _calculate(provider, model, quarter, _Counts(_SAMPLE, 0, 0, 0))
    if found is None:
        return None
    if any(isinstance(price, TieredPrices) for price in found.units):
        return True
    return _sample(provider, model, quarter, _SAMPLE)


@lru_cache(maxsize=1024)
def _sample(provider: str | None, model: str, quarter: int, whole: int) -> _Rates | None:
    """Return the rates where so many tokens go in."""
    samples = [
        _calculate(provider, model, quarter, counts)
        for counts in (
            _Counts(whole, 0, 0, 0),
            _Counts(whole, whole, 0, 0),
            _Counts(whole, 0, whole, 0),
            _Counts(whole, 0, 0, _SAMPLE),
        )
    ]
    prices = [sample.nano_usd for sample in samples if sample is not None]
    if len(prices) < len(samples):
        return None
    fresh, cached, cache_write = (round(price * _SAMPLE / whole) for price in prices[:3])
    return _Rates(fresh, cached, cache_write, prices[3] - prices[0])


@lru_cache(maxsize=1024)
def _tiered(provider: str | None, model: str, quarter: int, counts: _Counts) -> int | None:
    found = _calculate(provider, model, quarter, counts)
    return found.nano_usd if found else None


@dataclass(frozen=True, slots=True)
class _Calculated:
    nano_usd: int
    name: str
    units: tuple[object, ...]
    """The model's prices, one or tiers of them for each kind."""


def _calculate(provider: str | None, model: str, quarter: int, counts: _Counts) -> _Calculated | None:
    import genai_prices  # noqa: PLC0415 (0.2 s that only a priced call shall cost)

    usage = genai_prices.Usage(
        input_tokens=counts.input,
        cache_read_tokens=counts.cached or None,
        cache_write_tokens=counts.cache_write or None,
        output_tokens=counts.output,
    )
    at = datetime.fromtimestamp(quarter * (_QUARTER_HOUR_NS // NANO), timezone.utc)
    try:
        found = genai_prices.calc_price(
            usage, model, provider_id=_provider_id(provider), genai_request_timestamp=at
        )
    except (LookupError, ValueError):
        return None
    name = f"{found.provider.id}/{found.model.id}"
    return _Calculated(round(found.total_price * NANO), name, tuple(vars(found.model_price).values()))


def _provider_id(provider: str | None) -> str | None:
    """Spell a provider as the price list does: the conventions write `x_ai`, the list `x-ai`."""
    return provider.replace("_", "-") if provider else None
