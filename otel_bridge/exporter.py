"""SinkSpanExporter: finished spans become SpanRecords, are redacted, and go to the sink and the fan-out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_bridge.adoption import Adoptions
from otel_bridge.content import ContentTable, rendered
from otel_bridge.forking import no_fork
from otel_bridge.losses import Losses
from otel_bridge.readable import to_record, with_content_of
from otel_bridge.record import SinkRefuses, SinkUnavailable, SpanRecord, SpanSink

_log = logging.getLogger("agent_inspector")

Redactor: TypeAlias = Callable[[SpanRecord], SpanRecord]

_FIRST_RETRY_S: Final = 0.05
_LONGEST_RETRY_S: Final = 2.0
_QUIET_S: Final = 60


class SinkSpanExporter(SpanExporter):
    """An OpenTelemetry exporter that keeps spans in a SpanSink.

    It owns the retries: while the sink is unavailable, `export` waits, in the export thread, and the
    spans behind it wait too. It never raises, whatever happens: the SDK's export thread would die
    of a BaseException for good.
    """

    def __init__(
        self,
        sink: SpanSink,
        redact: Redactor,
        *,
        losses: Losses | None = None,
        fan_out: Sequence[SpanProcessor] = (),
        sink_takes_pieces: bool = False,
    ) -> None:
        self.sink = sink
        self.losses = losses or Losses()
        self.content = ContentTable()
        """What steps carry beside their spans, until it is taken here."""
        self.adoptions = Adoptions()
        """Which runs the traces of this process belong to."""
        self._redact = redact
        self._fan_out = fan_out
        self._renders = not sink_takes_pieces
        self._closing = threading.Event()
        self._give_up_at = float("inf")
        self._complained: dict[str, float] = {}
        self.has_given_up = False
        """While closing, the sink stayed unavailable for too long; it is not asked again."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            kept = self._keep(self.convert(spans))
        except BaseException as problem:  # noqa: BLE001  (see the class docstring)
            self._lose(len(spans), "export_failed", problem)
            kept = False
        return SpanExportResult.SUCCESS if kept else SpanExportResult.FAILURE

    def convert(self, spans: Sequence[ReadableSpan]) -> list[SpanRecord]:
        """Copy, redact and fan out these spans; one that cannot be read is counted and left out."""
        records: list[SpanRecord] = []
        process_id = self.sink.process_id
        with no_fork():
            self._convert(spans, process_id, records)
        return records

    def _convert(self, spans: Sequence[ReadableSpan], process_id: str, records: list[SpanRecord]) -> None:
        for span in spans:
            try:
                record = self._redact(self._whole(span, process_id))
                if record.end_ns is not None:
                    self._pass_on(span, record)
                records.append(rendered(record) if self._renders else record)
            except BaseException as problem:  # noqa: BLE001  (one bad span must not harm its neighbours)
                self._lose(1, "unreadable", problem)

    def _whole(self, span: ReadableSpan, process_id: str) -> SpanRecord:
        span_id = span.context.span_id
        content = self.content.look(span_id) if span.end_time is None else self.content.take(span_id)
        # Messages stay in pieces for the redactor, which looks at each of them once.
        return self.adoptions.placed(to_record(span, process_id, content))

    def close_within(self, seconds: float) -> None:
        """Stop retrying this many seconds from now; what is not kept by then is counted as lost."""
        self._give_up_at = time.monotonic() + seconds
        self._closing.set()

    def shutdown(self) -> None:
        self.close_within(0)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return True

    def reset(self) -> None:
        """Forget the locks and counts of the process that this one was forked from."""
        self._closing = threading.Event()
        self._give_up_at = float("inf")
        self.has_given_up = False
        self.losses.forget()
        self.content.forget()

    def _pass_on(self, span: ReadableSpan, record: SpanRecord) -> None:
        if self._fan_out:
            redacted = with_content_of(span, rendered(record))
            for processor in self._fan_out:
                processor.on_end(redacted)

    def _keep(self, records: Sequence[SpanRecord]) -> bool:
        pause_s = _FIRST_RETRY_S
        while records:
            try:
                if self.has_given_up:
                    raise SinkUnavailable
                with no_fork():
                    self.sink.write(records)
                break
            except SinkUnavailable as problem:
                if str(problem):
                    self._complain("unavailable", str(problem))
                if time.monotonic() + pause_s > self._give_up_at:
                    self.has_given_up = True
                    self._lose(len(records), "store_unavailable", problem)
                    return False
                self._pause(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_RETRY_S)
        self._forget_old_complaint("unavailable")
        return True

    def _pause(self, seconds: float) -> None:
        # Once closing, the event no longer sleeps: wait the short remaining time in earnest.
        if self._closing.wait(seconds):
            time.sleep(min(seconds, _FIRST_RETRY_S))

    def _lose(self, spans: int, reason: str, problem: BaseException) -> None:
        self.losses.count(reason, spans)
        # The type only: the message may quote the payload.
        told = str(problem) if isinstance(problem, SinkRefuses) else f"{type(problem).__name__}."
        self._complain(reason, f"Spans are lost ({reason}): {told}")

    def _complain(self, reason: str, sentence: str) -> None:
        if reason not in self._complained:
            self._complained[reason] = time.monotonic()
            _log.warning("%s", sentence)

    def has_told(self, reasons: Iterable[str]) -> bool:
        """Whether each of these reasons for a loss has been said in a line of its own."""
        return all(reason in self._complained for reason in reasons)

    def _forget_old_complaint(self, reason: str) -> None:
        """Let a trouble that is over be told again should it come back, though not more than once a minute."""
        if time.monotonic() - self._complained.get(reason, float("inf")) > _QUIET_S:
            del self._complained[reason]
