"""RunScope: what `trace.run(...)` returns; for `with`, `async with` and as a decorator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from opentelemetry.context import Context
from opentelemetry.trace import NoOpTracer, format_span_id, get_current_span, set_span_in_context

from agent_inspector.trace import steps
from agent_inspector.trace.active import outer_context, with_active
from agent_inspector.trace.context import TraceContext
from agent_inspector.trace.guard import say_once
from agent_inspector.trace.scope import Scope, record_calls
from agent_inspector.trace.source import Source
from otel_bridge import clock
from otel_bridge.identity import with_identity

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What a run is started with."""

    name: str
    agent_type: str | None
    user_id: str | None
    session_id: str | None


class RunScope(Scope[TraceContext]):
    """Starts a run when entered and ends it when left. Exceptions pass through it unchanged."""

    def __init__(self, spec: RunSpec, find_source: Callable[[], Source]) -> None:
        super().__init__()
        self._spec = spec
        self._find_source = find_source
        self._run: TraceContext | None = None

    def begin(self) -> TraceContext:
        source = self._find_source()
        try:
            self._run = _start(self._spec, source)
        except Exception as problem:  # noqa: BLE001  (a sampler or another processor may raise)
            say_once("no-start", "A run is not recorded, as it could not start: %s.", type(problem).__name__)
            self._run = _start(self._spec, Source(NoOpTracer(), source.config))
        return self._run

    def end(self, exception: BaseException | None) -> None:
        if self._run is not None:
            self._run.end(exception)

    def inside(self) -> Context | None:
        return self._run.context if self._run is not None else None

    def __call__(self, function: F) -> F:
        """Decorate a function, sync or async, generator or not: each call of it is a run of its own."""
        return record_calls(
            function, lambda args, kwargs: RunScope(self._spec, self._find_source), lambda run, result: None
        )


def _start(spec: RunSpec, source: Source) -> TraceContext:
    described = steps.run_span(
        spec.name, agent_type=spec.agent_type, user_id=spec.user_id, session_id=spec.session_id
    )
    outer = with_identity(outer_context(), user_id=spec.user_id, session_id=spec.session_id)
    span = source.tracer.start_span(
        described.name, outer, attributes=described.attributes, start_time=clock.now_ns()
    )
    if span.is_recording() and not getattr(span, "attributes", True):
        # A composite sampler of the SDK loses what is passed at the start (sdk 1.45.2).
        say_once("lost-attributes", "The sampler in force drops start attributes; they are set again.")
        span.set_attributes(described.attributes)
    run = TraceContext(source, span, spec.name)
    run.context = with_active(run, set_span_in_context(span, outer))
    above = get_current_span(outer).get_span_context()
    run.parent_event_id = format_span_id(above.span_id) if above.is_valid else None
    run.agent_type, run.user_id, run.session_id = spec.agent_type, spec.user_id, spec.session_id
    return run
