"""Emit: an event object recorded as the step that it describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.context import attach, detach
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

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
_ID_DIGITS: Final = 16


def emit_event(run: TraceContext, event: BaseEvent) -> StepRef | None:
    """Record an event in this run: by the call of its type, or as a custom step with all its own fields.

    The event gets the step's id, by which later events can name it as their parent.
    """
    with _below(run, event.parent_event_id):
        step = _record(run, event)
    if step is not None:
        event.event_id = step.event_id
    return step


def _record(run: TraceContext, event: BaseEvent) -> StepRef | None:
    own = {item.name: getattr(event, item.name) for item in fields(event) if item.name not in _BASE}
    shared: dict[str, Any] = {"timestamp_ms": event.timestamp_ms, "duration_ms": event.duration_ms}
    if event.metadata:
        shared["metadata"] = event.metadata
    if event.status is EventStatus.FAILED:
        shared["error"] = _message(event)
    call = _CALLS.get(event.type)
    if call is not None:
        return getattr(run, call)(**own, **shared)  # type: ignore[no-any-return]  # every call returns a StepRef
    if event.input is not None:
        shared |= own
    return run.record(shared, lambda extra: _custom(event, own, extra))


@contextmanager
def _below(run: TraceContext, parent_id: str | None) -> Iterator[None]:
    """Let the step that is recorded inside hang below the step of this id, if it is one."""
    try:
        number = int(parent_id or "", 16) if len(parent_id or "") == _ID_DIGITS else 0
    except ValueError:
        number = 0
    if number == 0:
        yield
        return
    parent = SpanContext(int(run.trace_id, 16), number, False, TraceFlags(TraceFlags.SAMPLED))
    token = attach(set_span_in_context(NonRecordingSpan(parent), run.place()))
    try:
        yield
    finally:
        detach(token)


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
