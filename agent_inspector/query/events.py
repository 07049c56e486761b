"""Events: a step as the dictionary that the original Agent Inspector gave for it.

Kept so that programs written for its `/data` and `/export` answers still find their fields.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from agent_inspector.model import Json, Status, StepDetail
from otel_bridge import semconv

_STATUS: Final[Mapping[Status, str]] = {"running": "in_progress", "completed": "completed"}
"""Every other status is `failed`: the original knew no more."""
_PREFIX: Final = "agent_inspector."

_FIELDS: Final[Mapping[str, Mapping[str, Json]]] = {
    "run_start": {"run_name": None, "agent_type": None, "user_id": None, "session_id": None},
    "agent_spawn": {
        "agent_id": "", "agent_name": "", "agent_role": None, "parent_run_id": None, "agent_config": {},
    },
    "agent_join": {"agent_id": "", "agent_name": "", "group_id": None, "group_name": None},
    "agent_leave": {"agent_id": "", "agent_name": "", "group_id": None, "reason": None},
    "agent_communication": {
        "from_agent_id": "", "from_agent_name": "", "to_agent_id": None, "to_agent_name": None,
        "message_type": "message", "message_content": "", "group_id": None,
    },
    "agent_handoff": {
        "from_agent_id": "", "from_agent_name": "", "to_agent_id": "", "to_agent_name": "",
        "handoff_reason": None, "context_summary": None,
    },
    "task_assignment": {
        "task_id": "", "task_name": "", "assigned_to_agent_id": "", "assigned_to_agent_name": "",
        "assigned_by_agent_id": None, "priority": None, "deadline": None, "task_data": {},
    },
    "task_completion": {
        "task_id": "", "task_name": "", "completed_by_agent_id": "", "completed_by_agent_name": "",
        "success": True, "result": None, "completion_time_ms": None,
    },
}  # fmt: skip
"""Fields of the events that the conventions have no attributes for: the facade keeps them in the step's input or metadata."""


def event_data(detail: StepDetail) -> dict[str, Json]:
    """Return a step in the original's event shape."""
    step = detail.step
    output = _OUTPUTS.get(step.type, _general_output)(detail)
    return {
        "event_id": step.id,
        "run_id": step.run_id,
        "timestamp_ms": step.timestamp,
        "type": step.type,
        "name": step.name,
        "status": _STATUS.get(step.status, "failed"),
        "duration_ms": step.duration_ms,
        "metadata": _metadata(detail),
        "input": detail.content.input_value,
        "output": output,
        "parent_event_id": step.parent_event_id,
        **_SHAPES.get(step.type, _own_fields)(detail),
    }


def _llm(detail: StepDetail) -> dict[str, Json]:
    step, content = detail.step, detail.content
    prompt_tokens, completion_tokens = step.tokens.input, step.tokens.output
    known = prompt_tokens is not None and completion_tokens is not None
    stated = _own(detail, "total_tokens")
    return {
        "model": step.model or "",
        "prompt": _words(content.input_messages),
        "response": _words(content.output_messages),
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": (prompt_tokens or 0) + (completion_tokens or 0) if known else stated,
        "streaming": bool(detail.attributes.get(semconv.STREAM)),
        "first_token_latency_ms": content.first_token_ms,
        "last_token_latency_ms": _own(detail, "last_token_latency_ms"),
        "tokens_per_second": _own(detail, "tokens_per_second"),
        "temperature": content.parameters.get("temperature"),
        "max_tokens": content.parameters.get("max_tokens"),
    }


def _tool(detail: StepDetail) -> dict[str, Json]:
    return {
        "tool_name": detail.step.tool_name or detail.step.name,
        "tool_args": detail.content.tool_arguments,
        "tool_result": detail.content.tool_result,
        "tool_type": detail.attributes.get(semconv.TOOL_TYPE),
    }


