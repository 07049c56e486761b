"""Times of rows as people read them: milliseconds, and durations that go on while something runs."""

from __future__ import annotations

import time
from typing import Final

from agent_inspector.store import RunRow, SpanRow

_NS_PER_MS: Final = 1_000_000


def to_ms(time_ns: int) -> int:
    """Return whole milliseconds since the Unix epoch."""
    return time_ns // _NS_PER_MS


def duration_ms(row: RunRow | SpanRow) -> float:
    """Return how long it took, has taken so far, or had taken when its process was last heard of."""
    end_ns = row.end_ns
    if end_ns is None:
        end_ns = row.last_sign_ns if row.status == "interrupted" else time.time_ns()
    return max(0, end_ns - row.start_ns) / _NS_PER_MS


def offset_ms(row: SpanRow) -> float:
    """Return how long after the start of its run a span began."""
    return (row.start_ns - row.run_start_ns) / _NS_PER_MS
