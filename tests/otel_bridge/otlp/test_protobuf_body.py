"""The protobuf form of OTLP, where the exporter would not send it so."""

from __future__ import annotations

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from otel_bridge.otlp import Decoded, MalformedBody, decode_logs, decode_traces

PROTOBUF = "application/x-protobuf"


def decode(*spans: Span) -> Decoded:
    request = ExportTraceServiceRequest()
    request.resource_spans.add().scope_spans.add().spans.extend(spans)
    return decode_traces(request.SerializeToString(), PROTOBUF)


def span(**fields: object) -> Span:
    given = {"trace_id": b"t" * 16, "span_id": b"s" * 8, "start_time_unix_nano": 1, "end_time_unix_nano": 2}
    return Span(**(given | fields))  # type: ignore[arg-type]  # The stubs name every field's own type.


def test_a_bad_span_is_rejected_alone() -> None:
    decoded = decode(span(), span(trace_id=b"short"), span(span_id=bytes(8)), span(start_time_unix_nano=3))

    assert (len(decoded.records), decoded.rejected) == (2, 2)
    assert decoded.reason == (
        "2 rejected: a span was rejected because its trace id is not 16 bytes that are not all zero."
    )


def test_unknown_enum_numbers_have_their_defaults() -> None:
    odd = span(kind=77)
    odd.status.code = 9  # type: ignore[assignment]  # A status of the future.

    record = decode(odd).records[0]

    assert (record.kind, record.status) == ("internal", "unset")


def test_links_without_ids_are_left_out() -> None:
    linked = span()
    linked.links.add(trace_id=b"t" * 16, span_id=b"u" * 8)
    linked.links.add(trace_id=b"?")

    assert [link.span_id for link in decode(linked).records[0].links] == ["75" * 8]


def test_a_log_record_decodes() -> None:
    request = ExportLogsServiceRequest()
    scope = request.resource_logs.add().scope_logs.add()
    scope.scope.name = "s"
    log = scope.log_records.add(time_unix_nano=7, event_name="e", severity_text="WARN", span_id=b"s" * 8)
    log.body.kvlist_value.values.add(key="a").value.int_value = 5

    decoded = decode_logs(request.SerializeToString(), PROTOBUF)[0]

    assert (decoded.event_name, decoded.severity, decoded.body) == ("e", "WARN", {"a": 5})
    assert (decoded.trace_id, decoded.span_id) == (None, "73" * 8)


def test_a_malformed_body_is_one_error() -> None:
    with pytest.raises(MalformedBody, match="not a protobuf ExportTraceServiceRequest"):
        decode_traces(b"\xff\xff", PROTOBUF)
