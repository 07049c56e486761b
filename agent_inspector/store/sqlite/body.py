"""A span's body: the whole SpanRecord as a JSON-like value, and back, exactly; its resource is kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agent_inspector.model import Json
from otel_bridge.record import SpanEvent, SpanLink, SpanRecord

_DEFAULTS: Final = SpanRecord("", "", None, "", 0, None)
_ALWAYS: Final = ("trace_id", "span_id", "parent_id", "name", "start_ns", "end_ns")
_APART: Final = ("events", "links", "resource")
_OPTIONAL: Final = tuple(
    name for name in SpanRecord.__dataclass_fields__ if name not in _ALWAYS and name not in _APART
)


def pack(record: SpanRecord) -> Json:
    """Return everything of a span but its resource; fields that hold their default are left out."""
    body: dict[str, Any] = {name: getattr(record, name) for name in _ALWAYS}
    for name in _OPTIONAL:
        value = getattr(record, name)
        if value != getattr(_DEFAULTS, name):
            body[name] = value
    if record.events:
        body["events"] = [[event.name, event.time_ns, event.attributes] for event in record.events]
    if record.links:
        body["links"] = [[link.trace_id, link.span_id, link.attributes] for link in record.links]
    return body


def unpack(body: Mapping[str, Any], resource: Mapping[str, Any]) -> SpanRecord:
    """Undo `pack`."""
    fields: dict[str, Any] = {name: value for name, value in body.items() if name not in _APART}
    return SpanRecord(
        **fields,
        events=tuple(SpanEvent(*event) for event in body.get("events", ())),
        links=tuple(SpanLink(*link) for link in body.get("links", ())),
        resource=resource,
    )
