"""The GenAI semantic conventions, and the facade's own spans, which follow them.

https://github.com/open-telemetry/semantic-conventions-genai/tree/main/docs/gen-ai
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import messages
from otel_bridge.dialects.errors import find_failure, outcome_of
from otel_bridge.dialects.reading import Json, Payload, Reading, StepKind, Usage
from otel_bridge.record import Attributes, SpanRecord

KIND_OF_OPERATION: Final[Mapping[str, tuple[StepKind, str]]] = {
    "chat": ("llm", "llm_call"),
    "generate_content": ("llm", "llm_call"),
    "text_completion": ("llm", "llm_call"),
    "fetch_response": ("llm", "llm_call"),
    "embeddings": ("embedding", "embedding"),
    "retrieval": ("retrieval", "retrieval"),
    "execute_tool": ("tool", "tool_call"),
    "invoke_agent": ("agent", "run_start"),
    "invoke_workflow": ("agent", "run_start"),
    "create_agent": ("agent", "agent_spawn"),
    "plan": ("task", "plan"),
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

_NOT_PARAMETERS: Final = {semconv.REQUEST_MODEL}


def speaks(record: SpanRecord) -> bool:
    """Whether the span says what it is by the conventions or by the facade."""
    return semconv.OPERATION in record.attributes or semconv.EVENT_TYPE in record.attributes


def read(record: SpanRecord) -> Reading:
    """Read the one-line facts of a span that `speaks` this dialect."""
    attributes = record.attributes
    kind, event_type = _classify(attributes)
    failure = find_failure(record)
    asked, answered = _in_and_out(attributes, kind)
    return Reading(
        kind=kind,
        type=event_type,
        name=_name(record, kind),
        outcome=outcome_of(record),
        agent=_text(attributes, semconv.AGENT_NAME),
        agent_type=_text(attributes, semconv.AGENT_TYPE),
        model=_text(attributes, semconv.REQUEST_MODEL) or _text(attributes, semconv.RESPONSE_MODEL),
        provider=_text(attributes, semconv.PROVIDER) or _text(attributes, semconv.LEGACY_SYSTEM),
        tool_name=_text(attributes, semconv.TOOL_NAME),
        usage=read_usage(attributes),
        cost_usd=_number(attributes, semconv.COST_USD),
        session_id=_text(attributes, semconv.SESSION_ID) or _text(attributes, semconv.CONVERSATION_ID),
        user_id=_text(attributes, semconv.USER_ID) or _text(attributes, semconv.LEGACY_USER_ID),
        error_type=failure.type,
        error_message=messages.preview(failure.message),
        instant=attributes.get(semconv.INSTANT) is True,
        input_preview=asked,
        output_preview=answered,
        calls=messages.tool_calls(_messages(attributes, semconv.OUTPUT_MESSAGES, "assistant")),
        finish_reason=_finish_reason(attributes),
        metadata=_metadata(attributes),
    )


def unpack(record: SpanRecord) -> Payload:
    """Read the messages, arguments and results of a span that `speaks` this dialect."""
    attributes = record.attributes
    kind, _ = _classify(attributes)
    went_in, came_out = _values(attributes, kind)
    first_chunk_s = _number(attributes, semconv.FIRST_CHUNK_S)
    return Payload(
        input_messages=_messages(attributes, semconv.INPUT_MESSAGES, "user"),
        output_messages=_messages(attributes, semconv.OUTPUT_MESSAGES, "assistant"),
        system_instructions=_system(attributes),
        tool_definitions=_definitions(attributes),
        parameters=_parameters(attributes),
        finish_reason=_finish_reason(attributes),
        first_token_ms=first_chunk_s * 1000 if first_chunk_s is not None else None,
        tool_call_id=_text(attributes, semconv.TOOL_CALL_ID),
        tool_arguments=messages.parse_json(attributes.get(semconv.TOOL_ARGUMENTS)),
        tool_result=messages.parse_json(attributes.get(semconv.TOOL_RESULT)),
        input_value=went_in,
        output_value=came_out,
        stack_trace=find_failure(record).stack_trace,
    )


def read_usage(attributes: Attributes) -> Usage:
    """Read token counts under their present names, then under their earlier ones."""
    return Usage(
        input=_count(attributes, semconv.INPUT_TOKENS, "gen_ai.usage.prompt_tokens"),
        output=_count(attributes, semconv.OUTPUT_TOKENS, "gen_ai.usage.completion_tokens"),
        cached_input=_count(attributes, semconv.CACHE_READ_TOKENS),
        cache_write=_count(attributes, semconv.CACHE_WRITE_TOKENS, semconv.LEGACY_CACHE_WRITE_TOKENS),
        reasoning=_count(attributes, semconv.REASONING_TOKENS),
    )


def _classify(attributes: Attributes) -> tuple[StepKind, str]:
    operation = str(attributes.get(semconv.OPERATION, ""))
    kind, event_type = KIND_OF_OPERATION.get(operation, ("chain", "custom"))
    stated = attributes.get(semconv.EVENT_TYPE)
    if not isinstance(stated, str):
        return kind, event_type
    return (kind if operation else KIND_OF_EVENT_TYPE.get(stated, "chain")), stated


def _name(record: SpanRecord, kind: StepKind) -> str:
    attributes = record.attributes
    own = {
        "agent": (semconv.AGENT_NAME, semconv.WORKFLOW_NAME),
        "llm": (semconv.REQUEST_MODEL, semconv.RESPONSE_MODEL),
        "embedding": (semconv.REQUEST_MODEL,),
        "tool": (semconv.TOOL_NAME,),
        "memory": (semconv.MEMORY_RECORD_ID, semconv.MEMORY_QUERY),
        "retrieval": (semconv.DATA_SOURCE_ID,),
        "error": (semconv.ERROR_TYPE,),
    }.get(kind, ())
    found = (_text(attributes, name) for name in (semconv.STEP_NAME, *own))
    return next((name for name in found if name), record.name)


def _in_and_out(attributes: Attributes, kind: StepKind) -> tuple[str | None, str | None]:
    if kind in ("agent", "llm", "final"):
        asked = _messages(attributes, semconv.INPUT_MESSAGES, "user")
        answered = _messages(attributes, semconv.OUTPUT_MESSAGES, "assistant")
        return messages.text_of(messages.last_of(asked, "user")), messages.text_of(answered)
    went_in, came_out = _values(attributes, kind)
    return messages.preview(went_in), messages.preview(came_out)


def _values(attributes: Attributes, kind: StepKind) -> tuple[Json, Json]:
    went_in, came_out = {
        "tool": (semconv.TOOL_ARGUMENTS, semconv.TOOL_RESULT),
        "memory": (semconv.MEMORY_QUERY, semconv.MEMORY_RECORDS),
        "retrieval": (semconv.RETRIEVAL_QUERY, semconv.RETRIEVAL_DOCUMENTS),
    }.get(kind, (semconv.INPUT_VALUE, semconv.OUTPUT_VALUE))
    return messages.parse_json(attributes.get(went_in)), messages.parse_json(attributes.get(came_out))


def _messages(attributes: Attributes, name: str, role: str) -> list[Json] | None:
    return messages.as_messages(attributes.get(name), role)


def _system(attributes: Attributes) -> list[Json] | None:
    value = messages.parse_json(attributes.get(semconv.SYSTEM_INSTRUCTIONS))
    if isinstance(value, str) and value:
        return [{"type": "text", "content": value}]
    return list(value) if isinstance(value, Sequence) and value else None


def _definitions(attributes: Attributes) -> list[Json] | None:
    value = messages.parse_json(attributes.get(semconv.TOOL_DEFINITIONS))
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return None
    return [messages.parse_json(item) for item in value]


def _parameters(attributes: Attributes) -> dict[str, Json]:
    prefix = semconv.REQUEST_PREFIX
    return {
        name[len(prefix) :]: value
        for name, value in attributes.items()
        if name.startswith(prefix) and name not in _NOT_PARAMETERS
    }


def _metadata(attributes: Attributes) -> Mapping[str, Json]:
    value = messages.parse_json(attributes.get(semconv.METADATA))
    return value if isinstance(value, Mapping) else {}


def _finish_reason(attributes: Attributes) -> str | None:
    value = messages.parse_json(attributes.get(semconv.FINISH_REASONS))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return str(value[0]) if value else None
    return str(value) if value else None


def _text(attributes: Attributes, name: str) -> str | None:
    value = attributes.get(name)
    return str(value) if value not in (None, "") else None


def _number(attributes: Attributes, name: str) -> float | None:
    value = attributes.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _count(attributes: Attributes, *names: str) -> int | None:
    for name in names:
        value = _number(attributes, name)
        if value is not None:
            return int(value)
    return None
