"""Losses: the exact count of spans that were not kept, by reason."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Final

FAN_OUT_QUEUE_FULL: Final = "fan_out_queue_full"
"""A copy for an OTLP destination that is slower than the program."""
FAN_OUT_FAILED: Final = "fan_out_failed"
"""A copy that its destination did not take, repeated tries included."""
FAN_OUT_UNSENT: Final = "fan_out_unsent"
"""A copy that still waited when the program had to end."""
HELD_BACK_TOO_LONG: Final = "held_back_too_long"
"""A copy that waited for its run to be decided upon while too many others did."""
COPIES: Final = frozenset({FAN_OUT_QUEUE_FULL, FAN_OUT_FAILED, FAN_OUT_UNSENT, HELD_BACK_TOO_LONG})
"""Reasons that cost a copy for somewhere else, once for each destination; the local store has the span."""


class Losses:
    """A counter that any thread may add to."""

    def __init__(self) -> None:
        # Reentrant, as a signal handler may count in the middle of a count.
        self._lock = threading.RLock()
        self._by_reason: Counter[str] = Counter()

    def count(self, reason: str, spans: int = 1) -> None:
        if not spans:
            return
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
