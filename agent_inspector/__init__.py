"""Agent Inspector: the flight recorder for AI agents, native to OpenTelemetry.

    from agent_inspector import trace

    with trace.run("my_agent"):
        trace.llm(model="gpt-4", prompt="Hi", response="Hello!")
        trace.final(answer="Done.")

Then `agent-inspector server`, and open the address that it prints.
"""

from agent_inspector import trace
from agent_inspector.config import Profile, TraceConfig, get_config, set_config
from agent_inspector.trace import (
    Trace,
    TraceContext,
    error,
    final,
    get_active_context,
    get_trace,
    llm,
    memory_read,
    memory_write,
    run,
    set_trace,
    tool,
)
from agent_inspector.version import __version__

__all__ = [
    "Profile",
    "Trace",
    "TraceConfig",
    "TraceContext",
    "__version__",
    "error",
    "final",
    "get_active_context",
    "get_config",
    "get_trace",
    "llm",
    "memory_read",
    "memory_write",
    "run",
    "set_config",
    "set_trace",
    "tool",
    "trace",
]
