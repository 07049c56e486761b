"""What CrewAI tells of memory, knowledge and guardrails in one event each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from agent_inspector.adapters import calls
from agent_inspector.adapters.crewai_adapter.open_events import OpenEvents
from agent_inspector.trace import steps

Note: TypeAlias = Callable[[OpenEvents, Any], None]


def _note_memory_read(events: OpenEvents, event: Any) -> None:
    # The event is emitted at the end: its time is not that of the start, which the duration tells.
    timing = {"duration_ms": event.query_time_ms, "timestamp_ms": None}
    events.note(event, "memory_read", event.query, event.results, **timing, **_who(event))


def _note_memory_write(events: OpenEvents, event: Any) -> None:
    timing = {"duration_ms": event.save_time_ms, "timestamp_ms": None}
    about = {"about": event.metadata or None, **_who(event)}
    events.note(event, "memory_write", str(event.value)[:80], event.value, **timing, **about)


def _note_knowledge(events: OpenEvents, event: Any) -> None:
    found = [{"content": event.retrieved_knowledge}] if event.retrieved_knowledge else []
    with calls.placed(events.above(event)) as run:
        run.record(
            {"data_source": "knowledge"}, lambda extra: steps.retrieval_span(event.query, found, extra)
        )


def _note_guardrail(events: OpenEvents, event: Any) -> None:
    told = {"passed": bool(event.success), "reason": event.error, "retries": event.retry_count}
    with calls.placed(events.above(event)) as run:
        run.record(told, lambda extra: steps.instant_custom("Guardrail", "guardrail", event.result, extra))


def _who(event: Any) -> dict[str, Any]:
    return {"agent_name": event.agent_role} if event.agent_role else {}


NOTES: Final[Mapping[str, Note]] = {
    "memory_query_completed": _note_memory_read,
    "memory_save_completed": _note_memory_write,
    "knowledge_search_query_completed": _note_knowledge,
    "llm_guardrail_completed": _note_guardrail,
}
