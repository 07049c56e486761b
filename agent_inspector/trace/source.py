"""Source: where a run's spans come from, and whether their attributes may travel beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opentelemetry.trace import SpanKind

from otel_bridge.content import ContentTable, render
from otel_bridge.semconv import CONTENT

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, SpanContext, Tracer

    from agent_inspector.config import TraceConfig
    from agent_inspector.trace.steps import Attributes, StepSpan
    from otel_bridge.ended import EndedSpans


@dataclass(frozen=True, slots=True)
class Source:
    """A tracer, and the table that its recorder takes attributes from."""

    tracer: Tracer
    config: TraceConfig
    content: ContentTable | None = None
    """None where other exporters hang on the tracer's provider: they must find everything on the span."""
    ended: EndedSpans | None = None
    """Takes steps that are over at once; None where anybody but our recorder hears of the start and end of spans."""

    def start(self, step: StepSpan, parent: Context, start_ns: int) -> Span:
        """Start the span of a step."""
        table = self._table()
        span = self.tracer.start_span(
            step.name,
            parent,
            _kind_of(step),
            # The SDK copies and checks each attribute in the caller's thread: a third of what a step costs.
            render(step.attributes) if table is None else None,
            start_time=start_ns,
        )
        if table is not None and not table.put(span.get_span_context().span_id, step.attributes):
            span.set_attributes(_identity(step.attributes))
        return span

    def add_ended(self, step: StepSpan, place: Context, start_ns: int, end_ns: int) -> SpanContext | None:
        """Record a step that is over and did not fail; None where it has to be started and ended."""
        if self.ended is None:
            return None
        return self.ended.add(step.name, _kind_of(step), place, start_ns, end_ns, step.attributes)

    def put(self, span: Span, attributes: Attributes) -> None:
        """Add attributes to a span that has not ended."""
        table = self._table()
        if table is None:
            span.set_attributes(render(attributes))
        elif not table.put(span.get_span_context().span_id, attributes):
            span.set_attributes(_identity(attributes))

    def _table(self) -> ContentTable | None:
        """Return the table, unless somebody has come to the provider since the run began."""
        return None if self.ended is not None and not self.ended.is_alone else self.content


def _kind_of(step: StepSpan) -> SpanKind:
    return SpanKind.CLIENT if step.is_client else SpanKind.INTERNAL


def _identity(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what says what a step is, without what it carries: for when there is no room for more."""
    return {name: value for name, value in attributes.items() if name not in CONTENT}
