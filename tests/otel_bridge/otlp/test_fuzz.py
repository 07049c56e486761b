"""Hostile bodies: nothing but MalformedBody ever comes out."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace import ReadableSpan

from otel_bridge.otlp import MalformedBody, decode_logs, decode_traces, decompress
from tests.otel_bridge.otlp.spans import JSON, PROTOBUF, sdk_spans, to_json, to_protobuf

names = st.sampled_from(
    [
        "resourceSpans", "scopeSpans", "spans", "resourceLogs", "scopeLogs", "logRecords", "resource", "scope",
        "attributes", "events", "links", "key", "value", "values", "traceId", "spanId", "parentSpanId", "name",
        "startTimeUnixNano", "endTimeUnixNano", "timeUnixNano", "kind", "status", "code", "message", "flags",
        "stringValue", "intValue", "doubleValue", "boolValue", "bytesValue", "arrayValue", "kvlistValue", "body",
        "severityNumber", "severityText", "eventName", "droppedAttributesCount",
    ]
)  # fmt: skip
leaves: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["0" * 32, "a" * 32, "b" * 16, "NaN", "1e400", "SPAN_KIND_SERVER", "٣", "9" * 50])
)
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=30,
)
GOOD = {"traceId": "a" * 32, "spanId": "b" * 16, "startTimeUnixNano": "1"}


def decode_all(body: bytes, content_type: str) -> None:
    for decode in (decode_traces, decode_logs):
        with contextlib.suppress(MalformedBody):
            decode(body, content_type)


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([JSON, PROTOBUF]))
def test_any_bytes(body: bytes, content_type: str) -> None:
    decode_all(body, content_type)


@settings(deadline=None, max_examples=300)
@given(documents)
def test_any_json(document: Any) -> None:
    decode_all(json.dumps(document).encode(), JSON)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(names, documents, max_size=8))
def test_a_span_with_any_fields(fields: dict[str, Any]) -> None:
    spans = {"resourceSpans": [{"scopeSpans": [{"spans": [GOOD | fields]}]}]}
    logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": [GOOD | fields]}]}]}

    decode_all(json.dumps(spans | logs).encode(), JSON)


@settings(deadline=None)
@given(st.lists(sdk_spans(), min_size=1, max_size=2), st.data())
def test_a_request_with_one_byte_changed(spans: list[ReadableSpan], data: st.DataObject) -> None:
    for body, content_type in ((to_protobuf(spans), PROTOBUF), (to_json(spans), JSON)):
        place = data.draw(st.integers(0, len(body) - 1))
        changed = body[:place] + bytes([data.draw(st.integers(0, 255))]) + body[place + 1 :]
        decode_all(changed, content_type)


@settings(deadline=None)
@given(st.binary(max_size=100), st.sampled_from(["gzip", "deflate", "zstd", "identity", "br", "", None]))
def test_any_compressed_bytes(body: bytes, encoding: str | None) -> None:
    with contextlib.suppress(MalformedBody):
        decompress(body, encoding, limit=1000)
