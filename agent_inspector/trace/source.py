"""Source: where a run's spans come from, and whether their content may travel beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opentelemetry.trace import SpanKind

from otel_bridge.content import ContentTable, ContentValue, render
from otel_bridge.semconv import CONTENT

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

    from agent_inspector.config import TraceConfig
    from agent_inspector.trace.steps import Attributes, StepSpan


@dataclass(frozen=True, slots=True)
class Source:
    """A tracer, and the table of content that its recorder takes from."""

    tracer: Tracer
    config: TraceConfig
    content: ContentTable | None = None
    """None where other exporters hang on the tracer's provider: they must find content on the span."""

    def start(self, step: StepSpan, parent: Context, start_ns: int) -> Span:
        """Start the span of a step."""
        identity, content = _split(step.attributes)
        table = self.content
        if table is None and content:
            identity.update(render(content))
        span = self.tracer.start_span(
            step.name,
            parent,
            SpanKind.CLIENT if step.is_client else SpanKind.INTERNAL,
            identity,
            start_time=start_ns,
        )
        if table is not None and content:
            table.put(span.get_span_context().span_id, content)
        return span

    def put(self, span: Span, attributes: Attributes) -> None:
        """Add attributes and content to a span that has not ended."""
        identity, content = _split(attributes)
        if self.content is not None and content:
            self.content.put(span.get_span_context().span_id, content)
        elif content:
            identity.update(render(content))
        if identity:
            span.set_attributes(identity)


def _split(attributes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, ContentValue]]:
    identity: dict[str, Any] = {}
    content: dict[str, ContentValue] = {}
    for name, value in attributes.items():
        (content if name in CONTENT else identity)[name] = value
    return identity, content
