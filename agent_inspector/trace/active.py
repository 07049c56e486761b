"""The active run: which TraceContext the code that runs now belongs to, carried on the OpenTelemetry context."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from opentelemetry.context import Context, create_key, get_current, get_value, set_value
from opentelemetry.trace import get_current_span

if TYPE_CHECKING:
    from agent_inspector.trace.context import TraceContext

_KEY: Final = create_key("agent-inspector-run")


def with_active(run: TraceContext, context: Context) -> Context:
    """Return a context in which this run is the active one."""
    return set_value(_KEY, run, context)


def outer_context() -> Context:
    """Return the context that a run begins in: the current one, or the one this process was started in."""
    current = get_current()
    if get_current_span(current).get_span_context().is_valid:
        return current
    return _context_of_process() or current


@lru_cache(maxsize=1)
def _context_of_process() -> Context | None:
    # Only a process that another one started as part of a run pays for this import.
    if not os.environ.get("TRACEPARENT"):
        return None
    from otel_bridge.processes import context_from_environment  # noqa: PLC0415

    return context_from_environment()


def active_run(context: Context | None = None) -> TraceContext | None:
    """Return the innermost run that encloses the code that runs now, if there is one."""
    return get_value(_KEY, context)  # type: ignore[return-value]  # the key is ours alone
