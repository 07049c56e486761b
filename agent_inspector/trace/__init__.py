"""The facade: `from agent_inspector import trace`, then `with trace.run("name"):` and the calls below.

The module stands for the process's default Trace: each call here is that one's method of the same name.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from agent_inspector.trace.context import StepRef, TraceContext
from agent_inspector.trace.measured import LLMCall, MeasuredStep, ToolCall
from agent_inspector.trace.runscope import RunScope
from agent_inspector.trace.tracer import Trace

_default = Trace()


def get_trace() -> Trace:
    """Return the process's default Trace."""
    return _default


def set_trace(trace: Trace) -> None:
    """Make this the process's default Trace, for instance in a test."""
    global _default
    _default = trace


def __getattr__(name: str) -> Any:
    method = getattr(Trace, name, None)
    if name.startswith("_") or method is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if not callable(method):
        return getattr(_default, name)

    @functools.wraps(method)
    def forward(*args: Any, **kwargs: Any) -> Any:
        return getattr(_default, name)(*args, **kwargs)

    # Found directly from now on; it asks for the default Trace at each call, so set_trace holds.
    globals()[name] = forward
    return forward


def __dir__() -> list[str]:
    return sorted({*globals(), *(name for name in dir(Trace) if not name.startswith("_"))})


if TYPE_CHECKING:
    agent = _default.agent
    agent_communication = _default.agent_communication
    agent_handoff = _default.agent_handoff
    agent_join = _default.agent_join
    agent_leave = _default.agent_leave
    agent_spawn = _default.agent_spawn
    child_env = _default.child_env
    config = _default.config
    embedding = _default.embedding
    embedding_call = _default.embedding_call
    emit = _default.emit
    error = _default.error
    final = _default.final
    flush = _default.flush
    get_active_context = _default.get_active_context
    guardrail = _default.guardrail
    llm = _default.llm
    llm_call = _default.llm_call
    memory_read = _default.memory_read
    memory_write = _default.memory_write
    plan = _default.plan
    plan_step = _default.plan_step
    retrieval = _default.retrieval
    retrieval_call = _default.retrieval_call
    run = _default.run
    shutdown = _default.shutdown
    step = _default.step
    task_assign = _default.task_assign
    task_complete = _default.task_complete
    tool = _default.tool
    tool_call = _default.tool_call

__all__ = [
    "LLMCall", "MeasuredStep", "RunScope", "StepRef", "ToolCall", "Trace", "TraceContext",
    "get_trace", "set_trace",
]  # fmt: skip
