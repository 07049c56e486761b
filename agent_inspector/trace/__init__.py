"""The facade: `from agent_inspector import trace`, then `with trace.run("name"):` and the calls below.

The module stands for the process's default Trace: any other name is looked up on that.
"""

from __future__ import annotations

from typing import Any

from agent_inspector.config import TraceConfig
from agent_inspector.trace.context import TraceContext
from agent_inspector.trace.run import RunScope
from agent_inspector.trace.tracer import Trace

__all__ = [
    "RunScope",
    "Trace",
    "TraceContext",
    "error",
    "final",
    "get_active_context",
    "get_trace",
    "llm",
    "memory_read",
    "memory_write",
    "run",
    "set_trace",
    "tool",
]

_default = Trace()


def get_trace() -> Trace:
    """Return the process's default Trace."""
    return _default


def set_trace(trace: Trace) -> None:
    """Make this the process's default Trace, for instance in a test."""
    global _default
    _default = trace


def run(
    run_name: str,
    agent_type: str | None = None,
    user_id: str | None = None,
    session_id: str | None = None,
    config: TraceConfig | None = None,
) -> RunScope:
    """Record what happens inside a `with` or `async with` block, or in a decorated function, as a run."""
    return _default.run(run_name, agent_type, user_id, session_id, config)


def get_active_context() -> TraceContext | None:
    """Return the innermost run that encloses the code that runs now."""
    return _default.get_active_context()


def llm(model: str, prompt: Any, response: Any, **kwargs: Any) -> None:
    """Record a model call in the active run; see `TraceContext.llm`."""
    _default.llm(model, prompt, response, **kwargs)


def tool(tool_name: str, tool_args: Any, tool_result: Any, **kwargs: Any) -> None:
    """Record a tool call in the active run; see `TraceContext.tool`."""
    _default.tool(tool_name, tool_args, tool_result, **kwargs)


def memory_read(memory_key: str, memory_value: Any, **kwargs: Any) -> None:
    """Record a memory look-up in the active run; see `TraceContext.memory_read`."""
    _default.memory_read(memory_key, memory_value, **kwargs)


def memory_write(memory_key: str, memory_value: Any, **kwargs: Any) -> None:
    """Record a memory change in the active run; see `TraceContext.memory_write`."""
    _default.memory_write(memory_key, memory_value, **kwargs)


def error(error_type: str, error_message: str, **kwargs: Any) -> None:
    """Record an error in the active run; see `TraceContext.error`."""
    _default.error(error_type, error_message, **kwargs)


def final(answer: Any, **kwargs: Any) -> None:
    """Record the answer of the active run; see `TraceContext.final`."""
    _default.final(answer, **kwargs)


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(_default, name)
