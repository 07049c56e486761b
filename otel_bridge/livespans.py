"""LiveSpans: the spans that are open right now, so that a running or killed run can be seen."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from opentelemetry.sdk.trace import Span

from otel_bridge import clock

MAX_OPEN: Final = 4096
"""A live span holds about 3 kB; beyond this many, newer ones are simply not shown until they end."""

MIN_AGE_NS: Final = 300_000_000
"""Most spans end sooner than this, and a row for them would be written twice for nothing."""


@dataclass(slots=True)
class _Open:
    span: Span
    written: tuple[int, int] | None = None
    """Number of attributes and events when it was last written."""


class LiveSpans:
    """A bounded table of open spans; safe for any thread."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, span: Span) -> None:
        context = span.get_span_context()
        if len(self._open) < MAX_OPEN:
            self._open[context.span_id] = _Open(span)

    def remove(self, span_id: int) -> None:
        self._open.pop(span_id, None)

    def changed(self, *, whatever_age: bool = False) -> list[Span]:
        """Return the spans to write anew: those that are old enough and new or changed since the last call."""
        now = clock.now_ns()
        found: list[Span] = []
        with self._lock:  # one taker at a time; add and remove need no lock
            for open_span in list(self._open.values()):
                span = open_span.span
                state = (len(span.attributes or ()), len(span.events))
                is_old = whatever_age or now - (span.start_time or now) >= MIN_AGE_NS
                if is_old and open_span.written != state:
                    open_span.written = state
                    found.append(span)
        return found

    def rewrite_all(self) -> None:
        """Treat every open span as unwritten, after a write that failed."""
        for open_span in list(self._open.values()):
            open_span.written = None

    def forget(self) -> None:
        """Drop all in a forked child: they belong to the parent."""
        self._open = {}
        self._lock = threading.Lock()
