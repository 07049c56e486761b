"""Qwen Code: spans by name, close to Claude Code's; content comes in sensitive attributes or log records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure
from otel_bridge.dialects.reading import Json, Outcome, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import as_map, first, number, parse_json, text
from otel_bridge.record import AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "model": semconv.REQUEST_MODEL,
    "gen_ai.user.id": semconv.USER_ID,
    "tool.name": semconv.TOOL_NAME,
    "tool_name": semconv.TOOL_NAME,
    "tool.call_id": semconv.TOOL_CALL_ID,
    "call_id": semconv.TOOL_CALL_ID,
    "subagent_name": semconv.AGENT_NAME,
    "thoughts_token_count": semconv.REASONING_TOKENS,
    "finish_reason": semconv.FINISH_REASONS,
    "system_prompt": semconv.SYSTEM_INSTRUCTIONS,
    "system_prompt_preview": semconv.SYSTEM_INSTRUCTIONS,
    "response.model_output": semconv.OUTPUT_MESSAGES,
    "tool_input": semconv.TOOL_ARGUMENTS,
    "tool_result": semconv.TOOL_RESULT,
    "new_context": semconv.INPUT_MESSAGES,
}
_KIND_OF_NAME: Final[Mapping[str, StepKind]] = {
    "qwen-code.interaction": "agent",
    "qwen-code.subagent": "agent",
    "qwen-code.llm_request": "llm",
    "qwen-code.tool": "tool",
}
"""Every other span (waiting for approval, execution, hooks, startup) is a phase of one of these."""
_WITH_HEADING: Final = (semconv.INPUT_MESSAGES, semconv.TOOL_ARGUMENTS, semconv.TOOL_RESULT)


def translate(record: SpanRecord) -> Translation:
    """Read a span by its name; what log records say of it is attached as events."""
    attributes = renamed(gen_ai.translate(record).attributes, _NAMES)
    kind = _KIND_OF_NAME.get(record.name)
    if kind is None:
        kind = None if semconv.OPERATION in record.attributes else "framework"
    for name in _WITH_HEADING:
        if isinstance(attributes.get(name), str):
            attributes[name] = _without_heading(str(attributes[name]))
    attributes |= _told_by_logs(record, kind)
    first_chunk_ms = number(attributes, "ttft_ms")
    if first_chunk_ms is not None:
        attributes.setdefault(semconv.FIRST_CHUNK_S, first_chunk_ms / 1000)
    return Translation(
        attributes=attributes,
        kind=kind,
        title="Qwen Code" if record.name == "qwen-code.interaction" else None,
        framework=kind == "framework",
        failure=_failure(record),
        outcome=_outcome(record),
    )


def _told_by_logs(record: SpanRecord, kind: StepKind | None) -> dict[str, AttributeValue]:
    """Return prompt, request, answer and arguments as the log records have them."""
    found: dict[str, AttributeValue] = {}
    for event in record.events:
        told = event.attributes
        if event.name == "qwen-code.api_request" and kind == "llm":
            found[semconv.INPUT_MESSAGES] = _messages(told.get("request_text"))
        elif event.name == "qwen-code.api_response" and kind == "llm":
            found[semconv.OUTPUT_MESSAGES] = told.get("response_text")
        elif event.name == "qwen-code.user_prompt" and kind == "agent":
            found[semconv.INPUT_MESSAGES] = told.get("prompt")
        elif event.name == "qwen-code.tool_call" and kind == "tool":
            found[semconv.TOOL_ARGUMENTS] = parse_json(first(told, "function_args"))
    return filled(found)


def _messages(request: Json) -> Json:
    """Return the contents of a request, which may be the list of them or hold it."""
    parsed = parse_json(request)
    return as_map(parsed).get("contents", parsed)


def _failure(record: SpanRecord) -> Failure | None:
    said = text(record.attributes, "error")
    if record.status == "error" and said:
        return Failure(text(record.attributes, semconv.ERROR_TYPE, "error_type"), said)
    return None


def _outcome(record: SpanRecord) -> Outcome | None:
    """Tell a cancelled step from a completed one; its status does not."""
    stated = text(record.attributes, "qwen-code.turn_status", "qwen-code.subagent.status")
    cancelled = stated in ("cancelled", "aborted")
    return "cancelled" if cancelled or record.attributes.get("tool.failure_kind") == "cancelled" else None


def _without_heading(value: str) -> str:
    """Return a text without its first line, `[TOOL INPUT: shell]` or the like."""
    heading, line_end, rest = value.partition("]\n")
    return rest if value.startswith("[") and line_end and "\n" not in heading else value


DIALECT: Final = Dialect("qwen-code", translate, scopes=("qwen-code", "qwen-code.*"))
