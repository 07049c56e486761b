"""Agent Inspector: the flight recorder for AI agents, native to OpenTelemetry.

    from agent_inspector import trace

    with trace.run("my_agent"):
        trace.llm(model="gpt-4", prompt="Hi", response="Hello!")
        trace.final(answer="Done.")

Then `agent-inspector server`, and open the address that it prints.

PYTEST_DONT_REWRITE: pytest would warn that it cannot rewrite the assertions of a plugin's package that is
imported already, as it is under `opentelemetry-instrument`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from agent_inspector import trace
from agent_inspector.config import TraceConfig, get_config, set_config
from agent_inspector.sources import Profile
from agent_inspector.trace import Trace, TraceContext, get_trace, set_trace
from agent_inspector.version import __version__

if TYPE_CHECKING:
    from agent_inspector.adapters import enable_langchain
    from agent_inspector.pipeline import redact_value as redact
    from agent_inspector.protocols import CompositeExporter, Exporter, ReadStore, Sampler
    from agent_inspector.server.embedding import get_api_server, run_server
    from agent_inspector.trace.events import (
        AgentCommunicationEvent,
        AgentHandoffEvent,
        AgentJoinEvent,
        AgentLeaveEvent,
        AgentSpawnEvent,
        BaseEvent,
        ErrorEvent,
        EventStatus,
        EventType,
        FinalAnswerEvent,
        LLMCallEvent,
        MemoryReadEvent,
        MemoryWriteEvent,
        RunEndEvent,
        RunStartEvent,
        TaskAssignmentEvent,
        TaskCompletionEvent,
        ToolCallEvent,
    )

    agent_communication = trace.agent_communication
    agent_handoff = trace.agent_handoff
    agent_join = trace.agent_join
    agent_leave = trace.agent_leave
    agent_spawn = trace.agent_spawn
    error = trace.error
    final = trace.final
    llm = trace.llm
    memory_read = trace.memory_read
    memory_write = trace.memory_write
    run = trace.run
    task_assign = trace.task_assign
    task_complete = trace.task_complete
    tool = trace.tool

__all__ = [
    "AgentCommunicationEvent",
    "AgentHandoffEvent",
    "AgentJoinEvent",
    "AgentLeaveEvent",
    "AgentSpawnEvent",
    "BaseEvent",
    "CompositeExporter",
    "ErrorEvent",
    "EventStatus",
    "EventType",
    "Exporter",
    "FinalAnswerEvent",
    "LLMCallEvent",
    "MemoryReadEvent",
    "MemoryWriteEvent",
    "Profile",
    "ReadStore",
    "RunEndEvent",
    "RunStartEvent",
    "Sampler",
    "TaskAssignmentEvent",
    "TaskCompletionEvent",
    "ToolCallEvent",
    "Trace",
    "TraceConfig",
    "TraceContext",
    "__version__",
    "agent_communication",
    "agent_handoff",
    "agent_join",
    "agent_leave",
    "agent_spawn",
    "enable_langchain",
    "error",
    "final",
    "get_api_server",
    "get_config",
    "get_trace",
    "llm",
    "memory_read",
    "memory_write",
    "redact",
    "run",
    "run_server",
    "set_config",
    "set_trace",
    "task_assign",
    "task_complete",
    "tool",
    "trace",
]

_CALLS: Final = frozenset(name for name in __all__ if name.islower() and hasattr(Trace, name))
"""The facade's calls, as functions of this package."""

_ELSEWHERE: Final = {
    **{name: ("agent_inspector.trace.events", name) for name in __all__ if "Event" in name},
    **{
        name: ("agent_inspector.protocols", name)
        for name in ("CompositeExporter", "Exporter", "ReadStore", "Sampler")
    },
    "enable_langchain": ("agent_inspector.adapters", "enable_langchain"),
    "get_api_server": ("agent_inspector.server.embedding", "get_api_server"),
    "redact": ("agent_inspector.pipeline", "redact_value"),
    "run_server": ("agent_inspector.server.embedding", "run_server"),
}
"""Names that are looked up when first asked for, so that importing the facade stays cheap."""


def __getattr__(name: str) -> Any:
    if name in _CALLS:
        value = getattr(trace, name)
    elif name in _ELSEWHERE:
        module, attribute = _ELSEWHERE[name]
        value = getattr(importlib.import_module(module), attribute)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value
