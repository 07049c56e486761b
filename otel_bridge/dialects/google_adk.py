"""Google's Agent Development Kit: the conventions, older `gcp.vertex.agent.*` content, Gemini's messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.parts import read_part
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import as_list, as_map, first, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "gcp.vertex.agent.session_id": semconv.CONVERSATION_ID,
    "gcp.vertex.agent.tool_call_args": semconv.TOOL_ARGUMENTS,
    "gcp.vertex.agent.tool_response": semconv.TOOL_RESULT,
    "gcp.vertex.agent.data": semconv.INPUT_MESSAGES,
}
_KIND_OF_NAME: Final[tuple[tuple[str, StepKind], ...]] = (
    ("call_llm", "llm"),
    ("generate_content", "llm"),
    ("execute_tool", "tool"),
    ("invoke_agent", "agent"),
    ("agent_run", "agent"),
    ("send_data", "framework"),
)
"""How the names of spans begin that say no operation; every other one is a chain."""
_MERGED: Final = "(merged"
_UNKNOWN: Final = {"<not specified>", "N/A", "{}", "<not serializable>", '{"result": "<not specified>"}'}
_HANDOFF_TOOL: Final = "transfer_to_agent"
_SNAKE: Final = {"function_call": "functionCall", "function_response": "functionResponse"}


def translate(record: SpanRecord) -> Translation:
    """Fill in from the older attributes what the conventions' attributes do not say."""
    attributes = renamed(gen_ai.translate(record).attributes, _NAMES)
    attributes = {name: value for name, value in attributes.items() if not _is_unknown(value)}
    kind = _kind(record, attributes)
    if kind == "llm":
        attributes = {**filled(_model_call(attributes)), **attributes}
    for name in (semconv.INPUT_MESSAGES, semconv.OUTPUT_MESSAGES):
        if name in attributes:
            attributes[name] = [_message(item) for item in _listed(attributes[name])]
    merged = _MERGED in (text(attributes, semconv.TOOL_NAME) or record.name)
    if kind == "handoff":
        attributes[semconv.INPUT_VALUE] = attributes.get(semconv.TOOL_ARGUMENTS)
        attributes[semconv.OUTPUT_VALUE] = attributes.get(semconv.TOOL_RESULT)
    framework = merged or kind == "framework"
    return Translation(attributes, kind="framework" if framework else kind, framework=framework)


def _is_unknown(value: AttributeValue) -> bool:
    return isinstance(value, str) and value in _UNKNOWN


def _kind(record: SpanRecord, attributes: Attributes) -> StepKind | None:
    if attributes.get(semconv.TOOL_NAME) == _HANDOFF_TOOL:
        return "handoff"
    operation = attributes.get(semconv.OPERATION)
    if operation == "generate_content" or operation == "chat":
        return "llm"
    if operation:
        return None
    return next((kind for start, kind in _KIND_OF_NAME if record.name.startswith(start)), "chain")


def _model_call(attributes: Attributes) -> dict[str, AttributeValue]:
    """Read a call from the request and the response that older versions keep whole."""
    request = as_map(attributes.get("gcp.vertex.agent.llm_request"))
    response = as_map(attributes.get("gcp.vertex.agent.llm_response"))
    config, usage = as_map(request.get("config")), as_map(response.get("usage_metadata"))
    answer = response.get("content")
    return {
        semconv.INPUT_MESSAGES: request.get("contents"),
        semconv.OUTPUT_MESSAGES: [answer] if answer else None,
        semconv.SYSTEM_INSTRUCTIONS: config.get("system_instruction"),
        semconv.TOOL_DEFINITIONS: config.get("tools"),
        semconv.FINISH_REASONS: response.get("finish_reason"),
        semconv.INPUT_TOKENS: usage.get("prompt_token_count"),
        semconv.OUTPUT_TOKENS: usage.get("candidates_token_count"),
        semconv.CACHE_READ_TOKENS: usage.get("cached_content_token_count"),
        semconv.REASONING_TOKENS: usage.get("thoughts_token_count"),
    }


def _listed(messages: AttributeValue) -> Json:
    return as_list(messages) or [messages]


def _message(item: Json) -> Json:
    """Read a message, whose content may be a whole content of Gemini's API."""
    fields = as_map(item)
    content = as_map(first(fields, "content", "message"))
    inner = content if "parts" in content else fields
    if not isinstance(inner.get("parts"), (list, tuple)):
        return item
    role = fields.get("role") or inner.get("role")
    return {**filled(dict(fields)), "role": role, "parts": [_part(part) for part in inner["parts"]]}


def _part(part: Json) -> Json:
    if not isinstance(part, Mapping):
        return read_part(part)
    return read_part({_SNAKE.get(name, name): value for name, value in part.items()})


DIALECT: Final = Dialect("google-adk", translate, scopes=("gcp.vertex.agent",))
