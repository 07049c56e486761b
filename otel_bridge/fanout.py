"""FanOut: OTLP exporters downstream of the redactor, each behind its own queue, none able to delay the exit."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from otel_bridge.sizes import span_bytes

__all__ = ["BoundedExporter", "FanOut", "SpanExporter", "exporters_from_environment", "make_otlp_exporter"]

_log = logging.getLogger("agent_inspector")

CLOSE_S: Final = 1.0
"""What all of them together may take at the end of the process."""

MAX_REQUEST_BYTES: Final = 8 * 2**20
"""The stock exporter throws away a whole batch above 64 MiB; collectors often take far less."""

_NOISY: Final = (
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.exporter.otlp.proto.grpc.exporter",
)


class BoundedExporter(SpanExporter):
    """Sends in requests of bounded size, and falls silent when the process ends."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self._closed = False
        self.failed = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = SpanExportResult.SUCCESS
        for request in _split(spans):
            if self._closed or self._inner.export(request) is not SpanExportResult.SUCCESS:
                self.failed += len(request)
                result = SpanExportResult.FAILURE
        return result

    def shutdown(self) -> None:
        self._closed = True
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


class FanOut:
    """Exporters that get redacted copies of finished spans."""

    def __init__(
        self,
        exporters: Sequence[SpanExporter] = (),
        limit: Callable[[SpanExporter], SpanExporter] = lambda exporter: exporter,
    ) -> None:
        self._limit = limit
        """What stands before an exporter that is added later."""
        if exporters:
            _say_each_thing_once()
        self._exporters = [BoundedExporter(exporter) for exporter in exporters]
        self.processors: list[SpanProcessor] = [BatchSpanProcessor(exporter) for exporter in self._exporters]

    def add(self, exporter: SpanExporter) -> None:
        """Send to one more place from now on."""
        _say_each_thing_once()
        self._exporters.append(BoundedExporter(self._limit(exporter)))
        self.processors.append(BatchSpanProcessor(self._exporters[-1]))

    def flush(self, timeout_s: float) -> bool:
        """Send what waits; False if that took longer."""
        deadline = time.monotonic() + timeout_s
        flushes = [_in_thread(processor.force_flush) for processor in self.processors]
        for flush in flushes:
            flush.join(max(0.0, deadline - time.monotonic()))
        return not any(flush.is_alive() for flush in flushes)

    def close(self) -> None:
        """Send what waits, within CLOSE_S; a destination that does not answer is left behind."""
        deadline = time.monotonic() + CLOSE_S
        endings = [_in_thread(processor.shutdown) for processor in self.processors]
        for ending in endings:
            ending.join(max(0.0, deadline - time.monotonic()))
        for ending, exporter in zip(endings, self._exporters, strict=True):
            if ending.is_alive():
                # Ends the stock exporter's retries, which shutting the processor down does not.
                exporter.shutdown()


def exporters_from_environment() -> list[SpanExporter]:
    """Make the OTLP exporter that the environment asks for, if it does.

    `OTEL_TRACES_EXPORTER` decides where it is set; otherwise an OTLP endpoint is enough.
    """
    named = [name.strip() for name in os.environ.get("OTEL_TRACES_EXPORTER", "").split(",") if name.strip()]
    has_endpoint = any(
        os.environ.get(name) for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    )
    if "otlp" not in named and (named or not has_endpoint):
        return []
    try:
        return [make_otlp_exporter()]
    except Exception as problem:  # noqa: BLE001  (a bad endpoint must not cost the local recording)
        _log.warning("OTLP export is off: %s.", problem)
        return []


def make_otlp_exporter() -> SpanExporter:
    """Make the stock OTLP exporter for the protocol that the environment names; HTTP by default."""
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or os.environ.get(
        "OTEL_EXPORTER_OTLP_PROTOCOL"
    )
    if protocol == "grpc":
        # Imported on request only: grpcio costs 70 ms and 30 MB.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter as GrpcSpanExporter,
        )

        return GrpcSpanExporter()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return OTLPSpanExporter()


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


def _in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True, name="agent-inspector-fan-out")
    try:
        thread.start()
    except RuntimeError:  # Python 3.12 starts no thread once the interpreter is going down
        work()
    return thread


class _SayOnce(logging.Filter):
    """Lets each kind of message through once: a collector that is away needs no line per retry.

    That the exporter was shut down is not said at all: we do that, at the end of the process.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        kind = str(record.msg)
        is_new = kind not in self._said and "shutdown" not in kind.lower().split(",")[0]
        self._said.add(kind)
        return is_new


def _say_each_thing_once() -> None:
    for name in _NOISY:
        logger = logging.getLogger(name)
        if not any(isinstance(item, _SayOnce) for item in logger.filters):
            logger.addFilter(_SayOnce())
