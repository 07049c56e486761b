"""The seven multi-agent calls of a run: who was there, who said what to whom, who does which task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from agent_inspector.trace.freeze import freeze, is_true, safe_text
from agent_inspector.trace.guard import harmless
from agent_inspector.trace.steps import StepSpan
from agent_inspector.trace.steps.fields import metadata
from otel_bridge import semconv

if TYPE_CHECKING:
    from agent_inspector.trace.context import StepRef
    from agent_inspector.trace.steps import Attributes


class AgentCalls:
    """Calls that TraceContext has besides those of a single agent. Each records one instant step."""

    def record(self, extra: Attributes, describe_step: Callable[[Attributes], StepSpan]) -> StepRef | None:
        """Record a step; TraceContext does it."""
        raise NotImplementedError

    @harmless
    def agent_spawn(
        self,
        agent_id: str,
        agent_name: str,
        agent_role: str | None = None,
        parent_run_id: str | None = None,
        agent_config: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record that an agent came into being."""
        fields: dict[str, Any] = {"agent_id": agent_id, "agent_name": agent_name, "agent_role": agent_role}
        fields |= {"parent_run_id": parent_run_id, "agent_config": agent_config}
        return self._say("agent_spawn", f"Spawn: {safe_text(agent_name)}", agent_name, fields, kwargs)

    @harmless
    def agent_join(
        self,
        agent_id: str,
        agent_name: str,
        group_id: str | None = None,
        group_name: str | None = None,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record that an agent joined a group."""
        fields: dict[str, Any] = {
            "agent_id": agent_id,
            "agent_name": agent_name,
            "group_id": group_id,
            "group_name": group_name,
        }
        return self._say("agent_join", f"Join: {safe_text(agent_name)}", agent_name, fields, kwargs)

    @harmless
    def agent_leave(
        self,
        agent_id: str,
        agent_name: str,
        group_id: str | None = None,
        reason: str | None = None,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record that an agent left a group."""
        fields: dict[str, Any] = {
            "agent_id": agent_id,
            "agent_name": agent_name,
            "group_id": group_id,
            "reason": reason,
        }
        return self._say("agent_leave", f"Leave: {safe_text(agent_name)}", agent_name, fields, kwargs)

    @harmless
    def agent_communication(  # noqa: PLR0913  (the fields of the event)
        self,
        from_agent_id: str,
        from_agent_name: str,
        message_content: Any,
        to_agent_id: str | None = None,
        to_agent_name: str | None = None,
        message_type: str = "message",
        group_id: str | None = None,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record a message between agents; without a receiver it is for all."""
        fields: dict[str, Any] = {"from_agent_id": from_agent_id, "from_agent_name": from_agent_name}
        fields |= {"to_agent_id": to_agent_id, "to_agent_name": to_agent_name, "message_type": message_type}
        fields |= {"message_content": message_content, "group_id": group_id}
        title = f"{safe_text(from_agent_name)} → {safe_text('' if to_agent_name is None else to_agent_name) or 'All'}"
        return self._say("agent_communication", title, from_agent_name, fields, kwargs)

    @harmless
    def agent_handoff(  # noqa: PLR0913  (the fields of the event)
        self,
        from_agent_id: str,
        from_agent_name: str,
        to_agent_id: str,
        to_agent_name: str,
        handoff_reason: str | None = None,
        context_summary: str | None = None,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record that one agent handed its work to another."""
        fields: dict[str, Any] = {"from_agent_id": from_agent_id, "from_agent_name": from_agent_name}
        fields |= {"to_agent_id": to_agent_id, "to_agent_name": to_agent_name}
        fields |= {"handoff_reason": handoff_reason, "context_summary": context_summary}
        title = f"Handoff: {safe_text(from_agent_name)} → {safe_text(to_agent_name)}"
        return self._say("agent_handoff", title, from_agent_name, fields, kwargs)

    @harmless
    def task_assign(  # noqa: PLR0913  (the fields of the event)
        self,
        task_id: str,
        task_name: str,
        assigned_to_agent_id: str,
        assigned_to_agent_name: str,
        assigned_by_agent_id: str | None = None,
        priority: str | None = None,
        deadline: int | None = None,
        task_data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record that an agent was given a task; `deadline` in milliseconds since the Unix epoch."""
        fields: dict[str, Any] = {
            "task_id": task_id,
            "task_name": task_name,
            "assigned_to_agent_id": assigned_to_agent_id,
        }
        fields |= {
            "assigned_to_agent_name": assigned_to_agent_name,
            "assigned_by_agent_id": assigned_by_agent_id,
        }
        fields |= {"priority": priority, "deadline": deadline, "task_data": task_data}
        title = f"Task: {safe_text(task_name)} → {safe_text(assigned_to_agent_name)}"
        return self._say("task_assignment", title, assigned_to_agent_name, fields, kwargs)

    @harmless
    def task_complete(  # noqa: PLR0913  (the fields of the event)
        self,
        task_id: str,
        task_name: str,
        completed_by_agent_id: str,
        completed_by_agent_name: str,
        success: bool = True,
        result: Any = None,
        completion_time_ms: int | None = None,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record that an agent ended a task; one without success is a failed step."""
        fields: dict[str, Any] = {
            "task_id": task_id,
            "task_name": task_name,
            "completed_by_agent_id": completed_by_agent_id,
        }
        fields |= {"completed_by_agent_name": completed_by_agent_name, "success": success}
        fields |= {"result": result, "completion_time_ms": completion_time_ms}
        success = is_true(success)
        if not success:
            kwargs.setdefault("error", f"The task {safe_text(task_name)} was not completed.")
        title = f"{'✓' if success else '✗'} Task: {safe_text(task_name)}"
        return self._say("task_completion", title, completed_by_agent_name, fields, kwargs)

    def _say(
        self, event_type: str, title: str, agent: object, fields: Mapping[str, Any], extra: Attributes
    ) -> StepRef | None:
        def describe_step(left: Attributes) -> StepSpan:
            attributes: Attributes = {
                semconv.EVENT_TYPE: event_type,
                semconv.STEP_NAME: title,
                semconv.AGENT_NAME: safe_text(agent),
                semconv.INPUT_VALUE: freeze(
                    {key: value for key, value in fields.items() if value is not None}
                ),
            }
            return StepSpan(f"{event_type} {safe_text(agent)}", attributes | metadata(left))

        return self.record(extra, describe_step)
