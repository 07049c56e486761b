"""The JSON form of OTLP: hex ids, 64-bit integers as strings, camel-case names; walked to records.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Unknown fields are ignored, missing ones
have protobuf's defaults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from otel_bridge.otlp.fields import check_times, is_remote, kind_of, severity_of, status_of
from otel_bridge.otlp.json_text import Json, parse
from otel_bridge.otlp.json_values import (
    read_attributes,
    read_enum,
    read_groups,
    read_id,
    read_map,
    read_number,
    read_objects,
    read_text,
    read_value,
)
from otel_bridge.otlp.problems import BadRecord
from otel_bridge.record import Attributes, LogRecord, SpanEvent, SpanLink, SpanRecord

_KINDS: Final = {
    "SPAN_KIND_UNSPECIFIED": 0,
    "SPAN_KIND_INTERNAL": 1,
    "SPAN_KIND_SERVER": 2,
    "SPAN_KIND_CLIENT": 3,
    "SPAN_KIND_PRODUCER": 4,
    "SPAN_KIND_CONSUMER": 5,
}
_STATUSES: Final = {"STATUS_CODE_UNSET": 0, "STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": 2}


def read_spans(body: bytes) -> Iterator[SpanRecord | BadRecord]:
    """Yield every span of a traces request, or why it cannot be kept.

    Raises:
        MalformedBody: the body is not JSON, or no such request.
    """
    for group in read_groups(parse(body), "resourceSpans"):
        resource = read_attributes(read_map(group, "resource").get("attributes"))
        for scope in read_groups(group, "scopeSpans"):
            yield from _scope_spans(scope, resource)


def read_logs(body: bytes) -> Iterator[LogRecord]:
    """Yield every record of a logs request.

    Raises:
        MalformedBody: the body is not JSON, or no such request.
    """
    for group in read_groups(parse(body), "resourceLogs"):
        resource = read_attributes(read_map(group, "resource").get("attributes"))
        for scope in read_groups(group, "scopeLogs"):
            name = read_text(read_map(scope, "scope"), "name")
            for log in read_groups(scope, "logRecords"):
                yield _log(log, resource, name)


def _scope_spans(group: Mapping[str, Json], resource: Attributes) -> Iterator[SpanRecord | BadRecord]:
    scope = read_map(group, "scope")
    name, version = read_text(scope, "name"), read_text(scope, "version")
    for span in read_groups(group, "spans"):
        try:
            yield _span(span, resource, name, version)
        except BadRecord as fault:
            yield fault


def _span(span: Mapping[str, Json], resource: Attributes, scope_name: str, scope_version: str) -> SpanRecord:
    start_ns, end_ns = check_times(
        read_number(span, "startTimeUnixNano"), read_number(span, "endTimeUnixNano")
    )
    status = read_map(span, "status")
    return SpanRecord(
        trace_id=_needed_id(span, "traceId", 32),
        span_id=_needed_id(span, "spanId", 16),
        parent_id=_parent_id(span),
        name=read_text(span, "name"),
        start_ns=start_ns,
        end_ns=end_ns,
        kind=kind_of(read_enum(span, "kind", _KINDS)),
        status=status_of(read_enum(status, "code", _STATUSES)),
        status_message=read_text(status, "message") or None,
        attributes=read_attributes(span.get("attributes")),
        events=_events(span) if span.get("events") else (),
        links=_links(span) if span.get("links") else (),
        resource=resource,
        scope_name=scope_name,
        scope_version=scope_version,
        parent_is_remote="flags" in span and is_remote(read_number(span, "flags")),
        dropped_attributes=_count(span, "droppedAttributesCount"),
        dropped_events=_count(span, "droppedEventsCount"),
        dropped_links=_count(span, "droppedLinksCount"),
    )


def _count(span: Mapping[str, Json], name: str) -> int:
    return max(0, read_number(span, name)) if name in span else 0


def _events(span: Mapping[str, Json]) -> Sequence[SpanEvent]:
    return tuple(
        SpanEvent(
            read_text(event, "name"),
            max(0, read_number(event, "timeUnixNano")),
            read_attributes(event.get("attributes")),
        )
        for event in read_objects(span, "events")
    )


def _links(span: Mapping[str, Json]) -> Sequence[SpanLink]:
    """Keep the links that point somewhere."""
    links: list[SpanLink] = []
    for link in read_objects(span, "links"):
        trace_id, span_id = read_id(link, "traceId", 32), read_id(link, "spanId", 16)
        if trace_id and span_id:
            links.append(SpanLink(trace_id, span_id, read_attributes(link.get("attributes"))))
    return tuple(links)


def _log(log: Mapping[str, Json], resource: Attributes, scope_name: str) -> LogRecord:
    attributes = read_attributes(log.get("attributes"))
    observed_ns = _lenient_number(log, "observedTimeUnixNano")
    return LogRecord(
        time_ns=_lenient_number(log, "timeUnixNano") or observed_ns,
        observed_ns=observed_ns,
        trace_id=read_id(log, "traceId", 32),
        span_id=read_id(log, "spanId", 16),
        event_name=read_text(log, "eventName") or str(attributes.get("event.name") or ""),
        severity=read_text(log, "severityText") or severity_of(_lenient_number(log, "severityNumber")),
        body=read_value(log.get("body")),
        attributes=attributes,
        resource=resource,
        scope_name=scope_name,
    )


def _lenient_number(log: Mapping[str, Json], name: str) -> int:
    try:
        return max(0, read_number(log, name))
    except BadRecord:
        return 0


def _needed_id(span: Mapping[str, Json], name: str, length: int) -> str:
    found = read_id(span, name, length)
    if found is None:
        raise BadRecord(f"its {name} is not {length} hex digits that are not all zero")
    return found


def _parent_id(span: Mapping[str, Json]) -> str | None:
    value = span.get("parentSpanId")
    if not value or value == "0" * 16:
        return None
    return _needed_id(span, "parentSpanId", 16)
