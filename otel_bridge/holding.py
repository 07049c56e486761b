"""HoldBack: finished spans wait here until their run is decided upon, then go to the fan-out or nowhere."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import format_trace_id

from otel_bridge.losses import HELD_BACK_TOO_LONG, Losses
from otel_bridge.sizes import span_bytes

MAX_BYTES: Final = 32 * 2**20
"""Beyond it the run that has waited longest is let go; the local store has it all the same."""


class HoldBack(SpanProcessor):
    """Stands in front of the fan-out when only failed runs are kept."""

    def __init__(self, targets: Sequence[SpanProcessor], losses: Losses) -> None:
        self._targets = targets
        self._losses = losses
        self._held: OrderedDict[str, list[ReadableSpan]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def on_end(self, span: ReadableSpan) -> None:
        if not self._targets:
            return
        context = span.get_span_context()
        if context is None:
            return
        with self._lock:
            self._held.setdefault(format_trace_id(context.trace_id), []).append(span)
            self._bytes += span_bytes(span)
            while self._bytes > MAX_BYTES and self._held:
                self._losses.count(HELD_BACK_TOO_LONG, len(self._take(next(iter(self._held)))))

    def decide(self, trace_id: str, keeps: bool) -> None:
        """Send what is held of this run, or drop it."""
        with self._lock:
            spans = self._take(trace_id)
        if keeps:
            for span in spans:
                for target in self._targets:
                    target.on_end(span)

    def _take(self, trace_id: str) -> list[ReadableSpan]:
        spans = self._held.pop(trace_id, [])
        self._bytes -= sum([span_bytes(span) for span in spans])
        return spans
