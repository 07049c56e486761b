"""Operations: `gen_ai.operation.name` and the facade's event types, each as one kind of step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Translation
from otel_bridge.dialects.reading import StepKind

KIND_OF_OPERATION: Final[Mapping[str, tuple[StepKind, str]]] = {
    "chat": ("llm", "llm_call"),
    "generate_content": ("llm", "llm_call"),
    "text_completion": ("llm", "llm_call"),
    "responses": ("llm", "llm_call"),
    "completion": ("llm", "llm_call"),
    "start_thread_run": ("llm", "llm_call"),
    "process_thread_run": ("llm", "llm_call"),
    "fetch_response": ("message", "custom"),
    "embeddings": ("embedding", "embedding"),
    "embedding": ("embedding", "embedding"),
    "retrieval": ("retrieval", "retrieval"),
    "rerank": ("retrieval", "retrieval"),
    "execute_tool": ("tool", "tool_call"),
    "invoke_agent": ("agent", "run_start"),
    "invoke_workflow": ("chain", "custom"),
    "create_agent": ("agent", "agent_spawn"),
    "agent_handoff": ("handoff", "agent_handoff"),
    "guardrail_check": ("guardrail", "guardrail"),
    "plan": ("task", "plan"),
    "memory": ("memory", "memory_read"),
    "retrieve": ("retrieval", "retrieval"),
    "vector_db_retrieve": ("retrieval", "retrieval"),
    "search_memory": ("memory", "memory_read"),
    "create_memory": ("memory", "memory_write"),
    "update_memory": ("memory", "memory_write"),
    "upsert_memory": ("memory", "memory_write"),
    "delete_memory": ("memory", "memory_write"),
    "create_memory_store": ("memory", "memory_write"),
    "delete_memory_store": ("memory", "memory_write"),
}
"""`gen_ai.operation.name` to step kind and event type."""

KIND_OF_EVENT_TYPE: Final[Mapping[str, StepKind]] = {
    "error": "error",
    "final_answer": "final",
    "agent_spawn": "agent",
    "agent_join": "message",
    "agent_leave": "message",
    "agent_communication": "message",
    "agent_handoff": "handoff",
    "task_assignment": "task",
    "task_completion": "task",
    "guardrail": "guardrail",
    "custom": "chain",
    "step": "chain",
}
"""Kinds of the facade's steps that the conventions have no operation for."""

_TYPE_OF_KIND: Final[Mapping[StepKind, str]] = {
    "llm": "llm_call",
    "tool": "tool_call",
    "agent": "run_start",
    "embedding": "embedding",
    "retrieval": "retrieval",
    "memory": "memory_read",
    "handoff": "agent_handoff",
    "guardrail": "guardrail",
    "error": "error",
    "final": "final_answer",
}


_LIKELY: Final[tuple[tuple[str, StepKind], ...]] = (
    ("embed", "embedding"),
    ("handoff", "handoff"),
    ("guardrail", "guardrail"),
    ("rerank", "retrieval"),
    ("retrieve", "retrieval"),
    ("retrieval", "retrieval"),
    ("memory", "memory"),
    ("tool", "tool"),
    ("function", "tool"),
    ("agent", "agent"),
    ("chat", "llm"),
    ("completion", "llm"),
    ("generate", "llm"),
    ("generation", "llm"),
    ("llm", "llm"),
    ("inference", "llm"),
    ("model", "llm"),
)
"""Words in operations that the conventions do not have, and what such a step then is."""
_AROUND: Final = (
    "orchestrate",
    "submit",
    "step",
    "cycle",
    "schedule",
    "task",
    "workflow",
    "list",
    "create",
    "delete",
    "count",
    "eval",
)
"""Words in operations that only surround such steps, or manage what takes part in them."""


def likely_kind(operation: str) -> StepKind | None:
    """Return what an operation of somebody's own is by the words in it: `chat.completions` is a model call."""
    words = operation.lower()
    if any(word in words for word in _AROUND):
        return None
    return next((kind for word, kind in _LIKELY if word in words), None)


def classify(translation: Translation) -> tuple[StepKind, str]:
    """Return kind and event type of a step: as its dialect says, else by operation and facade event type."""
    attributes = translation.attributes
    operation = attributes.get(semconv.OPERATION)
    known = KIND_OF_OPERATION.get(operation) if isinstance(operation, str) else None
    kind, event_type = known or ("chain", "custom")
    stated = attributes.get(semconv.EVENT_TYPE)
    if isinstance(stated, str):
        kind = kind if operation else KIND_OF_EVENT_TYPE.get(stated, "chain")
        event_type = stated
    if translation.kind is not None and translation.kind != kind:
        kind, event_type = translation.kind, _TYPE_OF_KIND.get(translation.kind, "custom")
    return kind, translation.type or event_type
