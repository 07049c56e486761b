"""AutoGen: a team at work, recorded through the spans and the structured events that AutoGen itself emits.

    from agent_inspector.adapters import enable_autogen

    with enable_autogen(run_name="support_team"):
        await team.run(task="The customer was charged twice.")

Agents and their tool calls come as AutoGen's own OpenTelemetry spans; model calls, messages, hand-offs
and tasks come from its event log. `AutoGenInspectorCallback` has the methods to record by hand what an
older or another AutoGen does.
"""

from agent_inspector.adapters.autogen_adapter.callback import AutoGenInspectorCallback
from agent_inspector.adapters.autogen_adapter.tracer import AutoGenTracer, enable, get_callback_handler

__all__ = ["AutoGenInspectorCallback", "AutoGenTracer", "enable", "get_callback_handler"]
