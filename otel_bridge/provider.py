"""ProviderLink: our processor on the application's TracerProvider, whoever made it; or on one of our own.

Joined, never replaced: the provider is looked up at the first run, not at import, and looked at again
at every root, because a second `configure()` of another vendor may have put a new one in its place.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import Sampler

from otel_bridge.processor import RecordingProcessor

_log = logging.getLogger("agent_inspector")


_ours: list[weakref.ref[object]] = []
"""The providers that we made: a later recorder of this process finds the first one's in force."""


def make_provider(sampler: Sampler, resource: Mapping[str, str]) -> TracerProvider:
    """Make a provider of our own, with limits high enough that nothing of a step is thrown away."""
    return TracerProvider(
        sampler=sampler, resource=Resource.create(dict(resource)), span_limits=roomy_limits()
    )


def roomy_limits() -> SpanLimits:
    """Return limits at which no agent's span loses attributes; the SDK's default of 128 evicts the oldest."""
    return SpanLimits(max_span_attributes=4096, max_events=4096, max_links=1024)


class ProviderLink:
    """Keeps one processor attached to the global provider; safe for any thread."""

    def __init__(self, processor: SpanProcessor, sampler: Sampler, resource: Mapping[str, str]) -> None:
        self._processor = processor
        self._sampler = sampler
        self._resource = resource
        self._joined: list[weakref.ref[object]] = []
        self._last_seen: object = None
        self._lock = threading.Lock()

    def own_provider(self) -> TracerProvider | None:
        """Return the provider in force if we made it and nobody has added a processor: only we look at its spans."""
        provider = self._last_seen
        is_own = any(made() is provider for made in _ours)
        return provider if is_own and isinstance(provider, TracerProvider) else None

    def ensure(self) -> None:
        """Join the provider that is in force now, unless that was done before."""
        provider = trace.get_tracer_provider()
        if provider is self._last_seen:
            return
        with self._lock:
            # Another thread may have made it meanwhile.
            provider = trace.get_tracer_provider()
            if isinstance(provider, trace.ProxyTracerProvider):
                made = make_provider(self._sampler, self._resource)
                trace.set_tracer_provider(made)
                provider = trace.get_tracer_provider()
                _own(made)
            self._join(provider)
            self._last_seen = provider

    def mark_present(self) -> None:
        """Note that the processor is on the global provider already, which our configurator made."""
        _own(trace.get_tracer_provider())
        self._mark_joined(trace.get_tracer_provider())

    def _mark_joined(self, provider: object) -> None:
        self._joined.append(weakref.ref(_real(provider)))
        self._last_seen = provider

    def _join(self, provider: object) -> None:
        # By identity: Logfire's provider cannot be hashed or usefully compared.
        if any(joined() is _real(provider) for joined in self._joined):
            return
        add = getattr(provider, "add_span_processor", None)
        if add is None:
            _log.warning(
                "Nothing is recorded: the tracer provider in force (%s) takes no span processors.",
                type(provider).__name__,
            )
            return
        try:
            # Phoenix removes its own exporter when another one is added, unless told not to.
            add(self._processor, replace_default_processor=False)
        except TypeError:
            add(self._processor)
        self._mark_joined(provider)


def _own(provider: object) -> None:
    """Take a provider for ours until somebody adds a processor of theirs, which must find whole spans there."""
    _ours.append(weakref.ref(provider))
    add = getattr(provider, "add_span_processor", None)
    if add is None:
        return

    def add_and_note(processor: SpanProcessor) -> None:
        if not isinstance(processor, RecordingProcessor):
            _ours[:] = [made for made in _ours if made() is not provider]
        add(processor)

    provider.add_span_processor = add_and_note  # type: ignore[attr-defined]  # it has one


def _real(provider: object) -> object:
    """Return the SDK's provider behind a vendor's proxy (Logfire keeps it in `.provider`)."""
    return getattr(provider, "provider", provider)
