"""ActiveRunCalls: the instant calls, made on whichever run is active where they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent_inspector.trace import steps
from agent_inspector.trace.active import active_run
from agent_inspector.trace.context import StepRef, TraceContext
from agent_inspector.trace.guard import harmless, say_once

if TYPE_CHECKING:
    from agent_inspector.trace.events import BaseEvent


class ActiveRunCalls:
    """Each call takes further keyword arguments and keeps them, and returns None where nothing is recorded."""

    def _active(self, call: str) -> TraceContext | None:
        """Return the active run, or one made of the span that encloses this code; else say once what is missing."""
        run = active_run() or self._run_of_current_span()
        if run is None:
            say_once(
                "no-run",
                "trace.%s() recorded nothing: it is called outside of a run; wrap it in trace.run().",
                call,
            )
        return run

    def _run_of_current_span(self) -> TraceContext | None:
        """Return a run for code that somebody else's span encloses, in this process or the one that started it."""
        raise NotImplementedError

    def llm(self, model: str, prompt: Any, response: Any, **kwargs: Any) -> StepRef | None:
        """Record a model call in the active run; see `TraceContext.llm`."""
        run = self._active("llm")
        return run.llm(model, prompt, response, **kwargs) if run else None

    def memory_read(self, memory_key: str, memory_value: Any, **kwargs: Any) -> StepRef | None:
        """Record a memory look-up in the active run; see `TraceContext.memory_read`."""
        run = self._active("memory_read")
        return run.memory_read(memory_key, memory_value, **kwargs) if run else None

    def memory_write(self, memory_key: str, memory_value: Any, **kwargs: Any) -> StepRef | None:
        """Record a memory change in the active run; see `TraceContext.memory_write`."""
        run = self._active("memory_write")
        return run.memory_write(memory_key, memory_value, **kwargs) if run else None

    def error(self, error_type: str, error_message: str, **kwargs: Any) -> StepRef | None:
        """Record an error in the active run; see `TraceContext.error`."""
        run = self._active("error")
        return run.error(error_type, error_message, **kwargs) if run else None

    def final(self, answer: Any, **kwargs: Any) -> StepRef | None:
        """Record the answer of the active run; see `TraceContext.final`."""
        run = self._active("final")
        return run.final(answer, **kwargs) if run else None

    def agent_spawn(self, agent_id: str, agent_name: str, **kwargs: Any) -> StepRef | None:
        """Record that an agent came into being; see `TraceContext.agent_spawn`."""
        run = self._active("agent_spawn")
        return run.agent_spawn(agent_id, agent_name, **kwargs) if run else None

    def agent_join(self, agent_id: str, agent_name: str, **kwargs: Any) -> StepRef | None:
        """Record that an agent joined a group; see `TraceContext.agent_join`."""
        run = self._active("agent_join")
        return run.agent_join(agent_id, agent_name, **kwargs) if run else None

    def agent_leave(self, agent_id: str, agent_name: str, **kwargs: Any) -> StepRef | None:
        """Record that an agent left a group; see `TraceContext.agent_leave`."""
        run = self._active("agent_leave")
        return run.agent_leave(agent_id, agent_name, **kwargs) if run else None

    def agent_communication(
        self, from_agent_id: str, from_agent_name: str, message_content: Any, **kwargs: Any
    ) -> StepRef | None:
        """Record a message between agents; see `TraceContext.agent_communication`."""
        run = self._active("agent_communication")
        return (
            run.agent_communication(from_agent_id, from_agent_name, message_content, **kwargs)
            if run
            else None
        )

    def agent_handoff(
        self, from_agent_id: str, from_agent_name: str, to_agent_id: str, to_agent_name: str, **kwargs: Any
    ) -> StepRef | None:
        """Record that an agent handed its work over; see `TraceContext.agent_handoff`."""
        run = self._active("agent_handoff")
        return (
            run.agent_handoff(from_agent_id, from_agent_name, to_agent_id, to_agent_name, **kwargs)
            if run
            else None
        )

    def task_assign(
        self,
        task_id: str,
        task_name: str,
        assigned_to_agent_id: str,
        assigned_to_agent_name: str,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record that an agent was given a task; see `TraceContext.task_assign`."""
        run = self._active("task_assign")
        return (
            run.task_assign(task_id, task_name, assigned_to_agent_id, assigned_to_agent_name, **kwargs)
            if run
            else None
        )

    def task_complete(
        self,
        task_id: str,
        task_name: str,
        completed_by_agent_id: str,
        completed_by_agent_name: str,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record that an agent ended a task; see `TraceContext.task_complete`."""
        run = self._active("task_complete")
        return (
            run.task_complete(task_id, task_name, completed_by_agent_id, completed_by_agent_name, **kwargs)
            if run
            else None
        )

    def emit(self, event: BaseEvent) -> StepRef | None:
        """Record an event object in the active run; see `TraceContext.emit`."""
        run = self._active("emit")
        return run.emit(event) if run else None

    @harmless
    def guardrail(self, name: str, passed: bool, value: Any = None, **kwargs: Any) -> StepRef | None:
        """Record what a guardrail decided: `passed`, what it looked at, `reason=` or `rule=` where it blocked, `masked=` what it masked."""
        run = self._active("guardrail")
        if run is None:
            return None
        kwargs["passed"] = passed
        return run.record(kwargs, lambda extra: steps.instant_custom(name, "guardrail", value, extra))

    @harmless
    def retrieval(self, query: Any, documents: Any, **kwargs: Any) -> StepRef | None:
        """Record a retrieval that is over, with the documents found as `[{"id", "content", "score"}]`."""
        run = self._active("retrieval")
        return (
            run.record(kwargs, lambda extra: steps.retrieval_span(query, documents, extra)) if run else None
        )

    @harmless
    def embedding(
        self, model: str, text: Any, dimensions: int | None = None, **kwargs: Any
    ) -> StepRef | None:
        """Record an embedding call that is over."""
        run = self._active("embedding")
        return (
            run.record(kwargs, lambda extra: steps.embedding_span(model, text, dimensions, extra))
            if run
            else None
        )

    @harmless
    def plan(self, name: str, plan: Any, **kwargs: Any) -> StepRef | None:
        """Record a plan that an agent has made."""
        run = self._active("plan")
        return run.record(kwargs, lambda extra: steps.plan_span(name, plan, extra)) if run else None
