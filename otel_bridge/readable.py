"""Between the SDK's ReadableSpan and our SpanRecord, both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, format_span_id, format_trace_id
from opentelemetry.util.types import Attributes as OtelAttributes

from otel_bridge.content import Content, with_pieces
from otel_bridge.record import Attributes, SpanEvent, SpanKind, SpanLink, SpanRecord
from otel_bridge.record import StatusCode as RecordStatus

_NO_ATTRIBUTES: Final[Attributes] = {}
_NO_CONTENT: Final[Content] = {}
_last_resource: tuple[Resource, Attributes] | None = None
"""The one that was copied last: all spans of a provider have the same."""


def to_record(
    span: ReadableSpan, process_id: str | None = None, content: Content = _NO_CONTENT
) -> SpanRecord:
    """Copy a span, finished or open, into a SpanRecord, together with what waited beside it."""
    context = span.get_span_context()
    if context is None:
        raise ValueError("a span without a context has no ids")
    parent, status, scope = span.parent, span.status, span.instrumentation_scope
    return SpanRecord(
        trace_id=format_trace_id(context.trace_id),
        span_id=format_span_id(context.span_id),
        parent_id=format_span_id(parent.span_id) if parent else None,
        name=span.name,
        start_ns=span.start_time or 0,
        end_ns=span.end_time,
        kind=cast(SpanKind, span.kind.name.lower()),
        status=cast(RecordStatus, status.status_code.name.lower()),
        status_message=status.description,
        attributes=with_pieces(_plain(span.attributes), content) if content else _plain(span.attributes),
        events=_events(span.events) if span.events else (),
        links=_links(span.links) if span.links else (),
        resource=_resource(span.resource),
        scope_name=scope.name if scope else "",
        scope_version=(scope.version or "") if scope else "",
        parent_is_remote=bool(parent and parent.is_remote),
        dropped_attributes=span.dropped_attributes,
        dropped_events=span.dropped_events,
        dropped_links=span.dropped_links,
        process_id=process_id,
    )


def with_content_of(span: ReadableSpan, record: SpanRecord) -> ReadableSpan:
    """Return a copy of the span whose every text is the record's, for exporters behind the redactor."""
    return ReadableSpan(
        name=record.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=Resource(_otel(record.resource) or {}, span.resource.schema_url),
        attributes=_otel(record.attributes),
        events=[Event(event.name, _otel(event.attributes), event.time_ns) for event in record.events],
        links=[_link(link) for link in record.links],
        kind=span.kind,
        status=Status(StatusCode[record.status.upper()], record.status_message),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _plain(attributes: Mapping[str, object] | None) -> Attributes:
    return cast(Attributes, dict(attributes)) if attributes else _NO_ATTRIBUTES


def _resource(resource: Resource) -> Attributes:
    global _last_resource
    known = _last_resource
    if known is None or known[0] is not resource:
        known = _last_resource = resource, _plain(resource.attributes)
    return known[1]


def _otel(attributes: Attributes) -> OtelAttributes:
    return cast(OtelAttributes, {name: value for name, value in attributes.items() if value is not None})


def _events(events: Sequence[Event]) -> tuple[SpanEvent, ...]:
    return tuple(SpanEvent(event.name, event.timestamp or 0, _plain(event.attributes)) for event in events)


def _links(links: Sequence[Link]) -> tuple[SpanLink, ...]:
    return tuple(
        SpanLink(
            format_trace_id(link.context.trace_id),
            format_span_id(link.context.span_id),
            _plain(link.attributes),
        )
        for link in links
    )


def _link(link: SpanLink) -> Link:
    context = SpanContext(int(link.trace_id, 16), int(link.span_id, 16), is_remote=True)
    return Link(context, _otel(link.attributes))
