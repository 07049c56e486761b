"""Spans in the JSON form of OTLP, as `json_form` reads them: for files that other programs take.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from otel_bridge.otlp.fields import KINDS, MAX_DEPTH, STATUSES, TOO_DEEP
from otel_bridge.record import Attributes, SpanRecord

_INT_64: Final = range(-(2**63), 2**63)
_REMOTE, _LOCAL = 0x300, 0x100
"""Flags that say where the parent lives."""
_KIND_NUMBERS: Final = {kind: KINDS.index(kind, 1) for kind in KINDS}


def write_resource_spans(records: Sequence[SpanRecord]) -> list[dict[str, Any]]:
    """Return the `resourceSpans` of these spans: neighbours of one resource and scope share a group."""
    return [
        {
            "resource": {"attributes": _attributes(resource)},
            "scopeSpans": [
                {"scope": {"name": name, "version": version}, "spans": [_span(record) for record in spans]}
                for (name, version), spans in groupby(
                    group, key=lambda record: (record.scope_name, record.scope_version)
                )
            ],
        }
        for resource, group in groupby(records, key=lambda record: record.resource)
    ]


def _span(record: SpanRecord) -> dict[str, Any]:
    return {
        "traceId": record.trace_id,
        "spanId": record.span_id,
        "parentSpanId": record.parent_id or "",
        "flags": _REMOTE if record.parent_is_remote else _LOCAL,
        "name": record.name,
        "kind": _KIND_NUMBERS[record.kind],
        "startTimeUnixNano": str(record.start_ns),
        "endTimeUnixNano": str(record.end_ns or 0),
        "attributes": _attributes(record.attributes),
        "events": [
            {
                "name": event.name,
                "timeUnixNano": str(event.time_ns),
                "attributes": _attributes(event.attributes),
            }
            for event in record.events
        ],
        "links": [
            {"traceId": link.trace_id, "spanId": link.span_id, "attributes": _attributes(link.attributes)}
            for link in record.links
        ],
        "status": {"code": STATUSES.index(record.status), "message": record.status_message or ""},
        "droppedAttributesCount": record.dropped_attributes,
        "droppedEventsCount": record.dropped_events,
        "droppedLinksCount": record.dropped_links,
    }


def _attributes(attributes: Attributes) -> list[dict[str, Any]]:
    return [{"key": str(key), "value": _value(value)} for key, value in attributes.items()]


def _value(value: Any, depth: int = MAX_DEPTH) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)} if value in _INT_64 else {"stringValue": hex(value)}
    if isinstance(value, float):
        return {"doubleValue": value if value - value == 0 else str(value)}  # JSON has no NaN nor infinity
    if isinstance(value, (bytes, bytearray)):
        return {"bytesValue": base64.b64encode(value).decode("ascii")}
    if isinstance(value, (Mapping, list, tuple)):
        return _nested(value, depth)
    return {"stringValue": str(value)}


def _nested(value: Mapping[str, Any] | Sequence[Any], depth: int) -> dict[str, Any]:
    if not depth:
        return {"stringValue": TOO_DEEP}
    if isinstance(value, Mapping):
        pairs = [{"key": str(key), "value": _value(item, depth - 1)} for key, item in value.items()]
        return {"kvlistValue": {"values": pairs}}
    return {"arrayValue": {"values": [_value(item, depth - 1) for item in value]}}
