"""Used: what one model, agent or tool did and took, as sums that can be added to each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from agent_inspector.model import Latency, NamedUse, Tokens
from agent_inspector.store.prices import NANO

NAMED: Final = ("model", "agent", "tool")
_NS_PER_MS: Final = 1_000_000
_COARSER: Final = ((200, 2), (500, 5), (1000, 10))
"""Durations of three digits up to the first number are counted in steps of the second: to one per cent."""


@dataclass(slots=True)
class Used:
    """What has been counted so far for one name."""

    runs: int = 0
    count: int = 0
    failures: int = 0
    used: list[int | None] = field(default_factory=lambda: [None, None, None])
    """Input tokens, output tokens, cost in nano-dollars; None where nobody said."""
    took_ns: dict[int, int] = field(default_factory=dict)
    """How many took so long."""

    def took(self, took_ns: int | None) -> None:
        if took_ns is not None:
            rounded = _rounded(took_ns)
            self.took_ns[rounded] = self.took_ns.get(rounded, 0) + 1

    def use(self, amounts: Iterable[int | None]) -> None:
        for place, amount in enumerate(amounts):
            if amount is not None:
                self.used[place] = (self.used[place] or 0) + amount

    def add(self, other: Used) -> None:
        self.runs += other.runs
        self.count += other.count
        self.failures += other.failures
        self.use(other.used)
        for took_ns, count in other.took_ns.items():
            self.took_ns[took_ns] = self.took_ns.get(took_ns, 0) + count

    def named(self, name: str) -> NamedUse:
        tokens = Tokens(input=self.used[0], output=self.used[1])
        cost = None if self.used[2] is None else self.used[2] / NANO
        latency = latency_of(sorted(self.took_ns.items()))
        return NamedUse(name, self.runs, self.count, self.failures, latency, tokens, cost)

    def packed(self) -> Sequence[Any]:
        """Return it as JSON takes it."""
        return [self.runs, self.count, self.failures, *self.used, [*self.took_ns], [*self.took_ns.values()]]

    @classmethod
    def unpacked(cls, packed: Sequence[Any]) -> Used:
        runs, count, failures, *used, took_ns, counts = packed
        return cls(runs, count, failures, used, dict(zip(took_ns, counts, strict=True)))


def latency_of(counted: Sequence[tuple[int, int]]) -> Latency:
    """Return median and 95th percentile by nearest rank of durations with how many took so long, shortest first."""
    total = sum(count for _, count in counted)

    def at(share: float) -> float | None:
        left = min(total - 1, int(share * total))
        for took_ns, count in counted:
            if left < count:
                return took_ns / _NS_PER_MS
            left -= count
        return None

    return Latency(at(0.5), at(0.95))


def latency_of_each(took_ns: Sequence[int]) -> Latency:
    """Return the same of durations one by one, shortest first."""
    total = len(took_ns)

    def at(share: float) -> float | None:
        return took_ns[min(total - 1, int(share * total))] / _NS_PER_MS if total else None

    return Latency(at(0.5), at(0.95))


def _rounded(took_ns: int) -> int:
    scale: int = 10 ** max(0, len(str(took_ns)) - 3)
    digits = took_ns // scale
    step = next((step for most, step in _COARSER if digits < most), 10) if scale > 1 else 1
    return round(took_ns / (scale * step)) * scale * step
