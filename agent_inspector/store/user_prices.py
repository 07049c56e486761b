"""UserPrices: what the user's own file says that models cost, before any list is asked.

JSON: a name of a model, or `provider/model`, perhaps with `*` at its end, to dollars for a million tokens:
`{"my-model": {"input": 1.5, "cached_input": 0.15, "cache_write": 1.9, "output": 6, "reasoning": 6}}`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from agent_inspector.errors import ConfigError
from agent_inspector.model import TokenKind
from agent_inspector.store.token_kinds import Rates, divide
from otel_bridge.dialects import Usage

_KINDS: Final[tuple[TokenKind, ...]] = ("input", "cached_input", "cache_write", "output", "reasoning")
_ELSE: Final = {"cached_input": "input", "cache_write": "input", "reasoning": "output"}
"""What a token costs of whose kind the file says nothing."""
_NANO_PER_TOKEN: Final = 1000
"""One dollar for a million tokens, in billionths of a dollar for one."""


@dataclass(frozen=True, slots=True)
class UserPrices:
    """Prices by model."""

    by_model: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def price_nano_usd(self, provider: str | None, model: str | None, usage: Usage) -> int | None:
        """Return the price of a call in billionths of a dollar; None where the file does not say it."""
        found = self._find(provider, model)
        if found is None or (usage.input is None and usage.output is None):
            return None
        _, rates = found
        total = 0.0
        for kind, tokens in divide(usage).items():
            rate = _rate(rates, kind)
            if tokens and rate is None:
                return None  # part of the price is unknown, and so is the whole
            total += tokens * (rate or 0.0)
        return round(total * _NANO_PER_TOKEN)

    def find_rates(self, provider: str | None, model: str | None) -> Rates | None:
        """Return what the file says of a model; None where it does not name it."""
        found = self._find(provider, model)
        if found is None:
            return None
        name, rates = found
        return Rates("price_file", name, {kind: _rate(rates, kind) for kind in _KINDS})

    def _find(self, provider: str | None, model: str | None) -> tuple[str, Mapping[str, float]] | None:
        """Look for the exact name first, then for the longest beginning; with the provider before without."""
        if model is None:
            return None
        names = [name for name in (f"{provider}/{model}" if provider else None, model) if name]
        for name in names:
            if name in self.by_model:
                return name, self.by_model[name]
        open_ended = sorted((key for key in self.by_model if key.endswith("*")), key=len, reverse=True)
        return next(
            ((key, self.by_model[key]) for key in open_ended for name in names if name.startswith(key[:-1])),
            None,
        )


def _rate(rates: Mapping[str, float], kind: TokenKind) -> float | None:
    return rates.get(kind, rates.get(_ELSE.get(kind, kind)))


def read_user_prices(path: str | None) -> UserPrices:
    """Read the file of prices; without one there are none.

    Raises:
        ConfigError: it cannot be read, or is not of that form; the sentence names it.
    """
    if not path:
        return UserPrices()
    try:
        document = json.loads(Path(path).expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The price file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigError(f"The price file {path} is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise ConfigError(f"The price file {path} must hold an object of models.")
    for model, rates in document.items():
        if not _is_rates(rates):
            raise ConfigError(
                f"In the price file {path}, {model!r} must have numbers for some of {', '.join(_KINDS)}."
            )
    return UserPrices(document)


def _is_rates(rates: object) -> bool:
    if not isinstance(rates, dict) or not rates:
        return False
    return all(
        name in _KINDS
        and isinstance(rate, (int, float))
        and not isinstance(rate, bool)
        and math.isfinite(rate)
        and rate >= 0
        for name, rate in rates.items()
    )
