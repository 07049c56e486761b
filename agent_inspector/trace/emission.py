"""Emit: an event object recorded as the step that it describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from agent_inspector.trace import steps
from agent_inspector.trace.events import BaseEvent, EventStatus, EventType

if TYPE_CHECKING:
    from agent_inspector.trace.context import StepRef, TraceContext
    from agent_inspector.trace.steps import Attributes, StepSpan

_CALLS: Final[Mapping[EventType, str]] = {
    EventType.LLM_CALL: "llm",
    EventType.TOOL_CALL: "tool",
    EventType.MEMORY_READ: "memory_read",
    EventType.MEMORY_WRITE: "memory_write",
    EventType.ERROR: "error",
    EventType.FINAL_ANSWER: "final",
    EventType.AGENT_SPAWN: "agent_spawn",
    EventType.AGENT_JOIN: "agent_join",
    EventType.AGENT_LEAVE: "agent_leave",
    EventType.AGENT_COMMUNICATION: "agent_communication",
    EventType.AGENT_HANDOFF: "agent_handoff",
    EventType.TASK_ASSIGNMENT: "task_assign",
    EventType.TASK_COMPLETION: "task_complete",
}
_BASE: Final = {item.name for item in fields(BaseEvent)}


def emit_event(run: TraceContext, event: BaseEvent) -> StepRef | None:
    """Record an event in this run: by the call of its type, or as a custom step with all its own fields."""
    own = {item.name: getattr(event, item.name) for item in fields(event) if item.name not in _BASE}
    shared: dict[str, Any] = {"timestamp_ms": event.timestamp_ms, "duration_ms": event.duration_ms}
    if event.metadata:
        shared["metadata"] = event.metadata
    if event.status is EventStatus.FAILED:
        shared["error"] = _message(event)
    call = _CALLS.get(event.type)
    if call is not None:
        return getattr(run, call)(**own, **shared)  # type: ignore[no-any-return]  # every call returns a StepRef
    return run.record(shared, lambda extra: _custom(event, own, extra))


def _custom(event: BaseEvent, own: Mapping[str, Any], extra: Attributes) -> StepSpan:
    value = event.input if event.input is not None else own or None
    described = steps.custom_request(event.name or type(event).__name__, str(event.type.value), value, extra)
    described.attributes.update(steps.custom_response(event.output, extra))
    return described


def _message(event: BaseEvent) -> str:
    output = event.output
    return (
        str(output.get("error_message", "")) if isinstance(output, dict) else "The event is marked as failed."
    )
