"""The Vercel AI SDK: `ai.*` attributes up to version 6, close to the GenAI conventions in version 7.

Other products re-send its spans under scopes of their own (opencode), so `ai.operationId` gives it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.parts import read_content, tool_call_part
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import as_list, as_map, first, is_list, number, parse_json, parse_text, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "ai.telemetry.metadata.sessionId": semconv.SESSION_ID,
    "ai.settings.context.sessionId": semconv.SESSION_ID,
    "ai.telemetry.metadata.userId": semconv.USER_ID,
    "ai.settings.context.userId": semconv.USER_ID,
    "ai.model.id": semconv.REQUEST_MODEL,
    "ai.response.model": semconv.RESPONSE_MODEL,
    "gen_ai.system": semconv.PROVIDER,
    "ai.model.provider": semconv.PROVIDER,
    "ai.response.id": semconv.RESPONSE_ID,
    "ai.response.finishReason": semconv.FINISH_REASONS,
    "ai.usage.inputTokens": semconv.INPUT_TOKENS,
    "ai.usage.promptTokens": semconv.INPUT_TOKENS,
    "ai.usage.tokens": semconv.INPUT_TOKENS,
    "ai.usage.outputTokens": semconv.OUTPUT_TOKENS,
    "ai.usage.completionTokens": semconv.OUTPUT_TOKENS,
    "ai.usage.cachedInputTokens": semconv.CACHE_READ_TOKENS,
    "ai.usage.inputTokenDetails.cacheReadTokens": semconv.CACHE_READ_TOKENS,
    "ai.usage.inputTokenDetails.cacheWriteTokens": semconv.CACHE_WRITE_TOKENS,
    "ai.usage.reasoningTokens": semconv.REASONING_TOKENS,
    "ai.usage.outputTokenDetails.reasoningTokens": semconv.REASONING_TOKENS,
    "ai.toolCall.name": semconv.TOOL_NAME,
    "ai.toolCall.id": semconv.TOOL_CALL_ID,
    "ai.toolCall.args": semconv.TOOL_ARGUMENTS,
    "ai.toolCall.result": semconv.TOOL_RESULT,
    "ai.prompt.tools": semconv.TOOL_DEFINITIONS,
    "ai.value": semconv.INPUT_VALUE,
    "ai.values": semconv.INPUT_VALUE,
    "ai.documents": semconv.INPUT_VALUE,
    "ai.settings.temperature": semconv.TEMPERATURE,
    "ai.settings.maxOutputTokens": semconv.MAX_TOKENS,
    "gen_ai.client.operation.time_to_first_chunk": semconv.FIRST_CHUNK_S,
}
_KIND_OF_ENDING: Final[tuple[tuple[str, StepKind], ...]] = (
    (".doGenerate", "llm"),
    (".doStream", "llm"),
    (".doEmbed", "embedding"),
    (".doRerank", "retrieval"),
    ("ai.toolCall", "tool"),
)
"""How `ai.operationId` ends; every other operation is a loop around these."""
_METADATA: Final = "ai.telemetry.metadata."
_OPERATION_ID: Final = "ai.operationId"


def translate(record: SpanRecord) -> Translation:
    """Rename the `ai.*` attributes, and put question and answer together from their pieces."""
    given = record.attributes
    attributes = renamed(given, _NAMES)
    if isinstance(attributes.get(semconv.TOOL_RESULT), str):
        # Written as JSON whatever it is, so that a text comes in quotes.
        attributes[semconv.TOOL_RESULT] = parse_text(attributes[semconv.TOOL_RESULT])
    if semconv.INPUT_VALUE in attributes:
        attributes[semconv.INPUT_VALUE] = _unquoted(attributes[semconv.INPUT_VALUE])
    operation = text(given, _OPERATION_ID)
    if operation is None:
        step = attributes.get(semconv.OPERATION) == "agent_step"
        return Translation(attributes, kind="chain" if step else None)
    kind = _kind(operation)
    first_chunk_ms = number(given, "ai.response.msToFirstChunk")
    if first_chunk_ms is not None:
        attributes[semconv.FIRST_CHUNK_S] = first_chunk_ms / 1000
    if kind != "tool":
        attributes |= filled(
            {semconv.INPUT_MESSAGES: _asked(given), semconv.OUTPUT_MESSAGES: _answered(given)}
        )
    title = text(given, "ai.telemetry.functionId") if kind == "chain" else None
    return Translation(attributes, kind=kind, title=title, extra=_metadata(given))


def _metadata(attributes: Attributes) -> dict[str, AttributeValue]:
    """Return what the caller attached beside session and user."""
    start = len(_METADATA)
    return {
        name[start:]: value
        for name, value in attributes.items()
        if name.startswith(_METADATA) and name not in _NAMES
    }


def _unquoted(value: AttributeValue) -> Json:
    """Return what is embedded or ranked, each of which is written as JSON."""
    return [parse_text(item) for item in value] if is_list(value) else parse_text(value)


def _kind(operation: str) -> StepKind:
    return next((kind for end, kind in _KIND_OF_ENDING if operation.endswith(end)), "chain")


def _asked(attributes: Attributes) -> Json:
    """Return the prompt as messages: a list of them, or system and prompt or messages in one map."""
    prompt = parse_json(first(attributes, "ai.prompt.messages", "ai.prompt"))
    if not isinstance(prompt, Mapping):
        return _messages(prompt) if is_list(prompt) else prompt
    messages = _messages(as_list(prompt.get("messages") or prompt.get("prompt")))
    if not messages and prompt.get("prompt"):
        messages = [{"role": "user", "content": prompt["prompt"]}]
    system = prompt.get("system")
    return [{"role": "system", "content": system}, *messages] if isinstance(system, str) else messages


def _messages(items: Json) -> list[Json]:
    return [_message(item) if isinstance(item, Mapping) else item for item in items]


def _message(item: Mapping[str, Json]) -> Json:
    """Read one message; a tool result's `output` says its type beside its value."""
    content = item.get("content")
    if not is_list(content):
        return item
    return {"role": item.get("role"), "parts": read_content([_opened(part) for part in content])}


def _opened(part: Json) -> Json:
    output = as_map(as_map(part).get("output"))
    return {**part, "output": output["value"]} if isinstance(part, Mapping) and "value" in output else part


def _answered(attributes: Attributes) -> list[Json]:
    """Put the answer's words, its object and its tool calls into one message."""
    parts: list[Json] = []
    reasoning = text(attributes, "ai.response.reasoning")
    if reasoning:
        parts.append({"type": "reasoning", "content": reasoning})
    parts += read_content(text(attributes, "ai.response.text", "ai.result.text"))
    parts += _object(attributes)
    calls = as_list(first(attributes, "ai.response.toolCalls", "ai.result.toolCalls"))
    parts += [tool_call_part({**call, "type": "tool-call"}) for call in calls if isinstance(call, Mapping)]
    return [{"role": "assistant", "parts": parts}] if parts else []


def _object(attributes: Attributes) -> list[AttributeValue]:
    value = first(attributes, "ai.response.object", "ai.result.object")
    return [{"type": "text", "content": value}] if value is not None else []


def _is_vercel(record: SpanRecord) -> bool:
    if record.scope_name == "gen_ai":
        return semconv.OPERATION in record.attributes
    return _OPERATION_ID in record.attributes


DIALECT: Final = Dialect(
    "vercel", translate, scopes=("ai", "gen_ai"), marks=(_OPERATION_ID,), speaks=_is_vercel
)
