"""RunScope: what `trace.run(...)` returns; for `with`, `async with` and as a decorator."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import Token
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from opentelemetry.context import Context, attach, detach, get_current
from opentelemetry.trace import set_span_in_context

from agent_inspector.trace import steps
from agent_inspector.trace.active import with_active
from agent_inspector.trace.context import TraceContext
from agent_inspector.trace.guard import say_once
from otel_bridge import clock
from otel_bridge.identity import with_identity

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from agent_inspector.config import TraceConfig

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What a run is started with."""

    name: str
    agent_type: str | None
    user_id: str | None
    session_id: str | None
    config: TraceConfig


class RunScope:
    """Starts a run when entered and ends it when left. Exceptions pass through it unchanged."""

    def __init__(self, spec: RunSpec, find_tracer: Callable[[], Tracer]) -> None:
        self._spec = spec
        self._find_tracer = find_tracer
        self._run: TraceContext | None = None
        self._token: Token[Context] | None = None

    def __enter__(self) -> TraceContext:
        self._run = run = self._start()
        self._token = attach(run._context)
        return run

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._run is not None:
            self._run.end(exception)
        if self._token is not None:
            detach(self._token)
            self._token = None

    async def __aenter__(self) -> TraceContext:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, exception, traceback)

    def __call__(self, function: F) -> F:
        """Decorate a function, sync or async: each call of it is a run of its own."""
        from inspect import iscoroutinefunction  # noqa: PLC0415  (4 ms that most programs need not pay)

        if iscoroutinefunction(function):

            @functools.wraps(function)
            async def run_async(*args: Any, **kwargs: Any) -> Any:
                with RunScope(self._spec, self._find_tracer):
                    return await function(*args, **kwargs)

            return cast(F, run_async)

        @functools.wraps(function)
        def run_sync(*args: Any, **kwargs: Any) -> Any:
            with RunScope(self._spec, self._find_tracer):
                return function(*args, **kwargs)

        return cast(F, run_sync)

    def _start(self) -> TraceContext:
        spec = self._spec
        tracer = self._find_tracer()
        described = steps.run_span(
            spec.name, agent_type=spec.agent_type, user_id=spec.user_id, session_id=spec.session_id
        )
        outer = with_identity(get_current(), user_id=spec.user_id, session_id=spec.session_id)
        span = tracer.start_span(
            described.name, outer, attributes=described.attributes, start_time=clock.now_ns()
        )
        if span.is_recording() and not getattr(span, "attributes", True):
            # A composite sampler of the SDK loses what is passed at the start (sdk 1.45.2).
            say_once("lost-attributes", "The sampler in force drops start attributes; they are set again.")
            span.set_attributes(described.attributes)
        inside = set_span_in_context(span, outer)
        run = TraceContext(tracer, span, inside, spec.name, spec.config)
        run._context = with_active(run, inside)
        run.agent_type, run.user_id, run.session_id = spec.agent_type, spec.user_id, spec.session_id
        return run
