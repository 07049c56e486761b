"""Codex CLI: a few spans that tell of a turn among hundreds of its runtime's; content comes in log records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import count, parse_json, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "model": semconv.REQUEST_MODEL,
    "conversation.id": semconv.SESSION_ID,
    "tool_name": semconv.TOOL_NAME,
    "call_id": semconv.TOOL_CALL_ID,
    "codex.usage.reasoning_output_tokens": semconv.REASONING_TOKENS,
    "codex.turn.token_usage.input_tokens": semconv.INPUT_TOKENS,
    "codex.turn.token_usage.cached_input_tokens": semconv.CACHE_READ_TOKENS,
    "codex.turn.token_usage.cache_write_input_tokens": semconv.CACHE_WRITE_TOKENS,
    "codex.turn.token_usage.output_tokens": semconv.OUTPUT_TOKENS,
    "codex.turn.token_usage.reasoning_output_tokens": semconv.REASONING_TOKENS,
}
_COUNTS: Final[Mapping[str, str]] = {
    "input_token_count": semconv.INPUT_TOKENS,
    "output_token_count": semconv.OUTPUT_TOKENS,
    "cached_token_count": semconv.CACHE_READ_TOKENS,
    "cache_write_token_count": semconv.CACHE_WRITE_TOKENS,
    "reasoning_token_count": semconv.REASONING_TOKENS,
}
_KIND_OF_NAME: Final[Mapping[str, StepKind]] = {
    "session_task.turn": "agent",
    "run_sampling_request": "llm",
}
_ANSWER: Final = "handle_responses"
"""Reads the answer to a request, and knows its tokens where no log record tells them."""
_AGENT: Final = "codex"


def translate(record: SpanRecord) -> Translation:
    """Show turns, requests and dispatched tools, and fold away the runtime."""
    given = record.attributes
    kind = _kind(record)
    attributes = renamed(given, _NAMES)
    if kind == "agent":
        thread = text(given, "thread.id") or ""
        session = {semconv.SESSION_ID: thread} if "-" in thread else {}
        attributes = {**session, **attributes, semconv.AGENT_NAME: _AGENT} | _turn(record)
    elif kind == "tool":
        attributes |= _tool_call(record)
    elif kind == "llm":
        attributes |= _usage(record)
    return Translation(
        attributes=attributes,
        kind=kind,
        framework=kind == "framework",
        tells_parent=record.name == _ANSWER,
        failure=_failure(record) if kind == "tool" else None,
    )


def _kind(record: SpanRecord) -> StepKind:
    if record.attributes.get("codex.tool.phase") == "dispatch":
        return "tool"
    return _KIND_OF_NAME.get(record.name, "framework")


def _turn(record: SpanRecord) -> dict[str, AttributeValue]:
    prompts = [
        text(event.attributes, "prompt") for event in record.events if event.name == "codex.user_prompt"
    ]
    return filled({semconv.INPUT_MESSAGES: prompts[-1] if prompts else None})


def _usage(record: SpanRecord) -> dict[str, AttributeValue]:
    """Take a request's tokens from the log record of its end; its own span has none."""
    found: dict[str, AttributeValue] = {}
    for event in record.events:
        if event.name == "codex.sse_event":
            found |= {ours: count(event.attributes, theirs) for theirs, ours in _COUNTS.items()}
    return filled(found)


def _tool_call(record: SpanRecord) -> dict[str, AttributeValue]:
    result = _result(record)
    arguments: Json = parse_json(result.get("arguments"))
    return filled({semconv.TOOL_ARGUMENTS: arguments, semconv.TOOL_RESULT: result.get("output")})


def _failure(record: SpanRecord) -> Failure | None:
    result = _result(record)
    failed = result.get("success") in ("false", False)
    return Failure(message=text(result, "output", "error")) if failed else None


def _result(record: SpanRecord) -> Attributes:
    """Return the log record of the tool's result, which is attached as an event."""
    told = [event.attributes for event in record.events if event.name == "codex.tool_result"]
    return told[-1] if told else {}


DIALECT: Final = Dialect("codex-cli", translate, scopes=("codex_*", "codex-*", "codex"))
