"""StructureOnly: spans without what people and models said: shape, times, names, models, tokens and errors.

What may pass is listed; everything else is content. Numbers and truth values always pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status
from opentelemetry.util.types import Attributes, AttributeValue

from otel_bridge import semconv

_NAMES: Final = frozenset(
    {
        semconv.OPERATION,
        semconv.PROVIDER,
        semconv.LEGACY_SYSTEM,
        semconv.REQUEST_MODEL,
        semconv.RESPONSE_MODEL,
        semconv.RESPONSE_ID,
        semconv.FINISH_REASONS,
        semconv.AGENT_NAME,
        semconv.AGENT_TYPE,
        semconv.WORKFLOW_NAME,
        semconv.TOOL_NAME,
        semconv.TOOL_CALL_ID,
        semconv.CONVERSATION_ID,
        semconv.SESSION_ID,
        semconv.ERROR_TYPE,
        semconv.EVENT_TYPE,
        "gen_ai.agent.id",
        "gen_ai.agent.version",
        "gen_ai.tool.type",
        "gen_ai.output.type",
        "gen_ai.token.type",
        "exception.type",
        "openinference.span.kind",
        "llm.model_name",
        "llm.provider",
        "traceloop.span.kind",
        "http.request.method",
        "server.address",
        "rpc.system",
        "db.system.name",
    }
)
_OF_RESOURCES: Final = ("service.", "telemetry.", "deployment.environment", "process.runtime.")


class StructureOnly(SpanExporter):
    """Hands on copies of spans that hold no content."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([without_content(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def without_content(span: ReadableSpan) -> ReadableSpan:
    """Return a copy of the span that says what happened, and nothing of what was said."""
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=Resource(_of_resource(span.resource.attributes), span.resource.schema_url),
        attributes=_structure(span.attributes),
        events=[Event(event.name, _structure(event.attributes), event.timestamp) for event in span.events],
        links=[Link(link.context, _structure(link.attributes)) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _structure(attributes: Mapping[str, AttributeValue] | None) -> Attributes:
    return {
        name: value
        for name, value in (attributes or {}).items()
        if name in _NAMES or isinstance(value, (bool, int, float))
    }


def _of_resource(attributes: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    return {name: value for name, value in attributes.items() if name.startswith(_OF_RESOURCES)}
