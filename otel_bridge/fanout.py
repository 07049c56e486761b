"""FanOut: OTLP exporters downstream of the redactor, each behind its own queue, none able to delay the exit."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from opentelemetry.sdk.trace.export import SpanExporter

from otel_bridge.losses import Losses
from otel_bridge.outlet import Outlet

__all__ = ["FanOut", "SpanExporter", "exporters_from_environment", "make_otlp_exporter"]

_log = logging.getLogger("agent_inspector")

CLOSE_S: Final = 1.0
"""What all of them together may take at the end of the process."""

_NOISY: Final = (
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.exporter.otlp.proto.grpc.exporter",
)


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
        self.losses = Losses()
        """What the recorder loses, copies that do not arrive included."""
        self.processors = [Outlet(exporter, self.losses) for exporter in exporters]

    def add(self, exporter: SpanExporter) -> None:
        """Send to one more place from now on."""
        _say_each_thing_once()
        self.processors.append(Outlet(self._limit(exporter), self.losses))

    def flush(self, timeout_s: float) -> bool:
        """Send what waits; False if that took longer."""
        deadline = time.monotonic() + timeout_s
        flushes = [_in_thread(outlet.force_flush) for outlet in self.processors]
        for flush in flushes:
            flush.join(max(0.0, deadline - time.monotonic()))
        return not any(flush.is_alive() for flush in flushes)

    def close(self) -> None:
        """Send what waits, within CLOSE_S; a destination that does not answer is left behind."""
        deadline = time.monotonic() + CLOSE_S
        endings = [_in_thread(outlet.shutdown) for outlet in self.processors]
        for ending in endings:
            ending.join(max(0.0, deadline - time.monotonic()))
        for ending, outlet in zip(endings, self.processors, strict=True):
            if ending.is_alive():
                outlet.abandon()

    def reset(self) -> None:
        """Start afresh in a forked child."""
        for outlet in self.processors:
            outlet.reset()


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
