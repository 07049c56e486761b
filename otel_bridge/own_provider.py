"""OwnTracerProvider: the tracer provider that we make where an application has none, or has none yet."""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import Sampler

from otel_bridge.processor import RecordingProcessor


class OwnTracerProvider(TracerProvider, trace.ProxyTracerProvider):
    """A whole provider that calls itself a proxy, as OpenTelemetry's placeholder does.

    SDKs ask for that before they bring a provider of their own, with their resource and their sampler.
    `otel_bridge.succession` then lets theirs take this one's place.
    """

    is_alone = True
    """Nobody but recorders of ours looks at its spans."""

    def add_span_processor(self, span_processor: SpanProcessor) -> None:
        if not isinstance(span_processor, RecordingProcessor):
            self.is_alone = False
        super().add_span_processor(span_processor)


def make_provider(sampler: Sampler, resource: Mapping[str, str]) -> OwnTracerProvider:
    """Make a provider with limits high enough that nothing of a step is thrown away."""
    return OwnTracerProvider(
        sampler=sampler, resource=Resource.create(dict(resource)), span_limits=roomy_limits()
    )


def take_over(provider: object) -> None:
    """Make a provider ours that OpenTelemetry's configurator made for us."""
    if type(provider) is TracerProvider:
        provider.__class__ = OwnTracerProvider


def roomy_limits() -> SpanLimits:
    """Return limits at which no agent's span loses attributes; the SDK's default of 128 evicts the oldest."""
    return SpanLimits(max_span_attributes=4096, max_events=4096, max_links=1024)