def _memory(detail: StepDetail) -> dict[str, Json]:
    fields = {
        "memory_key": detail.attributes.get(semconv.MEMORY_RECORD_ID) or detail.content.input_value,
        "memory_value": _memory_value(detail),
        "memory_type": _own(detail, "memory_type"),
    }
    if detail.step.type == "memory_write":
        fields["overwrite"] = bool(_own(detail, "overwrite"))
    return fields


def _memory_value(detail: StepDetail) -> Json:
    """Return what the facade was given: the conventions wrap it into a record."""
    records = detail.content.output_value
    if isinstance(records, list) and len(records) == 1 and set(records[0]) == {"id", "content"}:
        return records[0]["content"]
    return records


def _error(detail: StepDetail) -> dict[str, Json]:
    error = detail.error
    return {
        "error_type": (error.type if error else None) or "",
        "error_message": (error.message if error else None) or "",
        "stack_trace": error.stack_trace if error else None,
        "critical": bool(detail.attributes.get(semconv.CRITICAL)),
    }


def _final(detail: StepDetail) -> dict[str, Json]:
    answer = _words(detail.content.output_messages) or detail.content.output_value or ""
    success = _own(detail, "success")
    return {
        "answer": answer,
        "answer_type": _own(detail, "answer_type"),
        "success": detail.step.status == "completed" if success is None else success,
    }


def _run(detail: StepDetail) -> dict[str, Json]:
    fields = _own_fields(detail)
    fields["run_name"] = fields["run_name"] or detail.step.name
    fields["user_id"] = detail.attributes.get(semconv.USER_ID)
    fields["session_id"] = detail.attributes.get(semconv.SESSION_ID)
    return fields


def _own_fields(detail: StepDetail) -> dict[str, Json]:
    defaults = _FIELDS.get(detail.step.type, {})
    return {name: _own(detail, name, default) for name, default in defaults.items()}


def _communication(detail: StepDetail) -> dict[str, Json]:
    fields = _own_fields(detail)
    words = (
        _words(detail.content.output_messages) or detail.content.output_value or detail.content.input_value
    )
    fields["message_content"] = fields["message_content"] or words or ""
    return fields


def _own(detail: StepDetail, field: str, default: Json = None) -> Json:
    """Return a field that the conventions have no attribute for: from the step's input, or what came with it."""
    for fields in (detail.content.input_value, _metadata(detail)):
        if isinstance(fields, Mapping) and field in fields:
            return fields[field]
    return detail.attributes.get(_PREFIX + field, default)


def _metadata(detail: StepDetail) -> Json:
    """Return what the caller attached; it was written as JSON."""
    value = detail.attributes.get(semconv.METADATA)
    try:
        parsed = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        parsed = None
    return parsed if isinstance(parsed, Mapping) else {}


def _words(messages: Sequence[Json] | None) -> Json:
    """Return a lone text as it is, and anything more as messages."""
    if not messages:
        return ""
    parts: list[Any] = [part for message in messages for part in message.get("parts") or ()]
    if len(messages) == 1 and len(parts) == 1 and parts[0].get("type") == "text":
        return parts[0].get("content")
    return list(messages)


def _general_output(detail: StepDetail) -> Json:
    return detail.content.output_value


_SHAPES: Final[Mapping[str, Callable[[StepDetail], dict[str, Json]]]] = {
    "run_start": _run,
    "llm_call": _llm,
    "tool_call": _tool,
    "memory_read": _memory,
    "memory_write": _memory,
    "error": _error,
    "final_answer": _final,
    "agent_communication": _communication,
}
_OUTPUTS: Final[Mapping[str, Callable[[StepDetail], Json]]] = {
    "llm_call": lambda detail: {"response": _words(detail.content.output_messages)},
    "tool_call": lambda detail: {"tool_result": detail.content.tool_result},
    "memory_read": lambda detail: {"memory_value": _memory_value(detail)},
    "memory_write": lambda detail: {"memory_value": _memory_value(detail)},
    "final_answer": lambda detail: {"answer": _final(detail)["answer"]},
}
