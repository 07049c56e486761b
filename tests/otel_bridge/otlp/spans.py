"""Spans as the SDK makes them, and their requests as the real exporters encode them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict
from hypothesis import strategies as st
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

PROTOBUF, JSON = "application/x-protobuf", "application/json"
BYTE_FIELDS = ("traceId", "spanId", "parentSpanId")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
int64s = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False)
scalars: st.SearchStrategy[Any] = texts | st.booleans() | int64s | floats | st.binary(max_size=9)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(texts.filter(bool), inner, max_size=3)
    ),
    max_leaves=6,
)
attributes = st.dictionaries(texts.filter(bool), values, max_size=5)
times = st.integers(1, 2**62)
trace_ids, span_ids = st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1)
contexts = st.builds(
    SpanContext, trace_ids, span_ids, is_remote=st.booleans(), trace_flags=st.just(TraceFlags(1))
)


@st.composite
def sdk_spans(draw: st.DrawFn) -> ReadableSpan:
    """Any finished span that the SDK could make."""
    start_ns = draw(times)
    return ReadableSpan(
        name=draw(texts),
        context=draw(contexts),
        parent=draw(st.none() | contexts),
        resource=Resource(draw(st.dictionaries(texts.filter(bool), texts, max_size=2))),
        attributes=draw(attributes),
        events=[Event(draw(texts), draw(attributes), draw(times)) for _ in range(draw(st.integers(0, 2)))],
        links=[Link(draw(contexts), draw(attributes)) for _ in range(draw(st.integers(0, 2)))],
        kind=draw(st.sampled_from(list(SpanKind))),
        status=draw(
            st.sampled_from([Status(StatusCode.UNSET), Status(StatusCode.OK), Status(StatusCode.ERROR, "no")])
        ),
        start_time=start_ns,
        end_time=start_ns + draw(st.integers(0, 2**61)),
        instrumentation_scope=InstrumentationScope(draw(texts), draw(texts)),
    )


def to_protobuf(spans: Sequence[ReadableSpan]) -> bytes:
    """Encode as the OTLP exporter does."""
    return encode_spans(spans).SerializeToString()


def to_json(spans: Sequence[ReadableSpan]) -> bytes:
    """Encode as the JSON mapping of OTLP says: that of protobuf, with ids in hex."""
    request = MessageToDict(encode_spans(spans), use_integers_for_enums=True)
    return json.dumps(_with_hex_ids(request)).encode()


def _with_hex_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_hex_ids(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: base64.b64decode(item).hex() if key in BYTE_FIELDS else _with_hex_ids(item)
        for key, item in value.items()
    }
