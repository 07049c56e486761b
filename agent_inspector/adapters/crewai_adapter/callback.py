"""CrewAIInspectorCallback: methods that record the work of a crew by hand, in the run that is active."""

from __future__ import annotations

from typing import Any, Final

from agent_inspector.adapters.told_calls import ToldCalls, field_of, id_of, name_of
from agent_inspector.trace import Trace
from agent_inspector.trace.guard import harmless

_USAGE: Final = ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens")


class CrewAIInspectorCallback:
    """Call its methods where the crew works. They never raise.

    Args:
        trace: where to record; the default is the process's own Trace.
        track_task_assignments: record tasks given and done.
        track_delegations: record work that is handed over.
        track_tool_usage: record tool calls.
    """

    def __init__(
        self,
        trace: Trace | None = None,
        track_task_assignments: bool = True,
        track_delegations: bool = True,
        track_tool_usage: bool = True,
    ) -> None:
        self.track_task_assignments = track_task_assignments
        self.track_delegations = track_delegations
        self.track_tool_usage = track_tool_usage
        self._calls = ToldCalls(trace)

    @harmless
    def on_crew_creation(self, crew: Any) -> None:
        """Record that a crew, with its agents, came into being."""
        for agent in getattr(crew, "agents", None) or ():
            self._calls.trace.agent_join(
                id_of(agent), name_of(agent), group_id=id_of(crew), group_name=name_of(crew)
            )

    @harmless
    def on_agent_creation(self, agent: Any) -> None:
        """Record that an agent came into being."""
        config = {name: getattr(agent, name, None) for name in ("goal", "backstory")}
        self._calls.trace.agent_spawn(
            id_of(agent), name_of(agent), agent_role=getattr(agent, "role", None), agent_config=config
        )

    @harmless
    def on_task_start(self, task: Any, agent: Any) -> None:
        """Record that an agent begins a task."""
        if self.track_task_assignments:
            data = {name: getattr(task, name, None) for name in ("description", "expected_output")}
            self._calls.trace.task_assign(
                id_of(task), name_of(task), id_of(agent), name_of(agent), task_data=data
            )

    @harmless
    def on_task_end(self, task: Any, agent: Any, result: Any) -> None:
        """Record that an agent has done a task."""
        if self.track_task_assignments:
            self._calls.trace.task_complete(
                id_of(task), name_of(task), id_of(agent), name_of(agent), result=text_of(result)
            )

    @harmless
    def on_task_delegation(
        self, task: Any, from_agent: Any, to_agent: Any, reason: str | None = None
    ) -> None:
        """Record that an agent hands a task over to another."""
        if self.track_delegations:
            self._calls.trace.agent_handoff(
                id_of(from_agent),
                name_of(from_agent),
                id_of(to_agent),
                name_of(to_agent),
                handoff_reason=reason,
                context_summary=name_of(task),
            )

    @harmless
    def on_llm_call(self, agent: Any, prompt: Any, model: str | None = None) -> None:
        """Record that an agent asks its model."""
        self._calls.start_model(agent, model or model_of(agent), prompt)

    @harmless
    def on_llm_response(self, agent: Any, response: Any, model: str | None = None, usage: Any = None) -> None:
        """Record what the model answered."""
        counts = {name: field_of(usage, name) for name in _USAGE}
        self._calls.end_model(agent, text_of(response), model=model or model_of(agent), **counts)

    @harmless
    def on_tool_usage(self, agent: Any, tool_name: str, tool_input: Any, tool_output: Any) -> None:
        """Record that an agent used a tool."""
        run = self._calls.trace.get_active_context()
        if run is not None and self.track_tool_usage:
            run.tool(tool_name, tool_input, tool_output, agent_name=name_of(agent))

    @harmless
    def on_agent_communication(
        self, from_agent: Any, to_agent: Any, message: Any, message_type: str = "collaboration"
    ) -> None:
        """Record that an agent says something to another."""
        self._calls.trace.agent_communication(
            id_of(from_agent),
            name_of(from_agent),
            message,
            to_agent_id=id_of(to_agent),
            to_agent_name=name_of(to_agent),
            message_type=message_type,
        )

    @harmless
    def on_crew_kickoff_start(self, crew: Any) -> None:
        """Record that a crew begins to work."""
        for agent in getattr(crew, "agents", None) or ():
            self.on_agent_creation(agent)

    @harmless
    def on_crew_kickoff_end(self, crew: Any, result: Any) -> None:
        """Record what a crew has worked out, as the answer of the run."""
        self._calls.trace.final(text_of(result))


def text_of(result: Any) -> Any:
    """Return the text of a result of CrewAI, or the value itself."""
    raw = getattr(result, "raw", None)
    return raw if isinstance(raw, str) else result


def model_of(agent: Any) -> str:
    """Return the model that an agent is set up with."""
    llm = getattr(agent, "llm", None)
    return str(llm if isinstance(llm, str) else getattr(llm, "model", None) or "unknown model")
