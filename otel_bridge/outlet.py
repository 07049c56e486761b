"""Outlet: one place that gets copies of spans, behind a bounded queue of its own; it counts what does not arrive."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from opentelemetry.sdk.environment_variables import OTEL_BSP_MAX_EXPORT_BATCH_SIZE, OTEL_BSP_MAX_QUEUE_SIZE
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from otel_bridge.admission import AdmissionGate
from otel_bridge.losses import FAN_OUT_FAILED, FAN_OUT_QUEUE_FULL, FAN_OUT_UNSENT, Losses
from otel_bridge.sizes import span_bytes

_log = logging.getLogger("agent_inspector")

MAX_REQUEST_BYTES: Final = 8 * 2**20
"""The stock exporter throws away a whole batch above 64 MiB; collectors often take far less."""
MAX_WAITING_BYTES: Final = 64 * 2**20
"""What may wait for one destination; how many spans may is `OTEL_BSP_MAX_QUEUE_SIZE`, as for any of OpenTelemetry's."""

_MAX_SPANS: Final = 2048
_BATCH_SIZE: Final = 512
"""OpenTelemetry's own, where nothing else is set."""


class Outlet(SpanProcessor):
    """A stock batch processor behind a gate, which refuses the newest span where the stock one drops the oldest."""

    def __init__(self, exporter: SpanExporter, losses: Losses) -> None:
        max_spans = _number_of(OTEL_BSP_MAX_QUEUE_SIZE, _MAX_SPANS)
        self._losses = losses
        self._gate = AdmissionGate(
            max_spans=max_spans,
            max_bytes=MAX_WAITING_BYTES,
            on_refusal=partial(losses.count, FAN_OUT_QUEUE_FULL),
        )
        self._exporter = _CountingExporter(exporter, self._gate, losses)
        self._batches = BatchSpanProcessor(
            self._exporter,
            max_queue_size=max_spans,
            max_export_batch_size=min(_number_of(OTEL_BSP_MAX_EXPORT_BATCH_SIZE, _BATCH_SIZE), max_spans),
        )

    def on_end(self, span: ReadableSpan) -> None:
        """Take a finished span; one that has no place is counted."""
        context = span.get_span_context()
        if context is None or not context.trace_flags.sampled:
            return
        if self._exporter.is_closed:
            self._losses.count(FAN_OUT_UNSENT)
        elif self._gate.admit(span):
            self._batches.on_end(span)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits now."""
        return self._batches.force_flush(timeout_millis)

    def shutdown(self) -> None:
        """Send what waits, however long that takes; `abandon` cuts it short."""
        self._batches.shutdown()  # type: ignore[no-untyped-call]  # untyped upstream

    def abandon(self) -> None:
        """Count as unsent what still waits, and end the exporter's retries, which shutting down does not."""
        self._exporter.shutdown()

    def reset(self) -> None:
        """Start afresh in a forked child, whose queue is empty."""
        self._gate.reset()
        self._exporter.reset()


class _CountingExporter(SpanExporter):
    """Sends in requests of bounded size, tells the gate what has left the queue, and falls silent once closed."""

    def __init__(self, inner: SpanExporter, gate: AdmissionGate, losses: Losses) -> None:
        self._inner = inner
        self._gate = gate
        self._losses = losses
        self._lock = threading.Lock()
        self._has_complained = False
        self.is_closed = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = SpanExportResult.SUCCESS
        for request in _split(spans):
            if not self._send(request):
                result = SpanExportResult.FAILURE
        return result

    def shutdown(self) -> None:
        with self._lock:
            if self.is_closed:
                return
            self.is_closed = True
            self._losses.count(FAN_OUT_UNSENT, self._gate.waiting)
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)

    def reset(self) -> None:
        self._lock = threading.Lock()

    def _send(self, request: Sequence[ReadableSpan]) -> bool:
        arrived = False
        try:
            arrived = not self.is_closed and self._inner.export(request) is SpanExportResult.SUCCESS
        except BaseException as problem:  # noqa: BLE001  (the stock processor's thread would die of it for good)
            self._complain(problem)
        with self._lock:
            if not self.is_closed:  # else it is counted as unsent already
                self._gate.release(request)
                self._losses.count(FAN_OUT_FAILED, 0 if arrived else len(request))
        return arrived

    def _complain(self, problem: BaseException) -> None:
        if not self._has_complained:
            self._has_complained = True
            _log.warning("An exporter failed on spans: %s.", type(problem).__name__)


def _split(spans: Sequence[ReadableSpan]) -> Iterator[list[ReadableSpan]]:
    request: list[ReadableSpan] = []
    size = 0
    for span in spans:
        size += span_bytes(span)
        if request and size > MAX_REQUEST_BYTES:
            yield request
            request, size = [], span_bytes(span)
        request.append(span)
    if request:
        yield request


def _number_of(variable: str, default: int) -> int:
    """Read a whole number above zero from the environment, as the SDK does; anything else is the default."""
    text = os.environ.get(variable, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else default
