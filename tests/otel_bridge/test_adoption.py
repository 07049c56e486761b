"""Traces that belong to a run although their roots have no parent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opentelemetry.context import Context
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, Tracer

from otel_bridge.record import SpanRecord
from tests.otel_bridge.conftest import Record

ALONE = Context()


def recorded(record: Record, work: Callable[[Tracer], object]) -> Mapping[str, SpanRecord]:
    recording = record()
    work(recording.provider.get_tracer("t"))
    recording.provider.force_flush()
    return {span.name: span for span in recording.sink.records}


def test_a_trace_that_starts_inside_of_a_run_is_a_step_of_it(record: Record) -> None:
    def work(tracer: Tracer) -> None:
        with tracer.start_as_current_span("run"), tracer.start_as_current_span("elsewhere", ALONE):
            tracer.start_span("below").end()

    spans = recorded(record, work)

    assert {span.trace_id for span in spans.values()} == {spans["run"].trace_id}
    assert spans["elsewhere"].parent_id == spans["run"].span_id
    assert spans["below"].parent_id == spans["elsewhere"].span_id
    assert spans["below"].attributes["agent_inspector.trace_id"] != spans["run"].trace_id


def test_a_trace_that_starts_after_the_run_is_one_of_its_own(record: Record) -> None:
    def work(tracer: Tracer) -> None:
        with tracer.start_as_current_span("run") as run:
            run.end()
            tracer.start_span("elsewhere", ALONE).end()

    spans = recorded(record, work)

    assert spans["elsewhere"].parent_id is None
    assert spans["elsewhere"].trace_id != spans["run"].trace_id


def test_a_trace_that_starts_in_a_task_of_a_run_that_is_open_is_a_step_of_it(record: Record) -> None:
    def work(tracer: Tracer) -> None:
        run = tracer.start_span("run")
        with tracer.start_as_current_span("task") as task:
            task.end()
            tracer.start_span("message", ALONE).end()
        with tracer.start_as_current_span("nested", ALONE, links=[Link(run.get_span_context())]) as nested:
            nested.end()
            tracer.start_span("in nested", ALONE).end()
        run.end()

    spans = recorded(record, work)

    assert spans["message"].trace_id != spans["run"].trace_id  # the task was no step of the run
    assert spans["in nested"].trace_id == spans["run"].trace_id


def test_messages_that_link_to_each_other_are_one_run(record: Record) -> None:
    def work(tracer: Tracer) -> None:
        first = tracer.start_span("first")
        first.end()
        second = tracer.start_span("second", ALONE, links=[Link(first.get_span_context())])
        second.end()
        tracer.start_span("third", ALONE, links=[Link(second.get_span_context())]).end()

    spans = recorded(record, work)

    assert {span.trace_id for span in spans.values()} == {spans["first"].trace_id}
    assert spans["third"].parent_id == spans["second"].span_id


def test_a_link_to_another_process_joins_nothing(record: Record) -> None:
    foreign: list[Link] = []

    def elsewhere(tracer: Tracer) -> None:
        span = tracer.start_span("elsewhere")
        foreign.append(Link(span.get_span_context()))
        span.end()

    recorded(record, elsewhere)
    spans = recorded(record, lambda tracer: tracer.start_span("here", ALONE, links=foreign).end())

    assert spans["here"].parent_id is None


def test_exporters_of_others_see_the_traces_as_they_are(record: Record) -> None:
    theirs = InMemorySpanExporter()
    recording = record()
    recording.provider.add_span_processor(SimpleSpanProcessor(theirs))
    tracer = recording.provider.get_tracer("t")
    with tracer.start_as_current_span("run"):
        tracer.start_span("elsewhere", ALONE).end()
    elsewhere, run = theirs.get_finished_spans()

    assert elsewhere.parent is None
    assert elsewhere.context.trace_id != run.context.trace_id
