"""The fan-out to OTLP: isolated, bounded in size and time."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_bridge.fanout import exporters_from_environment
from otel_bridge.outlet import MAX_REQUEST_BYTES
from tests.otel_bridge.conftest import Record


class SizedExporter(SpanExporter):
    def __init__(self) -> None:
        self.requests: list[list[str]] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.requests.append([span.name for span in spans])
        return SpanExportResult.SUCCESS


class FailingExporter(SpanExporter):
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        raise RuntimeError("down")


def test_requests_are_bounded_in_bytes(record: Record) -> None:
    outside = SizedExporter()
    recording = record(exporters=[outside])
    tracer = recording.provider.get_tracer("t")
    for name in "abc":
        tracer.start_span(name, attributes={"text": "x" * (MAX_REQUEST_BYTES // 2)}).end()
    recording.provider.shutdown()

    assert [name for request in outside.requests for name in request] == ["a", "b", "c"]
    assert max(len(request) for request in outside.requests) == 1


def test_a_failing_destination_harms_neither_the_store_nor_another_one(record: Record) -> None:
    outside = SizedExporter()
    recording = record(exporters=[FailingExporter(), outside])
    recording.provider.get_tracer("t").start_span("one").end()
    recording.provider.shutdown()

    assert [span.name for span in recording.sink.finished] == ["one"]
    assert outside.requests == [["one"]]


@pytest.mark.parametrize("answers", [False, True], ids=["refused", "silent"])
def test_a_dead_collector_delays_the_end_by_at_most_two_seconds(
    record: Record, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not answers:
            server.close()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
        recording = record(exporters=exporters_from_environment())
        recording.provider.get_tracer("t").start_span("one").end()
        began = time.monotonic()
        recording.provider.shutdown()

        assert time.monotonic() - began < 3  # 2 s, and room for a loaded machine
    assert [span.name for span in recording.sink.finished] == ["one"]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, 0),
        ({"OTEL_TRACES_EXPORTER": "agent_inspector"}, 0),
        ({"OTEL_TRACES_EXPORTER": "agent_inspector,otlp"}, 1),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}, 1),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "agent_inspector"}, 0),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}, 0),
    ],
)
def test_the_environment_decides_whether_spans_leave_the_machine(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: int
) -> None:
    for name in ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    exporters = exporters_from_environment()
    for exporter in exporters:
        exporter.shutdown()

    assert len(exporters) == expected
