"""ProviderLink: our processor on the application's TracerProvider, whoever made it; or on one of our own.

Joined, never replaced: the provider is looked up at the first run, not at import, and looked at again
at every root, because a second `configure()` of another vendor may have put a new one in its place.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Mapping

from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.sampling import Sampler

from otel_bridge.own_provider import OwnTracerProvider, make_provider, take_over
from otel_bridge.succession import Guest, Heirs, open_place, real_provider

_log = logging.getLogger("agent_inspector")


class ProviderLink:
    """Keeps one processor attached to the global provider; safe for any thread."""

    def __init__(self, processor: SpanProcessor, sampler: Sampler, resource: Mapping[str, str]) -> None:
        self._processor = processor
        self._sampler = sampler
        self._resource = resource
        self._joined: list[weakref.ref[object]] = []
        self._last_seen: object = None
        """The SDK's provider, not a vendor's proxy around it, behind which another one may appear."""
        self._lock = threading.RLock()

    def own_provider(self) -> OwnTracerProvider | None:
        """Return the provider in force if we made it and nobody has added a processor: only we look at its spans."""
        provider = self._last_seen
        return provider if isinstance(provider, OwnTracerProvider) and provider.is_alone else None

    def ensure(self) -> None:
        """Join the provider that is in force now, unless that was done before."""
        if real_provider(trace.get_tracer_provider()) is self._last_seen:
            return
        with self._lock:
            # Another thread may have made it meanwhile.
            provider = trace.get_tracer_provider()
            if isinstance(provider, trace.ProxyTracerProvider) and not isinstance(
                provider, OwnTracerProvider
            ):
                made = make_provider(self._sampler, self._resource)
                trace.set_tracer_provider(made)
                provider = trace.get_tracer_provider()
                if provider is made:
                    self._await_successor(made)
            self._join(provider)
            self._last_seen = real_provider(provider)

    def mark_present(self) -> None:
        """Note that the processor is on the global provider already, which our configurator made."""
        provider = trace.get_tracer_provider()
        take_over(provider)
        if isinstance(provider, OwnTracerProvider):
            self._await_successor(provider)
        self._mark_joined(provider)

    def _await_successor(self, ours: OwnTracerProvider) -> None:
        def succeed(provider: object) -> None:
            self.ensure()
            ours.add_span_processor(Heirs(provider, self.ensure))

        open_place(ours, succeed)

    def _mark_joined(self, provider: object) -> None:
        self._joined.append(weakref.ref(real_provider(provider)))
        self._last_seen = real_provider(provider)

    def _join(self, provider: object) -> None:
        # By identity: Logfire's provider cannot be hashed or usefully compared.
        if any(joined() is real_provider(provider) for joined in self._joined):
            return
        add = getattr(provider, "add_span_processor", None)
        if add is None:
            _log.warning(
                "Nothing is recorded: the tracer provider in force (%s) takes no span processors.",
                type(provider).__name__,
            )
            return
        if isinstance(provider, OwnTracerProvider):
            add(self._processor)
        else:
            _add_guest(add, Guest(self._processor))
        self._mark_joined(provider)


def _add_guest(add: Callable[..., None], guest: Guest) -> None:
    try:
        # Phoenix removes its own exporter when another one is added, unless told not to.
        add(guest, replace_default_processor=False)
    except TypeError:
        add(guest)
