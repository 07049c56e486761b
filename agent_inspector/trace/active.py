"""The active run: which TraceContext the code that runs now belongs to, carried on the OpenTelemetry context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry.context import Context, create_key, get_value, set_value

if TYPE_CHECKING:
    from agent_inspector.trace.context import TraceContext

_KEY: Final = create_key("agent-inspector-run")


def with_active(run: TraceContext, context: Context) -> Context:
    """Return a context in which this run is the active one."""
    return set_value(_KEY, run, context)


def active_run(context: Context | None = None) -> TraceContext | None:
    """Return the innermost run that encloses the code that runs now, if there is one."""
    return get_value(_KEY, context)  # type: ignore[return-value]  # the key is ours alone
