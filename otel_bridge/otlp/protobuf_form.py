"""The protobuf form of OTLP: messages of the official schema, walked to records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1 import logs_pb2
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans, Span

from otel_bridge.otlp.fields import (
    MAX_DEPTH,
    TOO_DEEP,
    check_times,
    is_remote,
    kind_of,
    severity_of,
    status_of,
)
from otel_bridge.otlp.problems import BadRecord, MalformedBody
from otel_bridge.record import Attributes, AttributeValue, LogRecord, SpanEvent, SpanLink, SpanRecord

_NO_TRACE, _NO_SPAN = bytes(16), bytes(8)


def read_spans(body: bytes) -> Iterator[SpanRecord | BadRecord]:
    """Yield every span of a traces request, or why it cannot be kept.

    Raises:
        MalformedBody: the body is not such a request.
    """
    request = ExportTraceServiceRequest()
    _parse(request, body, "ExportTraceServiceRequest")
    for group in request.resource_spans:
        resource = _attributes(group.resource.attributes)
        for scope in group.scope_spans:
            yield from _scope_spans(scope, resource)


def read_logs(body: bytes) -> Iterator[LogRecord]:
    """Yield every record of a logs request.

    Raises:
        MalformedBody: the body is not such a request.
    """
    request = ExportLogsServiceRequest()
    _parse(request, body, "ExportLogsServiceRequest")
    for group in request.resource_logs:
        resource = _attributes(group.resource.attributes)
        for scope in group.scope_logs:
            for log in scope.log_records:
                yield _log(log, resource, scope.scope.name)


def _parse(
    request: ExportTraceServiceRequest | ExportLogsServiceRequest, body: bytes, message_name: str
) -> None:
    try:
        request.ParseFromString(body)
    except DecodeError as error:
        raise MalformedBody(f"The body is not a protobuf {message_name}.") from error


def _scope_spans(group: ScopeSpans, resource: Attributes) -> Iterator[SpanRecord | BadRecord]:
    name, version = group.scope.name, group.scope.version
    for span in group.spans:
        try:
            yield _span(span, resource, name, version)
        except BadRecord as fault:
            yield fault


def _span(span: Span, resource: Attributes, scope_name: str, scope_version: str) -> SpanRecord:
    start_ns, end_ns = check_times(span.start_time_unix_nano, span.end_time_unix_nano)
    status = span.status
    return SpanRecord(
        trace_id=_id(span.trace_id, _NO_TRACE, "trace id"),
        span_id=_id(span.span_id, _NO_SPAN, "span id"),
        parent_id=_parent_id(span.parent_span_id),
        name=span.name,
        start_ns=start_ns,
        end_ns=end_ns,
        kind=kind_of(span.kind),
        status=status_of(status.code),
        status_message=status.message or None,
        attributes=_attributes(span.attributes),
        events=_events(span) if span.events else (),
        links=_links(span) if span.links else (),
        resource=resource,
        scope_name=scope_name,
        scope_version=scope_version,
        parent_is_remote=is_remote(span.flags),
        dropped_attributes=span.dropped_attributes_count,
        dropped_events=span.dropped_events_count,
        dropped_links=span.dropped_links_count,
    )


def _events(span: Span) -> Sequence[SpanEvent]:
    return tuple(
        SpanEvent(event.name, event.time_unix_nano, _attributes(event.attributes)) for event in span.events
    )


def _links(span: Span) -> Sequence[SpanLink]:
    """Keep the links that point somewhere."""
    return tuple(
        SpanLink(link.trace_id.hex(), link.span_id.hex(), _attributes(link.attributes))
        for link in span.links
        if len(link.trace_id) == 16 and len(link.span_id) == 8
    )


def _log(log: logs_pb2.LogRecord, resource: Attributes, scope_name: str) -> LogRecord:
    attributes = _attributes(log.attributes)
    return LogRecord(
        time_ns=log.time_unix_nano or log.observed_time_unix_nano,
        observed_ns=log.observed_time_unix_nano,
        trace_id=log.trace_id.hex() if _is_id(log.trace_id, _NO_TRACE) else None,
        span_id=log.span_id.hex() if _is_id(log.span_id, _NO_SPAN) else None,
        event_name=log.event_name or str(attributes.get("event.name") or ""),
        severity=log.severity_text or severity_of(log.severity_number),
        body=_value(log.body),
        attributes=attributes,
        resource=resource,
        scope_name=scope_name,
    )


def _id(value: bytes, zero: bytes, what: str) -> str:
    if not _is_id(value, zero):
        raise BadRecord(f"its {what} is not {len(zero)} bytes that are not all zero")
    return value.hex()


def _parent_id(value: bytes) -> str | None:
    if not value or value == _NO_SPAN:
        return None
    return _id(value, _NO_SPAN, "parent span id")


def _is_id(value: bytes, zero: bytes) -> bool:
    return len(value) == len(zero) and value != zero


def _attributes(pairs: Sequence[KeyValue]) -> dict[str, AttributeValue]:
    # The commonest type is read here: a call per attribute is a tenth of the whole decoding.
    read: dict[str, AttributeValue] = {}
    for pair in pairs:
        value = pair.value
        kind = value.WhichOneof("value")
        read[pair.key] = value.string_value if kind == "string_value" else _value_of(value, kind, MAX_DEPTH)
    return read


def _value(value: AnyValue, depth: int = MAX_DEPTH) -> AttributeValue:
    return _value_of(value, value.WhichOneof("value"), depth)


def _value_of(value: AnyValue, kind: str | None, depth: int) -> AttributeValue:
    if kind is None:
        return None
    if kind == "array_value":
        if not depth:
            return TOO_DEEP
        return tuple(_value(item, depth - 1) for item in value.array_value.values)
    if kind == "kvlist_value":
        if not depth:
            return TOO_DEEP
        return {pair.key: _value(pair.value, depth - 1) for pair in value.kvlist_value.values}
    scalar: AttributeValue = getattr(value, kind)
    return scalar
