"""What the real OTLP exporter encodes, decoded again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace import ReadableSpan

from otel_bridge.otlp import decode_traces
from otel_bridge.record import SpanRecord
from tests.otel_bridge.otlp.spans import JSON, PROTOBUF, sdk_spans, to_json, to_protobuf


def told(span: ReadableSpan) -> dict[str, Any]:
    """Return what the record of a span must say."""
    assert span.context is not None
    assert span.instrumentation_scope is not None
    return {
        "trace_id": f"{span.context.trace_id:032x}",
        "span_id": f"{span.context.span_id:016x}",
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "name": span.name,
        "start_ns": span.start_time,
        "end_ns": span.end_time,
        "kind": span.kind.name.lower(),
        "status": span.status.status_code.name.lower(),
        "status_message": span.status.description,
        "attributes": plain(span.attributes),
        "events": [(event.name, event.timestamp, plain(event.attributes)) for event in span.events],
        "links": [f"{link.context.span_id:016x}" for link in span.links],
        "resource": plain(span.resource.attributes),
        "scope_name": span.instrumentation_scope.name,
        "parent_is_remote": bool(span.parent and span.parent.is_remote),
    }


def said(record: SpanRecord) -> dict[str, Any]:
    """Return the same of the record itself."""
    return {
        "trace_id": record.trace_id,
        "span_id": record.span_id,
        "parent_id": record.parent_id,
        "name": record.name,
        "start_ns": record.start_ns,
        "end_ns": record.end_ns,
        "kind": record.kind,
        "status": record.status,
        "status_message": record.status_message,
        "attributes": plain(record.attributes),
        "events": [(event.name, event.time_ns, plain(event.attributes)) for event in record.events],
        "links": [link.span_id for link in record.links],
        "resource": plain(record.resource),
        "scope_name": record.scope_name,
        "parent_is_remote": record.parent_is_remote,
    }


def plain(value: Any) -> Any:
    """Return tuples as lists and any mapping as a dict."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [plain(item) for item in value]
    return value


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["trace_id"], row["span_id"]))


@settings(deadline=None)
@given(st.lists(sdk_spans(), max_size=3, unique_by=lambda span: span.context.span_id))
def test_protobuf_from_the_exporter_decodes_to_the_same_spans(spans: list[ReadableSpan]) -> None:
    decoded = decode_traces(to_protobuf(spans), PROTOBUF)

    assert (decoded.rejected, decoded.reason) == (0, None)
    assert in_order([told(span) for span in spans]) == in_order([said(record) for record in decoded.records])


@settings(deadline=None)
@given(st.lists(sdk_spans(), max_size=3))
def test_json_decodes_to_the_same_records_as_protobuf(spans: list[ReadableSpan]) -> None:
    from_protobuf = decode_traces(to_protobuf(spans), PROTOBUF)

    from_json = decode_traces(to_json(spans), JSON)

    assert from_protobuf == from_json
