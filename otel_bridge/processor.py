"""RecordingProcessor: the one span processor of ours, composed around a stock BatchSpanProcessor.

In front of it stands the admission gate; beside it the table of open spans, whose ticker makes
running runs visible. Nothing unfinished ever reaches the fan-out.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from opentelemetry.context import Context
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from otel_bridge.admission import AdmissionGate
from otel_bridge.exporter import SinkSpanExporter
from otel_bridge.fanout import FanOut
from otel_bridge.forking import no_fork
from otel_bridge.identity import identity_of
from otel_bridge.livespans import LiveSpans
from otel_bridge.sizes import BYTES_PER_SPAN

_log = logging.getLogger("agent_inspector")

TICK_S: Final = 0.4
"""How often open spans are looked at: with MIN_AGE_NS, a running step shows within a second."""

CLOSE_S: Final = 1.0
"""What the local store may take at the end of the process; the fan-out has its own budget after it."""

_COMPLAIN_EVERY_TICKS: Final = round(60 / TICK_S)
_BEAT_EVERY_TICKS: Final = 3
"""A sink hears of this process with every batch as well."""


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """Bounds on what waits for the export thread."""

    max_spans: int = 8192
    max_bytes: int = 64 * 2**20
    batch_size: int = 512
    batch_timeout_ms: int = 500
    root_wait_ms: int = 0
    """How long the end of a run may wait for room; 0 never waits."""


class _ReleasingExporter(SpanExporter):
    """Tells the gate what has left the queue, however the export went."""

    def __init__(self, inner: SinkSpanExporter, gate: AdmissionGate) -> None:
        self._inner = inner
        self._gate = gate

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            return self._inner.export(spans)
        finally:
            self._gate.release(spans)

    def shutdown(self) -> None:
        self._inner.shutdown()


class RecordingProcessor(SpanProcessor):
    """Records every span of the provider it is added to. No method of it ever raises."""

    def __init__(self, exporter: SinkSpanExporter, limits: QueueLimits, fan_out: FanOut) -> None:
        self.exporter = exporter
        self.losses = exporter.losses
        self.content = exporter.content
        self._fan_out = fan_out
        self._gate = AdmissionGate(
            max_spans=limits.max_spans,
            max_bytes=limits.max_bytes,
            root_wait_ms=limits.root_wait_ms,
            on_refusal=partial(self.losses.count, "queue_full"),
            content=self.content,
        )
        self._batches = BatchSpanProcessor(
            _ReleasingExporter(exporter, self._gate),
            # One batch larger than the gate, so that the stock queue itself never drops.
            max_queue_size=limits.max_spans + limits.batch_size,
            max_export_batch_size=limits.batch_size,
            # The other half of the time is for writing what has waited.
            schedule_delay_millis=limits.batch_timeout_ms / 2,
        )
        self._live = LiveSpans()
        self._closed = threading.Event()
        self._ended = threading.Event()
        self._handing_over: dict[int, list[ReadableSpan]] = {}
        """By thread that is handing a span over: what a signal handler recorded in the middle of it."""
        self._ticker: threading.Thread | None = None
        self._said_losses = self._told_losses = 0
        """How many were lost when it was last said, and when the sink was last told."""
        _reset_after_fork(self)

    @property
    def is_idle(self) -> bool:
        """Nothing waits to be stored, and nothing is being recorded."""
        return self._closed.is_set() or (self._gate.waiting == 0 and not len(self._live))

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        try:
            for name, value in identity_of(parent_context).items():
                span.set_attribute(name, value)
            self.exporter.adoptions.note_start(span)
            self._live.add(span)
            if self._ticker is None and not self._closed.is_set():
                self._start_ticker()
        except Exception as problem:  # noqa: BLE001  (the SDK does not catch what a processor raises)
            self._say_broken(problem)

    def add_ended(self, span: ReadableSpan, span_id: int, content_bytes: int) -> None:
        """Record a step that nobody has started here, whose content the table already has."""
        try:
            if self._closed.is_set():
                self.content.take(span_id)
                self.losses.count("after_shutdown")
            elif self._gate.enter(span_id, BYTES_PER_SPAN + content_bytes, is_root=False):
                self._hand_over(span)
        except Exception as problem:  # noqa: BLE001
            self._say_broken(problem)

    def on_end(self, span: ReadableSpan) -> None:
        try:
            context = span.get_span_context()
            if context is None:
                return
            self._live.remove(context.span_id)
            self.exporter.adoptions.note_end(span)
            if not context.trace_flags.sampled:
                return
            if self._closed.is_set():
                self.content.take(context.span_id)
                self.losses.count("after_shutdown")
            elif self._gate.admit(span):
                self._hand_over(span)
        except Exception as problem:  # noqa: BLE001
            self._say_broken(problem)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Wait until everything that has ended is durable; False if that took too long."""
        if self._closed.is_set():
            return True
        # The stock flush exports in the caller's thread and ignores its timeout, so it runs elsewhere.
        flush = threading.Thread(target=self._flush_now, daemon=True, name="agent-inspector-flush")
        try:
            flush.start()
        except RuntimeError:  # Python 3.12 starts no thread once the interpreter is going down
            self._flush_now()
            return True
        flush.join(timeout_millis / 1000)
        return not flush.is_alive()

    def shutdown(self) -> None:
        """Store what waits, within CLOSE_S, say goodbye to the sink, then end the fan-out within its budget."""
        if self._closed.is_set():
            # Another thread is at it: the process must not end before it is done.
            self._ended.wait(CLOSE_S)
            return
        self._closed.set()
        self.exporter.close_within(CLOSE_S)
        self._batches.shutdown()  # type: ignore[no-untyped-call]  # untyped upstream
        # A sink that does not answer is asked once, as each time may take it seconds to say so.
        if not self.exporter.has_given_up and self._write_live(whatever_age=True) and self._beat():
            self._close_sink()
        self._fan_out.close()
        self._tell_late_losses()
        if not self.exporter.has_told(self.losses.by_reason()):
            self._say_losses()
        self._ended.set()

    def _close_sink(self) -> None:
        try:
            self.exporter.sink.close()
        except Exception as problem:  # noqa: BLE001
            self._say_broken(problem)

    def _tell_late_losses(self) -> None:
        """Tell the sink what the end itself cost: copies that were not sent any more."""
        if self._has_losses_to_tell() and not self.exporter.has_given_up and self._beat():
            self._close_sink()

    def _hand_over(self, span: ReadableSpan) -> None:
        """Give a span to the stock processor, which must not be entered twice: it would wait for its own lock."""
        thread = threading.get_ident()
        if thread in self._handing_over:
            self._handing_over[thread].append(span)
            return
        waiting = self._handing_over[thread] = [span]
        try:
            while waiting:
                self._batches.on_end(waiting.pop())
        finally:
            del self._handing_over[thread]

    def _flush_now(self) -> None:
        with suppress_instrumentation():
            self._batches.force_flush()
            self._write_live(whatever_age=True)
            if self._has_losses_to_tell():
                self._beat()

    def _start_ticker(self) -> None:
        self._ticker = threading.Thread(target=self._tick, daemon=True, name="agent-inspector-ticker")
        self._ticker.start()

    def _tick(self) -> None:
        ticks = 0
        with suppress_instrumentation():
            while not self._closed.wait(TICK_S):
                ticks += 1
                if len(self._live):
                    self._write_live()
                is_due = len(self._live) and ticks % _BEAT_EVERY_TICKS == 1
                if is_due or self._has_losses_to_tell():
                    self._beat()
                if ticks % _COMPLAIN_EVERY_TICKS == 1:
                    self._say_losses()

    def _write_live(self, *, whatever_age: bool = False) -> bool:
        spans = self._live.changed(whatever_age=whatever_age)
        if not spans:
            return True
        try:
            records = [record for record in self.exporter.convert(spans) if record.end_ns is None]
            with no_fork():
                self.exporter.sink.write(records)
            return True
        except Exception:  # noqa: BLE001  (the export thread reports a store that does not answer)
            self._live.rewrite_all()
            return False

    def _beat(self) -> bool:
        try:
            lost = self.losses.total()
            with no_fork():
                self.exporter.sink.beat(self.losses.by_reason())
            self._told_losses = lost
            return True
        except Exception:  # noqa: BLE001  (as in _write_live; the next beat says the same)
            return False

    def _has_losses_to_tell(self) -> bool:
        """Whether the sink has not heard yet of all that was lost."""
        return self.losses.total() > self._told_losses

    def _say_losses(self) -> None:
        lost = self.losses.total()
        if lost > self._said_losses:
            _log.warning(
                "%d spans or copies of spans lost since the last minute (in all, by reason: %s).",
                lost - self._said_losses,
                self.losses.by_reason(),
            )
            self._said_losses = lost

    def _say_broken(self, problem: Exception) -> None:
        self.losses.count("recorder_error")
        _log.debug("The recorder failed on a span: %s", type(problem).__name__)

    def _after_fork(self) -> None:
        self._gate.reset()
        self._live.forget()
        self._fan_out.reset()
        self._handing_over = {}
        self.exporter.reset()
        self._ticker = None
        self._said_losses = self._told_losses = 0


def _reset_after_fork(processor: RecordingProcessor) -> None:
    reset = weakref.WeakMethod(processor._after_fork)

    def after_in_child() -> None:
        if method := reset():
            method()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=after_in_child)
