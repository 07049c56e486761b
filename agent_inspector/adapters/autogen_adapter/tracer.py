"""AutoGenTracer and the functions that start it: a run in which AutoGen is listened to."""

from __future__ import annotations

from contextvars import Token
from importlib import import_module
from typing import Any

from agent_inspector.adapters.autogen_adapter import event_log
from agent_inspector.adapters.autogen_adapter.callback import AutoGenInspectorCallback
from agent_inspector.adapters.autogen_adapter.listener import AutoGenListener
from agent_inspector.adapters.framework_run import FrameworkRun
from agent_inspector.trace import Trace, TraceContext
from agent_inspector.trace.scope import give_back


class AutoGenTracer(FrameworkRun[AutoGenInspectorCallback]):
    """Records what AutoGen's agents do inside of its `with` block as one run; the block gives a callback.

    The callback is for what AutoGen does not tell by itself; nothing needs to be called on it.
    """

    framework = "AutoGen"
    install = "autogen-agentchat"

    def __init__(  # noqa: PLR0913  (what a run is started with)
        self,
        trace: Trace | None = None,
        agent_type: str = "autogen",
        *,
        run_name: str = "autogen_chat",
        user_id: str | None = None,
        session_id: str | None = None,
        callback: AutoGenInspectorCallback | None = None,
    ) -> None:
        super().__init__(trace, run_name, agent_type, user_id, session_id)
        self._callback = callback or AutoGenInspectorCallback(trace)
        self._listener: AutoGenListener | None = None
        self._token: Token[Any] | None = None

    def listener(self) -> AutoGenInspectorCallback:
        return self._callback

    def connect(self, run: TraceContext) -> None:
        import_module("autogen_core")
        self._listener = AutoGenListener(
            run,
            messages=self._callback.track_agent_communication,
            handoffs=self._callback.track_handoffs,
            tasks=self._callback.track_task_assignments,
        )
        self._token = event_log.listen(self._listener)

    def disconnect(self) -> None:
        if self._token is not None:
            give_back(self._token)
            event_log.stop_listening()
        if self._listener is not None:
            self._listener.close_tools()

    def answer(self) -> Any:
        return self._listener.answer if self._listener is not None else None


def enable(
    trace: Trace | None = None,
    run_name: str = "autogen_chat",
    track_agent_communication: bool = True,
    track_handoffs: bool = True,
    track_task_assignments: bool = True,
) -> AutoGenTracer:
    """Record what AutoGen's agents do inside of `with enable_autogen(...):` as one run.

    Args:
        trace: where to record; the default is the process's own Trace.
        run_name: what to call the run.
        track_agent_communication: record what the agents say to each other.
        track_handoffs: record hand-offs.
        track_task_assignments: record tasks given to teams, and their ends.
    """
    callback = AutoGenInspectorCallback(
        trace, track_agent_communication, track_handoffs, track_task_assignments
    )
    return AutoGenTracer(trace, run_name=run_name, callback=callback)


def get_callback_handler(trace: Trace | None = None) -> AutoGenInspectorCallback:
    """Return a callback whose methods record by hand."""
    return AutoGenInspectorCallback(trace)
