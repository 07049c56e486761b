"""A sink that keeps spans in a list, and recorders around it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter

from otel_bridge.exporter import Redactor, SinkSpanExporter
from otel_bridge.fanout import FanOut
from otel_bridge.own_provider import make_provider
from otel_bridge.processor import QueueLimits, RecordingProcessor
from otel_bridge.record import SinkUnavailable, SpanRecord
from otel_bridge.sampler import keep_share, sample_runs


@dataclass
class ListSink:
    """A SpanSink that can be told to be unavailable, or to block."""

    process_id: str = "test-process"
    records: list[SpanRecord] = field(default_factory=list)
    beats: list[Mapping[str, int]] = field(default_factory=list)
    closed: bool = False
    unavailable_times: int = 0
    may_write: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_write.set()

    def write(self, records: Sequence[SpanRecord]) -> None:
        self.may_write.wait(20)
        if self.unavailable_times:
            self.unavailable_times -= 1
            raise SinkUnavailable("The test says so.")
        self.records += records

    def beat(self, losses: Mapping[str, int]) -> None:
        self.beats.append(losses)

    def close(self) -> None:
        self.closed = True

    @property
    def finished(self) -> list[SpanRecord]:
        return [record for record in self.records if record.end_ns is not None]

    @property
    def running(self) -> list[SpanRecord]:
        return [record for record in self.records if record.end_ns is None]


@dataclass
class Recording:
    sink: ListSink
    processor: RecordingProcessor
    provider: TracerProvider


Record = Callable[..., Recording]


def unchanged(record: SpanRecord) -> SpanRecord:
    return record


@pytest.fixture
def record() -> Iterator[Record]:
    """Make recordings; all are shut down at the end of the test."""
    made: list[Recording] = []

    def make(
        *,
        sink: ListSink | None = None,
        redact: Redactor = unchanged,
        limits: QueueLimits | None = None,
        exporters: Sequence[SpanExporter] = (),
    ) -> Recording:
        sink = sink or ListSink()
        fan_out = FanOut(exporters)
        exporter = SinkSpanExporter(sink, redact, losses=fan_out.losses, fan_out=fan_out.processors)
        processor = RecordingProcessor(exporter, limits or QueueLimits(batch_timeout_ms=20), fan_out)
        provider = make_provider(sample_runs(keep_share(1.0)), {"service.name": "test"})
        provider.add_span_processor(processor)
        made.append(Recording(sink, processor, provider))
        return made[-1]

    yield make
    for recording in made:
        recording.sink.may_write.set()
        recording.provider.shutdown()
