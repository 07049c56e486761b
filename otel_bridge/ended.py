"""EndedSpans: steps that are over when they are told of, as spans that no tracer has to start and end.

The SDK's start and end of a span cost about 200,000 instructions: a sampler's call, locks, bounded
containers, a copy for each processor. A step that is over needs none of them: it follows its run's
sampling, and on a provider of ours the recorder is the only one who looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, get_current_span

from otel_bridge.identity import identity_of

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import SpanKind

    from otel_bridge.content import ContentTable, ContentValue
    from otel_bridge.own_provider import OwnTracerProvider
    from otel_bridge.processor import RecordingProcessor


class EndedSpans:
    """Makes spans that have ended, with the ids and the resource of a provider, and hands them to its recorder."""

    __slots__ = ("_new_id", "_processor", "_provider", "_scope", "content")

    def __init__(
        self, processor: RecordingProcessor, provider: OwnTracerProvider, scope: str, version: str
    ) -> None:
        self.content: Final[ContentTable] = processor.content
        self._processor = processor
        self._provider = provider
        self._new_id = provider.id_generator.generate_span_id
        self._scope = InstrumentationScope(scope, version)

    @property
    def is_alone(self) -> bool:
        """Still nobody else looks at spans of this provider."""
        return self._provider.is_alone

    def add(  # noqa: PLR0913  (what a span is made of)
        self,
        name: str,
        kind: SpanKind,
        place: Context,
        start_ns: int,
        end_ns: int,
        content: dict[str, ContentValue],
    ) -> SpanContext | None:
        """Record a span below the one current in `place` and return its ids; None without such a span, or room.

        None, too, once somebody else looks at the provider's spans, who must hear of their start and end.
        The content belongs to the recorder from now on.
        """
        if not self._provider.is_alone:
            return None
        parent = get_current_span(place).get_span_context()
        if not (parent.is_valid and parent.trace_flags.sampled):
            return None
        span_id = self._new_id()
        context = SpanContext(parent.trace_id, span_id, False, parent.trace_flags, parent.trace_state)
        size = self.content.hold(span_id, content)
        if size is None:
            return None
        span = ReadableSpan(
            name,
            context,
            parent,
            # Asked anew: after a fork it is another one.
            self._provider.resource,
            identity_of(place),
            kind=kind,
            start_time=start_ns,
            end_time=end_ns,
            instrumentation_scope=self._scope,
        )
        self._processor.add_ended(span, span_id, size)
        return context
