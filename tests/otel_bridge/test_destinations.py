"""Destinations of redacted copies: what each is told, in which form, and that none stands in another's way."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

from otel_bridge.destinations import Destination, make_exporters, read_destination
from otel_bridge.fanout import FanOut
from tests.collector import Collector
from tests.otel_bridge.conftest import Record

SAID = "The customer lives in Utrecht"


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.server.shutdown()
    made.server.server_close()


def record_a_call(exporter: SpanExporter) -> None:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("app").start_as_current_span("chat gpt-4o") as span:
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.request.model", "gpt-4o")
        span.set_attribute("gen_ai.usage.input_tokens", 12)
        span.set_attribute("gen_ai.input.messages", json.dumps([{"role": "user", "content": SAID}]))
        span.set_attribute("user.id", "ada@example.com")
        span.set_attribute("weird", [SAID, SAID])
        span.add_event("gen_ai.user.message", {"content": SAID})
        span.record_exception(ValueError(SAID))
    provider.shutdown()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("http://127.0.0.1:4318", Destination("http://127.0.0.1:4318")),
        ("https://a.example/x grpc structure", Destination("https://a.example/x", "grpc", "structure")),
        ("http://a.example full http/json", Destination("http://a.example", "http/json", "full")),
    ],
)
def test_a_line_names_address_protocol_and_content(line: str, expected: Destination) -> None:
    assert read_destination(line) == expected


@pytest.mark.parametrize("line", ["tempo:4317", "file:///etc/passwd", "http://", "http://a.example thrift"])
def test_a_line_that_is_no_destination_costs_only_itself(line: str, caplog: pytest.LogCaptureFixture) -> None:
    assert make_exporters([line], "full") == []
    assert "One OTLP destination is left out" in caplog.text


@pytest.mark.parametrize("protocol", ["http/protobuf", "http/json"])
def test_a_destination_gets_the_whole_span_in_its_protocol(collector: Collector, protocol: str) -> None:
    [exporter] = make_exporters([f"{collector.url} {protocol}"], "full")
    record_a_call(exporter)

    [span] = collector.spans
    assert span.name == "chat gpt-4o"
    assert span.attributes["gen_ai.usage.input_tokens"] == 12
    assert SAID in str(span.attributes["gen_ai.input.messages"])


@pytest.mark.parametrize("protocol", ["http/protobuf", "http/json"])
def test_where_only_structure_leaves_nothing_that_was_said_does(collector: Collector, protocol: str) -> None:
    [exporter] = make_exporters([f"{collector.url} {protocol}"], "structure")
    record_a_call(exporter)

    [span] = collector.spans
    assert SAID not in str(span)
    assert "ada@example.com" not in str(span)
    assert span.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 12,
    }
    assert [dict(event.attributes) for event in span.events] == [{}, {"exception.type": "ValueError"}]


def test_an_exporter_that_is_added_later_is_limited_too(record: Record, collector: Collector) -> None:
    [exporter] = make_exporters([collector.url], "full")
    from otel_bridge.structure import StructureOnly

    fan_out = FanOut((), StructureOnly)
    fan_out.add(exporter)
    with TracerProvider().get_tracer("t").start_as_current_span("one", attributes={"text": SAID}) as span:
        pass
    for processor in fan_out.processors:
        processor.on_end(span)  # type: ignore[arg-type]  # the SDK's own span
    fan_out.close()

    assert [span.attributes for span in collector.spans] == [{}]


def test_json_is_sent_again_while_the_endpoint_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from otel_bridge import json_exporter

    monkeypatch.setattr(json_exporter, "_PAUSES_S", (0.01, 0.01))
    exporter = json_exporter.JsonSpanExporter("http://127.0.0.1:9/v1/traces", {})
    answers = iter([503, None, 200])
    monkeypatch.setattr(exporter, "_send", lambda _body: next(answers))

    assert exporter.export([]) is SpanExportResult.SUCCESS


def test_a_destination_that_hangs_delays_no_other(
    collector: Collector, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never answers
        hung = f"http://127.0.0.1:{silent.getsockname()[1]}"
        exporters = make_exporters([hung, f"{hung} http/json", collector.url], "full")
        fan_out = FanOut(exporters)
        with TracerProvider().get_tracer("t").start_as_current_span("one") as span:
            pass
        for processor in fan_out.processors:
            processor.on_end(span)  # type: ignore[arg-type]  # the SDK's own span
        fan_out.processors[-1].force_flush()

        assert [span.name for span in collector.spans] == ["one"]
        fan_out.close()
