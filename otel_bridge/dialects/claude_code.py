"""Claude Code: spans by `span.type`; what was said and returned comes in events and log records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import added, count, first, number, parse_json, text
from otel_bridge.record import Attributes, AttributeValue, SpanEvent, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "model": semconv.REQUEST_MODEL,
    "tool_name": semconv.TOOL_NAME,
    "tool_use_id": semconv.TOOL_CALL_ID,
    "subagent_type": semconv.AGENT_NAME,
    "agent_type": semconv.AGENT_NAME,
    "stop_reason": semconv.FINISH_REASONS,
    "system_prompt": semconv.SYSTEM_INSTRUCTIONS,
    "system_prompt_preview": semconv.SYSTEM_INSTRUCTIONS,
    "response.model_output": semconv.OUTPUT_MESSAGES,
    "user_prompt": semconv.INPUT_MESSAGES,
    "output_tokens": semconv.OUTPUT_TOKENS,
    "cache_read_tokens": semconv.CACHE_READ_TOKENS,
    "cache_creation_tokens": semconv.CACHE_WRITE_TOKENS,
    "cost_usd": semconv.COST_USD,
}
_KIND_OF_TYPE: Final[Mapping[str, StepKind]] = {
    "interaction": "agent",
    "subagent": "agent",
    "llm_request": "llm",
    "tool": "tool",
}
"""`span.type`; every other one (waiting for permission, execution, hooks) is a phase of one of these."""
_PATHS: Final[Mapping[str, str]] = {"full_command": "command", "file_path": "file_path"}
"""What the span itself says of a tool's arguments, and under which name the tool has it."""


def translate(record: SpanRecord) -> Translation:
    """Read each type of span; input tokens are given without the cached ones and so are added up."""
    given = record.attributes
    span_type = text(given, "span.type") or record.name.removeprefix("claude_code.")
    kind = _KIND_OF_TYPE.get(span_type, "framework")
    attributes = renamed(given, _NAMES)
    if kind == "llm":
        attributes |= filled(_model_call(given, record.events))
    elif kind == "tool":
        attributes |= filled(_tool_call(given, record.events))
    elif kind == "agent":
        attributes |= filled(_interaction(record.events))
    return Translation(
        attributes=attributes,
        kind=kind,
        title="Claude Code" if span_type == "interaction" else None,
        framework=kind == "framework",
        tells_parent=span_type == "tool.execution",
        failure=_failure(record, kind),
        response_id=text(given, "request_id"),
    )


def _model_call(attributes: Attributes, events: Json) -> dict[str, AttributeValue]:
    """Read a request; what it cost is only in its log record."""
    costs = [number(event.attributes, "cost_usd") for event in events if event.name == "api_request"]
    first_chunk_ms = number(attributes, "ttft_ms")
    fresh = count(attributes, "input_tokens")
    cached = count(attributes, "cache_read_tokens"), count(attributes, "cache_creation_tokens")
    return {
        semconv.INPUT_TOKENS: added(fresh, *cached) if fresh is not None else None,
        semconv.COST_USD: costs[-1] if costs else None,
        semconv.INPUT_MESSAGES: _without_heading(text(attributes, "new_context")),
        semconv.FIRST_CHUNK_S: first_chunk_ms / 1000 if first_chunk_ms is not None else None,
    }


def _tool_call(attributes: Attributes, events: Json) -> dict[str, AttributeValue]:
    """Take arguments and result from the span, else from its events and attached log records."""
    arguments = _without_heading(text(attributes, "tool_input"))
    brief = {name: attributes[key] for key, name in _PATHS.items() if attributes.get(key)}
    result: Json = _without_heading(text(attributes, "new_context", "tool_result"))
    for event in events:
        if event.name == "tool.output":
            result = first(event.attributes, "output", "content") or result or dict(event.attributes)
        elif event.name == "tool_result":
            arguments = arguments or text(event.attributes, "tool_input", "tool_parameters")
            result = result or text(event.attributes, "tool_output", "error")
    return {
        semconv.TOOL_ARGUMENTS: parse_json(arguments) or brief,
        semconv.TOOL_RESULT: parse_json(result),
    }


def _interaction(events: Json) -> dict[str, AttributeValue]:
    """Take question and last answer of a turn from its log records."""
    prompts = _said(events, "user_prompt", "prompt")
    answers = _said(events, "assistant_response", "response")
    return {
        semconv.INPUT_MESSAGES: prompts[-1] if prompts else None,
        semconv.OUTPUT_MESSAGES: answers[-1] if answers else None,
    }


def _said(events: list[SpanEvent] | Json, name: str, key: str) -> list[str]:
    found = (text(event.attributes, key) for event in events if event.name == name)
    return [said for said in found if said]


def _failure(record: SpanRecord, kind: StepKind) -> Failure | None:
    """Read the error of a request or a tool; a tool's own span does not know it, its log record does."""
    said = text(record.attributes, "error")
    if said:
        return Failure(text(record.attributes, "error_class", semconv.ERROR_TYPE), said)
    for event in record.events if kind == "tool" else ():
        if event.name == "tool_result" and event.attributes.get("success") in ("false", False):
            return Failure(text(event.attributes, "error_type"), text(event.attributes, "error"))
    return None


def _without_heading(value: str | None) -> str | None:
    """Return a text without its first line, `[TOOL INPUT: Bash]` or the like."""
    if value is None or not value.startswith("["):
        return value
    heading, line_end, rest = value.partition("]\n")
    return rest if line_end and "\n" not in heading else value


DIALECT: Final = Dialect("claude-code", translate, scopes=("com.anthropic.claude_code.*",))
