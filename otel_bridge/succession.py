"""Succession: the application's provider takes the place of one of ours, whenever it comes.

OpenTelemetry lets a process set its global provider once. Where `opentelemetry-instrument` or a run began
before the application's own set-up, ours is there first; without the means here theirs would be refused
with a warning, and their backend would stay empty.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterator
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.util._once import Once

_log = logging.getLogger("agent_inspector")

_PLACE: Final = "_TRACER_PROVIDER"
_GUARD: Final = "_TRACER_PROVIDER_SET_ONCE"
_FLUSH_MS: Final = 1000
_STATISTICS: Final = ("crewAI-telemetry",)
"""Names of services by whose provider a product counts its users: nothing that we know goes there."""

_followers: list[Callable[[], None]] = []


def on_succession(follow: Callable[[], None]) -> None:
    """Call this whenever another provider has taken the place of ours."""
    _followers.append(follow)


def open_place(ours: object, succeed: Callable[[object], None]) -> None:
    """Let one provider be set in place of ours, and tell of it."""
    if hasattr(trace, _GUARD) and hasattr(trace, _PLACE):
        setattr(trace, _GUARD, _OpenPlace(ours, succeed))


def leave_place(module: str, name: str) -> None:
    """Forget a global provider that the SDK's configurator has set although it exports nothing.

    Args:
        module: where OpenTelemetry keeps it.
        name: of its variable there; that of its guard has `_SET_ONCE` behind it.
    """
    api = importlib.import_module(module)
    if hasattr(api, name) and hasattr(api, f"{name}_SET_ONCE"):
        setattr(api, name, None)
        setattr(api, f"{name}_SET_ONCE", Once())


class _OpenPlace(Once):
    """Stands in for OpenTelemetry's guard of the global provider."""

    def __init__(self, ours: object, succeed: Callable[[object], None]) -> None:
        super().__init__()
        self._ours = ours
        self._succeed = succeed

    def do_once(self, func: Callable[[], None]) -> bool:
        if not super().do_once(func):
            return False
        provider = trace.get_tracer_provider()
        if provider is self._ours or not _is_of_the_application(provider):
            setattr(trace, _PLACE, self._ours)
            self._done = False
            return True
        try:
            self._succeed(provider)
            for follow in _followers:
                follow()
        except Exception as problem:  # noqa: BLE001  (this runs inside the set-up of the user's program)
            _log.warning("Spans of another provider are not recorded: %s.", type(problem).__name__)
        return True


class Guest(SpanProcessor):
    """Our processor on somebody else's provider, whose end is not the end of the recording."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._processor = processor

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        self._processor.on_start(span, parent_context)

    def on_end(self, span: ReadableSpan) -> None:
        self._processor.on_end(span)

    def shutdown(self) -> None:
        self._processor.force_flush(_FLUSH_MS)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._processor.force_flush(timeout_millis)


class Heirs(SpanProcessor):
    """Lets the processors of a provider that came later see the spans of tracers that ours gave out before."""

    def __init__(self, provider: object, look_again: Callable[[], None]) -> None:
        self._provider = provider
        self._seen = real_provider(provider)
        self._look_again = look_again
        """Joins the provider that is in force by now: vendors exchange theirs behind a proxy."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        if real_provider(self._provider) is not self._seen:
            self._seen = real_provider(self._provider)
            for call in (self._look_again, *_followers):
                _harmless(call)
        for processor in self._theirs():
            _harmless(processor.on_start, span, parent_context)

    def _on_ending(self, span: Span) -> None:
        for processor in self._theirs():
            _harmless(processor._on_ending, span)

    def on_end(self, span: ReadableSpan) -> None:
        resource = getattr(real_provider(self._provider), "resource", None)
        told = with_resource(span, resource) if isinstance(resource, Resource) else span
        for processor in self._theirs():
            _harmless(processor.on_end, told)

    def _theirs(self) -> Iterator[SpanProcessor]:
        """Yield their processors, which the SDK names nowhere in public."""
        active = getattr(real_provider(self._provider), "_active_span_processor", None)
        for processor in getattr(active, "_span_processors", ()):
            if not isinstance(processor, Guest):
                yield processor


def _is_of_the_application(provider: object) -> bool:
    resource = getattr(real_provider(provider), "resource", None)
    name = resource.attributes.get("service.name") if isinstance(resource, Resource) else None
    return name not in _STATISTICS


def real_provider(provider: object) -> object:
    """Return the SDK's provider behind a vendor's proxy (Logfire keeps it in `.provider`)."""
    return getattr(provider, "provider", provider)


def with_resource(span: ReadableSpan, resource: Resource) -> ReadableSpan:
    """Return a copy of a span that has ended, as another provider would have made it."""
    return ReadableSpan(
        span.name,
        span.get_span_context(),
        span.parent,
        resource,
        span.attributes,
        span.events,
        span.links,
        span.kind,
        status=span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _harmless(call: Callable[..., None], *arguments: object) -> None:
    try:
        call(*arguments)
    except Exception as problem:  # noqa: BLE001  (a processor that never asked for these spans)
        _log.debug("A processor of another provider failed: %s", type(problem).__name__)
