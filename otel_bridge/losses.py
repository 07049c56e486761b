"""Losses: the exact count of spans that were not kept, by reason."""

from __future__ import annotations

import threading
from collections import Counter


class Losses:
    """A counter that any thread may add to."""

    def __init__(self) -> None:
        # Reentrant, as a signal handler may count in the middle of a count.
        self._lock = threading.RLock()
        self._by_reason: Counter[str] = Counter()

    def count(self, reason: str, spans: int = 1) -> None:
        with self._lock:
            self._by_reason[reason] += spans

    def by_reason(self) -> dict[str, int]:
        with self._lock:
            return dict(self._by_reason)

    def total(self) -> int:
        with self._lock:
            return sum(self._by_reason.values())

    def forget(self) -> None:
        """Start from zero, without the lock of the process that this one was forked from."""
        self._lock = threading.RLock()
        self._by_reason = Counter()
