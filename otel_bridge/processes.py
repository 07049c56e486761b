"""Context in other processes: children of multiprocessing and of subprocess belong to the run that started them.

A child of multiprocessing leaves by `os._exit`, which runs no exit handler; what it recorded is
flushed when its target returns.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from typing import Any

from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context, get_current
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from otel_bridge import semconv
from otel_bridge.identity import identity_of, with_identity
from otel_bridge.threads import with_context

_TRACE = TraceContextTextMapPropagator()
_BAGGAGE = W3CBaggagePropagator()
_lock = threading.Lock()
_flush: Callable[[], object] | None = None


def carrier_of(context: Context | None = None) -> dict[str, str]:
    """Return the context as W3C `traceparent`, `tracestate` and `baggage`, with the run's user and session."""
    context = context if context is not None else get_current()
    carrier: dict[str, str] = {}
    _TRACE.inject(carrier, context)
    for name, value in identity_of(context).items():
        context = baggage.set_baggage(name, value, context)
    _BAGGAGE.inject(carrier, context)
    return carrier


def context_from(carrier: Mapping[str, str]) -> Context:
    """Return the context that a carrier describes; an empty one for anything else."""
    context = _BAGGAGE.extract(carrier, _TRACE.extract(carrier, Context()))
    found = {name: baggage.get_baggage(name, context) for name in (semconv.USER_ID, semconv.SESSION_ID)}
    user, session = found[semconv.USER_ID], found[semconv.SESSION_ID]
    return with_identity(
        context,
        user_id=str(user) if user is not None else None,
        session_id=str(session) if session is not None else None,
    )


def environment_of(context: Context | None = None) -> dict[str, str]:
    """Return the carrier as environment variables: TRACEPARENT, TRACESTATE, BAGGAGE."""
    return {name.upper(): value for name, value in carrier_of(context).items()}


def context_from_environment() -> Context | None:
    """Return the context that this process was started in, if its environment says so.

    https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/context/env-carriers.md
    """
    if not os.environ.get("TRACEPARENT"):
        return None
    names = ("traceparent", "tracestate", "baggage")
    return context_from({name: os.environ[name.upper()] for name in names if os.environ.get(name.upper())})


def carry_into_processes(flush: Callable[[], object]) -> None:
    """Make children of multiprocessing carry the context and flush at their end; later calls set `flush` only."""
    global _flush
    with _lock:
        first, _flush = _flush is None, flush
        if not first:
            return
        start = BaseProcess.start

        @functools.wraps(start)
        def start_with_context(self: BaseProcess) -> None:
            target = getattr(self, "_target", None)
            if callable(target) and not isinstance(target, CarriedTarget):
                self._target = CarriedTarget(target, carrier_of())  # type: ignore[attr-defined]  # multiprocessing's
            start(self)

        BaseProcess.start = start_with_context  # type: ignore[method-assign]  # this is the point


class CarriedTarget:
    """A process's target, with the context it belongs to; it travels to the child by pickling."""

    def __init__(self, target: Callable[..., Any], carrier: Mapping[str, str]) -> None:
        self.target = target
        self.carrier = dict(carrier)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # A forked child has the context of its parent as it is; a spawned one has none.
        inherited = get_current()
        try:
            return with_context(inherited or context_from(self.carrier), self.target, *args, **kwargs)
        finally:
            if _flush is not None:
                _flush()
