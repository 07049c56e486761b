"""CrewAIListener: the events of CrewAI as steps of the run in which the crew works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from agent_inspector.adapters import calls
from agent_inspector.adapters.crewai_adapter import notes, readings
from agent_inspector.adapters.crewai_adapter.open_events import OpenEvents
from agent_inspector.trace import TraceContext
from agent_inspector.trace.guard import harmless
from agent_inspector.trace.measured import LLMCall

_DELEGATION: Final = ("delegate work to coworker", "ask question to coworker")
_AGENT_FLOW: Final = "AgentExecutor"
"""CrewAI's agents are flows themselves, which say nothing that the agent's own events do not."""
_CREW_START: Final = "crew_kickoff_started"
_OTHER_ENDS: Final = (
    "crew_kickoff_failed",
    "agent_execution_completed",
    "agent_execution_error",
    "lite_agent_execution_error",
    "flow_finished",
    "flow_failed",
    "flow_paused",
    "method_execution_finished",
    "method_execution_failed",
    "method_execution_paused",
    "tool_usage_finished",
    "tool_usage_error",
)


class CrewAIListener:
    """Hears the events of one run, one after the other."""

    def __init__(self, run: TraceContext, *, tasks: bool, delegations: bool, tools: bool) -> None:
        self.events = OpenEvents(run)
        self._shows_tasks = tasks
        self._shows_delegations = delegations
        self._shows_tools = tools
        self._tasks: dict[str, tuple[str, int]] = {}
        self._hearers: dict[str, Callable[[Any], None]] = {
            "crew_kickoff_completed": self._end_answered,
            "task_started": self._start_task,
            "task_completed": self._end_task,
            "task_failed": self._end_task,
            "agent_execution_started": self._start_agent,
            "lite_agent_execution_started": self._start_agent,
            "lite_agent_execution_completed": self._end_answered,
            "flow_started": self._start_flow,
            "method_execution_started": self._start_method,
            "llm_call_started": self._start_model,
            "llm_stream_chunk": self._hear_chunk,
            "llm_call_completed": self._end_model,
            "llm_call_failed": self.events.end_call,
            "tool_usage_started": self._start_tool,
        }
        self._hearers |= dict.fromkeys(_OTHER_ENDS, self._end)
        self._hearers |= {name: self._note(note) for name, note in notes.NOTES.items()}

    def wants(self, event_type: str) -> bool:
        return event_type == _CREW_START or event_type in self._hearers

    @harmless
    def hear(self, source: Any, event: Any) -> None:
        if event.type == _CREW_START:
            self._start_crew(source, event)
        else:
            self._hearers[event.type](event)

    def _end(self, event: Any) -> None:
        self.events.end(event, self.events.take(event))

    def _end_answered(self, event: Any) -> None:
        branch = self.events.take(event)
        if self.events.is_outermost(event):
            self.events.answer = readings.text_of(event.output)
        self.events.end(event, branch)

    def _start_crew(self, crew: Any, event: Any) -> None:
        asked = event.inputs or readings.first_task(crew)
        if self.events.is_outermost(event):
            calls.describe_run(self.events.run, asked)
        name = event.crew_name or "crew"
        step = calls.agent_call(self.events.above(event).run, name, asked, {"agent_type": "crew"})
        with calls.placed(self.events.begin(event, step, agent=name)) as run:
            for agent in readings.agents_of(crew):
                run.agent_spawn(**agent, timestamp_ms=readings.time_ms(event))

    def _start_task(self, event: Any) -> None:
        agent = readings.agent_of_task(event)
        self.events.pass_over(event)
        self._tasks[event.event_id] = (agent, readings.time_ns(event))
        if self._shows_tasks:
            who = {"assigned_to_agent_id": agent, "assigned_to_agent_name": agent}
            data = readings.task_data(event)
            self.events.note(event, "task_assign", **readings.task_of(event), **who, task_data=data)

    def _end_task(self, event: Any) -> None:
        self.events.take(event)
        now_ns = readings.time_ns(event)
        agent, began_ns = self._tasks.pop(event.started_event_id or "", ("crew", now_ns))
        if self._shows_tasks:
            result, problem = readings.outcome_of(event)
            who = {"completed_by_agent_id": agent, "completed_by_agent_name": agent}
            how: dict[str, Any] = {"success": problem is None, "result": result, "error": problem}
            # Told beside the step, not as its length: the step stands where the task ended.
            how |= {"completion_time_ms": (now_ns - began_ns) // 1_000_000, "duration_ms": None}
            self.events.note(event, "task_complete", **readings.task_of(event), **who, **how)

    def _start_agent(self, event: Any) -> None:
        name = readings.agent_of(event)
        step = calls.agent_call(self.events.above(event).run, name, readings.asked_of(event), {})
        self.events.begin(event, step, agent=name)

    def _start_flow(self, event: Any) -> None:
        if event.flow_name == _AGENT_FLOW:
            self.events.pass_over(event)
            return
        asked = getattr(event, "inputs", None)
        step = calls.agent_call(self.events.above(event).run, event.flow_name, asked, {"agent_type": "flow"})
        self.events.begin(event, step, agent=event.flow_name)

    def _start_method(self, event: Any) -> None:
        if event.flow_name != _AGENT_FLOW:
            value, run = getattr(event, "params", None) or None, self.events.above(event).run
            self.events.begin(event, calls.other_call(run, event.method_name, "step", value, {}))

    def _start_model(self, event: Any) -> None:
        above = self.events.above(event)
        model, provider = readings.model_of(event)
        settings: Mapping[str, Any] = {"agent_name": above.agent, "provider": provider}
        extra = {**settings, **readings.settings_of(event)}
        step = calls.model_call(above.run, model, event.messages, extra)
        self.events.begin(event, step, key=event.call_id)

    def _hear_chunk(self, event: Any) -> None:
        branch = self.events.find(event.call_id)
        if branch is not None and isinstance(branch.step, LLMCall):
            branch.step.set(streaming=True)
            branch.step.first_token()

    def _end_model(self, event: Any) -> None:
        event = event.model_copy(update={"response": readings.answer_of(event.response)})
        self.events.end_call(event)

    def _start_tool(self, event: Any) -> None:
        above = self.events.above(event)
        if self._shows_delegations and event.tool_name.lower() in _DELEGATION:
            self.events.note(event, "agent_handoff", **readings.handoff_of(event, above.agent or "agent"))
        if self._shows_tools:
            extra = {"agent_name": event.agent_role or above.agent}
            arguments = readings.arguments_of(event)
            self.events.begin(event, calls.tool_call(above.run, event.tool_name, arguments, extra))
        else:
            self.events.pass_over(event)

    def _note(self, note: notes.Note) -> Callable[[Any], None]:
        return lambda event: note(self.events, event)
