"""The recording processor: what goes in comes out, or is counted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from otel_bridge.processor import QueueLimits
from otel_bridge.record import SpanRecord
from tests.otel_bridge.conftest import ListSink, Record


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "the condition did not come true"
        time.sleep(0.01)


def test_an_ended_span_reaches_the_sink_with_its_parent(record: Record) -> None:
    recording = record()
    tracer = recording.provider.get_tracer("scope", "1.2")
    with tracer.start_as_current_span("parent"), tracer.start_as_current_span("child", attributes={"a": 1}):
        pass
    recording.processor.force_flush()

    child, parent = recording.sink.finished
    assert (child.name, parent.name) == ("child", "parent")
    assert child.parent_id == parent.span_id
    assert child.attributes == {"a": 1}
    assert (child.scope_name, child.scope_version) == ("scope", "1.2")
    assert child.process_id == "test-process"


def test_an_open_span_is_shown_within_a_second_and_with_later_attributes(record: Record) -> None:
    recording = record()
    span = recording.provider.get_tracer("t").start_span("slow")
    wait_for(lambda: recording.sink.running)
    span.set_attribute("progress", 1)
    wait_for(lambda: recording.sink.running[-1].attributes.get("progress") == 1)
    span.end()
    recording.processor.force_flush()

    assert len(recording.sink.finished) == 1
    assert recording.sink.beats


def test_a_short_span_is_written_once(record: Record) -> None:
    recording = record()
    recording.provider.get_tracer("t").start_span("quick").end()
    recording.processor.force_flush()

    assert [span.end_ns is not None for span in recording.sink.records] == [True]


def test_a_span_still_open_at_shutdown_is_left_as_unfinished(record: Record) -> None:
    recording = record()
    span = recording.provider.get_tracer("t").start_span("never ends")
    recording.provider.shutdown()

    assert [found.name for found in recording.sink.running] == ["never ends"]
    assert recording.sink.closed
    assert span.is_recording()


def test_a_full_queue_refuses_the_newest_span_and_counts_it(record: Record) -> None:
    sink = ListSink()
    sink.may_write.clear()
    recording = record(sink=sink, limits=QueueLimits(max_spans=20, batch_size=5, batch_timeout_ms=10))
    tracer = recording.provider.get_tracer("t")
    root = tracer.start_span("root")
    from opentelemetry.trace import set_span_in_context

    inside = set_span_in_context(root)
    for number in range(40):
        tracer.start_span(f"step {number}", inside).end()
    root.end()
    sink.may_write.set()
    recording.processor.force_flush()

    kept = [span.name for span in sink.finished]
    lost = recording.processor.losses.by_reason()
    assert kept[0] == "step 0"
    assert "root" in kept
    assert len(kept) + lost["queue_full"] == 41


def test_an_unavailable_sink_is_tried_again_until_it_takes_the_spans(record: Record) -> None:
    recording = record(sink=ListSink(unavailable_times=3))
    recording.provider.get_tracer("t").start_span("patient").end()
    recording.processor.force_flush()

    assert [span.name for span in recording.sink.finished] == ["patient"]
    assert recording.processor.losses.by_reason() == {}


def test_shutdown_gives_up_on_a_sink_that_stays_unavailable(
    record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    recording = record(sink=ListSink(unavailable_times=10**6))
    recording.provider.get_tracer("t").start_span("lost").end()
    began = time.monotonic()
    recording.provider.shutdown()

    assert time.monotonic() - began < 5
    assert recording.processor.losses.by_reason() == {"store_unavailable": 1}
    assert len([line for line in caplog.messages if "The test says so" in line]) == 1


def test_a_span_that_cannot_be_redacted_is_counted_and_harms_no_neighbour(record: Record) -> None:
    def redact(span: SpanRecord) -> SpanRecord:
        if span.name == "poison":
            raise SystemExit
        return span

    recording = record(redact=redact)
    tracer = recording.provider.get_tracer("t")
    for name in ("before", "poison", "after"):
        tracer.start_span(name).end()
    recording.processor.force_flush()
    tracer.start_span("later").end()
    recording.processor.force_flush()

    assert [span.name for span in recording.sink.finished] == ["before", "after", "later"]
    assert recording.processor.losses.by_reason() == {"unreadable": 1}


def test_the_fan_out_gets_finished_and_redacted_spans_only(record: Record) -> None:
    from dataclasses import replace

    outside = InMemorySpanExporter()
    recording = record(
        redact=lambda span: replace(span, name="***", attributes={"secret": "***"}), exporters=[outside]
    )
    tracer = recording.provider.get_tracer("t")
    still_open = tracer.start_span("open")
    tracer.start_span("secret name", attributes={"secret": "hunter2"}).end()
    wait_for(lambda: recording.sink.running)
    recording.provider.shutdown()

    assert [(span.name, dict(span.attributes or {})) for span in outside.get_finished_spans()] == [
        ("***", {"secret": "***"})
    ]
    assert still_open.is_recording()


def test_a_span_that_ends_after_shutdown_is_counted(record: Record) -> None:
    recording = record()
    span = recording.provider.get_tracer("t").start_span("late")
    recording.provider.shutdown()
    span.end()

    assert recording.processor.losses.by_reason() == {"after_shutdown": 1}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_forked_child_records_its_own_spans_and_none_of_the_parents(record: Record) -> None:
    recording = record(limits=QueueLimits(batch_timeout_ms=60_000))
    tracer = recording.provider.get_tracer("t")
    tracer.start_span("of the parent").end()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        tracer.start_span("of the child").end()
        recording.processor.force_flush()
        os.write(writer, ",".join(span.name for span in recording.sink.finished).encode())
        os._exit(0)
    os.waitpid(child, 0)
    recording.processor.force_flush()

    assert os.read(reader, 1000) == b"of the child"
    assert [span.name for span in recording.sink.finished] == ["of the parent"]
