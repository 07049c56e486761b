"""Exported runs in the original's shape, ours or its own, back to spans: the inverse of `query.events`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from agent_inspector.errors import ImportRefused
from agent_inspector.json_text import to_json
from agent_inspector.query.imports.fields import (
    Fields,
    read_duration_ns,
    read_number,
    read_object,
    read_part,
    read_run_id,
    read_step_id,
    read_text,
    read_time_ns,
)
from otel_bridge import semconv
from otel_bridge.record import SpanEvent, SpanRecord

Attributes = dict[str, Any]

_BASE: Final = frozenset(
    ("event_id", "run_id", "timestamp_ms", "type", "name", "status", "duration_ms", "metadata", "input",
     "output", "parent_event_id")
)  # fmt: skip
_FAILED: Final = "failed"
_SCOPE: Final = "agent_inspector.import"


def read_run(document: Any) -> Sequence[SpanRecord]:
    """Return the spans of one exported run.

    Raises:
        ImportRefused: it is not an exported run.
    """
    exported = read_object(document, "a run")
    run = read_object(exported.get("run"), "run")
    timeline = exported.get("timeline")
    if not isinstance(timeline, list):
        raise ImportRefused("The file is not an export of runs: timeline is not a list.")
    steps = [read_object(step, "a step") for step in timeline]
    root = next((step for step in steps if step.get("type") == "run_start"), None)
    root_id = read_step_id(root["id"]) if root and "id" in root else None
    return [_read_step(run, step, root_id) for step in steps]


def _read_step(run: Fields, step: Fields, root_id: str | None) -> SpanRecord:
    data = read_part(step, "data")
    step_id = read_step_id(step.get("id"))
    parent = step.get("parent_event_id")
    start_ns, end_ns = _times(run, step, is_root=step_id == root_id)
    name = read_text(step, "name") or read_text(data, "name") or "unnamed"
    return SpanRecord(
        trace_id=read_run_id(run.get("id")),
        span_id=step_id,
        parent_id=read_step_id(parent) if parent else None if step_id == root_id else root_id,
        name=name,
        start_ns=start_ns,
        end_ns=end_ns,
        status="error" if step.get("status") == _FAILED else "unset",
        attributes=_attributes(run, step, data, name),
        events=_exceptions(step, data, start_ns),
        scope_name=_SCOPE,
    )


def _times(run: Fields, step: Fields, *, is_root: bool) -> tuple[int, int | None]:
    offset_ns, run_start = read_duration_ns(step.get("offset_ms")), run.get("started_at")
    start_ns = read_time_ns(step.get("timestamp"))
    if offset_ns is not None and run_start is not None:
        start_ns = read_time_ns(run_start) + offset_ns  # finer than milliseconds
    if step.get("status") in ("running", "interrupted"):
        return start_ns, None
    duration_ns = read_duration_ns(step.get("duration_ms"))
    if is_root and not duration_ns and run.get("completed_at") is not None:
        return start_ns, max(start_ns, read_time_ns(run["completed_at"]))
    return start_ns, start_ns + (duration_ns or 0)


def _attributes(run: Fields, step: Fields, data: Fields, name: str) -> Attributes:
    kind = read_text(step, "type") or "custom"
    attributes: Attributes = {semconv.EVENT_TYPE: kind, semconv.STEP_NAME: name}
    attributes |= _SHAPES.get(kind, _other)(data, name)
    attributes |= {
        semconv.AGENT_NAME: read_text(step, "agent") or attributes.get(semconv.AGENT_NAME),
        semconv.PROVIDER: read_text(step, "provider"),
        semconv.ERROR_TYPE: read_text(step, "error_type") or read_text(data, "error_type"),
        semconv.METADATA: _json(data["metadata"]) if data.get("metadata") else None,
        semconv.INSTANT: True if step.get("duration_ms") is None and kind != "run_start" else None,
        semconv.OUTCOME: "cancelled" if step.get("status") == "cancelled" else None,
    }
    if kind == "run_start":
        attributes |= {
            semconv.USER_ID: read_text(run, "user_id"),
            semconv.SESSION_ID: read_text(run, "session_id"),
            semconv.AGENT_TYPE: read_text(run, "agent_type"),
        }
    return {key: value for key, value in (attributes | _usage(step, data)).items() if value is not None}


def _usage(step: Fields, data: Fields) -> Attributes:
    tokens = read_part(step, "tokens")
    return {
        semconv.INPUT_TOKENS: _count(tokens.get("input"), data.get("prompt_tokens")),
        semconv.OUTPUT_TOKENS: _count(tokens.get("output"), data.get("completion_tokens")),
        semconv.CACHE_READ_TOKENS: _count(tokens.get("cached_input")),
        semconv.CACHE_WRITE_TOKENS: _count(tokens.get("cache_write")),
        semconv.REASONING_TOKENS: _count(tokens.get("reasoning")),
        semconv.COST_USD: read_number(step, "cost_usd"),
    }


def _count(*values: Any) -> int | None:
    return next((value for value in values if type(value) is int and value >= 0), None)


def _run(data: Fields, name: str) -> Attributes:
    return {semconv.OPERATION: "invoke_agent", semconv.AGENT_NAME: name}


def _llm(data: Fields, name: str) -> Attributes:
    first_ms = read_number(data, "first_token_latency_ms")
    return {
        semconv.OPERATION: "chat",
        semconv.REQUEST_MODEL: read_text(data, "model") or name,
        semconv.INPUT_MESSAGES: _messages("user", data.get("prompt")),
        semconv.OUTPUT_MESSAGES: _messages("assistant", data.get("response")),
        semconv.TEMPERATURE: read_number(data, "temperature"),
        semconv.MAX_TOKENS: read_number(data, "max_tokens"),
        semconv.STREAM: True if data.get("streaming") is True else None,
        semconv.FIRST_CHUNK_S: None if first_ms is None else first_ms / 1000,
    }


def _tool(data: Fields, name: str) -> Attributes:
    return {
        semconv.OPERATION: "execute_tool",
        semconv.TOOL_NAME: read_text(data, "tool_name") or name,
        semconv.TOOL_TYPE: read_text(data, "tool_type"),
        semconv.TOOL_ARGUMENTS: _content(data.get("tool_args")),
        semconv.TOOL_RESULT: _content(data.get("tool_result")),
    }


def _memory(operation: str, key_name: str) -> Callable[[Fields, str], Attributes]:
    def read(data: Fields, name: str) -> Attributes:
        key = read_text(data, "memory_key") or name
        value = data.get("memory_value")
        records = value if _are_records(value) else [{"id": key, "content": value}]
        return {semconv.OPERATION: operation, key_name: key, semconv.MEMORY_RECORDS: _json(records)}

    return read


def _are_records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "content" in item for item in value)


def _final(data: Fields, name: str) -> Attributes:
    return {semconv.OUTPUT_MESSAGES: _messages("assistant", data.get("answer"))}


def _error(data: Fields, name: str) -> Attributes:
    return {semconv.CRITICAL: True if data.get("critical") is True else None}


def _other(data: Fields, name: str) -> Attributes:
    own = {key: value for key, value in data.items() if key not in _BASE and value not in (None, "", {})}
    value = data.get("input")
    return {
        semconv.INPUT_VALUE: _content(own or None if value is None else value),
        semconv.OUTPUT_VALUE: _content(data.get("output")),
    }


def _exceptions(step: Fields, data: Fields, time_ns: int) -> Sequence[SpanEvent]:
    found = {
        semconv.EXCEPTION_TYPE: read_text(step, "error_type") or read_text(data, "error_type"),
        semconv.EXCEPTION_MESSAGE: read_text(data, "error_message") or read_text(step, "error_message"),
        semconv.EXCEPTION_STACKTRACE: read_text(data, "stack_trace"),
    }
    told = {key: value for key, value in found.items() if value is not None}
    return (SpanEvent(semconv.EXCEPTION_EVENT, time_ns, told),) if told else ()


def _messages(role: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, list) and all(isinstance(message, dict) for message in value):
        return _json(value)
    text = value if isinstance(value, str) else _json(value)
    return _json([{"role": role, "parts": [{"type": "text", "content": text}]}])


def _content(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return to_json(value).decode("utf-8")


_SHAPES: Final[Mapping[str, Callable[[Fields, str], Attributes]]] = {
    "run_start": _run,
    "llm_call": _llm,
    "tool_call": _tool,
    "memory_read": _memory("search_memory", semconv.MEMORY_QUERY),
    "memory_write": _memory("upsert_memory", semconv.MEMORY_RECORD_ID),
    "final_answer": _final,
    "error": _error,
}
