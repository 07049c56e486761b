"""CrewAITracer and the functions that start it: a run in which CrewAI is listened to."""

from __future__ import annotations

from contextvars import Token
from typing import Any

from agent_inspector.adapters.crewai_adapter import event_bus
from agent_inspector.adapters.crewai_adapter.callback import CrewAIInspectorCallback
from agent_inspector.adapters.crewai_adapter.listener import CrewAIListener
from agent_inspector.adapters.framework_run import FrameworkRun
from agent_inspector.trace import Trace, TraceContext
from agent_inspector.trace.scope import give_back


class CrewAITracer(FrameworkRun[CrewAIInspectorCallback]):
    """Records what crews, agents and flows do inside of its `with` block as one run; the block gives a callback.

    The callback is for what CrewAI does not tell by itself; nothing needs to be called on it.
    """

    framework = "CrewAI"
    install = "crewai"

    def __init__(  # noqa: PLR0913  (what a run is started with)
        self,
        trace: Trace | None = None,
        agent_type: str = "crewai",
        *,
        run_name: str = "crewai_workflow",
        user_id: str | None = None,
        session_id: str | None = None,
        callback: CrewAIInspectorCallback | None = None,
    ) -> None:
        super().__init__(trace, run_name, agent_type, user_id, session_id)
        self._callback = callback or CrewAIInspectorCallback(trace)
        self._listener: CrewAIListener | None = None
        self._token: Token[Any] | None = None

    def listener(self) -> CrewAIInspectorCallback:
        return self._callback

    def connect(self, run: TraceContext) -> None:
        self._listener = CrewAIListener(
            run,
            tasks=self._callback.track_task_assignments,
            delegations=self._callback.track_delegations,
            tools=self._callback.track_tool_usage,
        )
        self._token = event_bus.listen(self._listener)

    def disconnect(self) -> None:
        if self._token is not None:
            give_back(self._token)
            event_bus.stop_listening()
        if self._listener is not None:
            self._listener.events.close()

    def answer(self) -> Any:
        return self._listener.events.answer if self._listener is not None else None


def enable(
    trace: Trace | None = None,
    run_name: str = "crewai_workflow",
    track_task_assignments: bool = True,
    track_delegations: bool = True,
    track_tool_usage: bool = True,
) -> CrewAITracer:
    """Record what crews, agents and flows do inside of `with enable_crewai(...):` as one run.

    Args:
        trace: where to record; the default is the process's own Trace.
        run_name: what to call the run.
        track_task_assignments: record tasks given and done.
        track_delegations: record work that is handed over.
        track_tool_usage: record tool calls.
    """
    callback = CrewAIInspectorCallback(trace, track_task_assignments, track_delegations, track_tool_usage)
    return CrewAITracer(trace, run_name=run_name, callback=callback)


def get_callback_handler(trace: Trace | None = None) -> CrewAIInspectorCallback:
    """Return a callback whose methods record by hand."""
    return CrewAIInspectorCallback(trace)
