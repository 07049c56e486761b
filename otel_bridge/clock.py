"""The one clock of recorded spans: wall time at import, advanced by the monotonic clock.

A step of the system clock (NTP, suspend, a user) in the middle of a run can then neither
reorder its steps nor make a duration negative.
"""

from __future__ import annotations

import time

_anchor_ns = time.time_ns() - time.perf_counter_ns()


def now_ns() -> int:
    """Return nanoseconds since the Unix epoch that never run backwards within this process."""
    return _anchor_ns + time.perf_counter_ns()
