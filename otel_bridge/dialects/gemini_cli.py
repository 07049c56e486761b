"""Gemini CLI: operations of its own, Gemini's contents as messages, and tools as one object each way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled
from otel_bridge.dialects.values import added, as_list, as_map, count, first, parse_text, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_KIND_OF_OPERATION: Final[Mapping[str, StepKind]] = {
    "llm_call": "llm",
    "tool_call": "tool",
    "agent_call": "agent",
    "schedule_tool_calls": "chain",
    "user_prompt": "chain",
    "system_prompt": "framework",
}
_ANSWER_EVENT: Final = "gemini_cli.api_response"


def translate(record: SpanRecord) -> Translation:
    """Read a span by its operation; what log records say of it is attached as events."""
    attributes = dict(gen_ai.translate(record).attributes)
    operation = attributes.get(semconv.OPERATION)
    kind = _KIND_OF_OPERATION.get(operation, "chain") if isinstance(operation, str) else "framework"
    asked = parse_text(record.attributes.get(semconv.INPUT_MESSAGES))
    answered = parse_text(record.attributes.get(semconv.OUTPUT_MESSAGES))
    if kind == "llm":
        attributes |= _model_call(attributes, record)
    else:
        attributes |= {semconv.INPUT_MESSAGES: None, semconv.OUTPUT_MESSAGES: None}
        attributes |= _values(kind, asked, answered)
    if kind == "tool":
        attributes[semconv.TOOL_CALL_ID] = first(attributes, semconv.TOOL_CALL_ID, "gen_ai.tool.call_id")
    return Translation(
        attributes=attributes,
        kind=kind,
        framework=kind == "framework",
        failure=_failure(record, answered) if kind == "tool" else None,
    )


def joined(answer: Json) -> Json:
    """Return one message for an answer that came in chunks: as messages, or as whole responses of the API."""
    chunks = as_list(answer)
    parts: list[Json] = []
    for chunk in chunks:
        fields = as_map(chunk)
        contents = [as_map(item).get("content") for item in as_list(fields.get("candidates"))] or [fields]
        for part in (part for content in contents for part in as_list(as_map(content).get("parts"))):
            words = _words_of(part)
            if parts and words is not None and _words_of(parts[-1]) is not None:
                parts[-1] = {"text": f"{parts[-1]['text']}{words}"}
            elif words != "":
                parts.append(part)
    return [{"role": "assistant", "parts": parts}] if parts else answer


def _words_of(part: Json) -> str | None:
    fields = as_map(part)
    words = fields.get("text")
    return words if isinstance(words, str) and not fields.get("thought") else None


def _model_call(attributes: Attributes, record: SpanRecord) -> dict[str, AttributeValue]:
    """Complete a call from its log records, which alone know of the cache, and of the thoughts counted."""
    found: dict[str, AttributeValue] = {
        semconv.OUTPUT_MESSAGES: joined(attributes.get(semconv.OUTPUT_MESSAGES)),
        semconv.SYSTEM_INSTRUCTIONS: parse_text(attributes.get(semconv.SYSTEM_INSTRUCTIONS)),
    }
    for event in record.events:
        if event.name == _ANSWER_EVENT:
            told = event.attributes
            thoughts = count(told, "thoughts_token_count")
            found[semconv.RESPONSE_MODEL] = text(told, "model")
            found[semconv.FINISH_REASONS] = told.get("finish_reasons")
            found[semconv.CACHE_READ_TOKENS] = count(told, "cached_content_token_count")
            found[semconv.REASONING_TOKENS] = thoughts
            found[semconv.OUTPUT_TOKENS] = added(count(told, "output_token_count"), thoughts)
    return filled(found)


def _values(kind: StepKind, asked: Json, answered: Json) -> dict[str, AttributeValue]:
    if kind == "tool":
        request, answer = as_map(asked), as_map(answered)
        return {
            semconv.TOOL_ARGUMENTS: request.get("args", asked),
            semconv.TOOL_RESULT: _response(answer) or answered,
        }
    agent = text(as_map(asked), "agent_name", "agentName") if kind == "agent" else None
    named: dict[str, AttributeValue] = {semconv.AGENT_NAME: agent} if agent else {}
    return named | {semconv.INPUT_VALUE: asked, semconv.OUTPUT_VALUE: answered}


def _response(answer: Mapping[str, Json]) -> Json:
    """Return what the tool gave back, out of the object that also says how it went."""
    response = as_map(answer.get("response"))
    parts = [as_map(as_map(part).get("functionResponse")) for part in as_list(response.get("responseParts"))]
    given = [part["response"] for part in parts if part.get("response")]
    if given:
        return given[0] if len(given) == 1 else given
    return response.get("resultDisplay") or response.get("error")


def _failure(record: SpanRecord, answered: Json) -> Failure | None:
    """Read a tool's status, which stands in its answer, or in its log record."""
    answer = as_map(answered)
    response = as_map(answer.get("response"))
    if answer.get("status") == "error" or response.get("error"):
        error = response.get("error")
        message = text(as_map(error), "message") or text({"error": error}, "error")
        return Failure(text(response, "errorType"), message)
    for event in record.events:
        if event.name.endswith(".tool_call") and event.attributes.get("success") in ("false", False):
            return Failure(text(event.attributes, "error_type"), text(event.attributes, "error"))
    return None


DIALECT: Final = Dialect("gemini-cli", translate, scopes=("gemini-cli",))
