"""Pydantic AI, its instrumentation versions 1 to 6: https://ai.pydantic.dev/logfire/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.logfire import announced_span
from otel_bridge.dialects.reading import Json
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import as_list, as_map, first, parse_json, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "tool_arguments": semconv.TOOL_ARGUMENTS,
    "tool_response": semconv.TOOL_RESULT,
    "agent_name": semconv.AGENT_NAME,
    "model_name": semconv.REQUEST_MODEL,
    "operation.cost": semconv.COST_USD,
    "inputs": semconv.INPUT_VALUE,
    "gen_ai.client.operation.time_to_first_chunk": semconv.FIRST_CHUNK_S,
    "gen_ai.aggregated_usage.input_tokens": semconv.INPUT_TOKENS,
    "gen_ai.aggregated_usage.output_tokens": semconv.OUTPUT_TOKENS,
    "gen_ai.aggregated_usage.cache_read.input_tokens": semconv.CACHE_READ_TOKENS,
    "gen_ai.aggregated_usage.cache_write.input_tokens": semconv.CACHE_WRITE_TOKENS,
    "gen_ai.aggregated_usage.cache_creation.input_tokens": semconv.CACHE_WRITE_TOKENS,
    "gen_ai.aggregated_usage.details.reasoning_tokens": semconv.REASONING_TOKENS,
    "gen_ai.usage.details.reasoning_tokens": semconv.REASONING_TOKENS,
    "gen_ai.usage.details.cache_read_tokens": semconv.CACHE_READ_TOKENS,
    "gen_ai.usage.details.cache_write_tokens": semconv.CACHE_WRITE_TOKENS,
}


def translate(record: SpanRecord) -> Translation:
    """Rename what versions before 3 wrote, and take an agent's question and answer from its history."""
    attributes = renamed(record.attributes, _NAMES)
    if semconv.OPERATION not in attributes:
        attributes |= _operation(record.attributes)
    history = as_list(first(attributes, "pydantic_ai.all_messages", "all_messages_events"))
    if history or attributes.get("final_result"):
        attributes |= _question_and_answer(history, attributes.get("final_result"))
    elif "events" in attributes and semconv.INPUT_MESSAGES not in attributes:
        attributes |= _told_by(as_list(attributes["events"]))
    return Translation(
        attributes=attributes,
        title=None if semconv.OPERATION in attributes else text(attributes, "logfire.msg"),
        pending_of=announced_span(record),
        extra=as_map(attributes.get("metadata")),
    )


def _operation(attributes: Attributes) -> dict[str, AttributeValue]:
    """Say what the span is, where versions 1 and 2 leave it to its attributes."""
    if semconv.TOOL_NAME in attributes:
        return {semconv.OPERATION: "execute_tool"}
    return {semconv.OPERATION: "invoke_agent"} if "agent_name" in attributes else {}


def _question_and_answer(history: Sequence[Json], result: Json) -> dict[str, AttributeValue]:
    """Split the messages of an agent's run at its last answer; `final_result` outranks that."""
    asked = list(history)
    answered: list[Json] = []
    while asked and as_map(asked[-1]).get("role") == "assistant":
        answered.insert(0, asked.pop())
    if result not in (None, ""):
        answered = [{"role": "assistant", "parts": [{"type": "text", "content": parse_json(result)}]}]
    return filled({semconv.INPUT_MESSAGES: asked, semconv.OUTPUT_MESSAGES: answered})


def _told_by(events: Sequence[Json]) -> dict[str, AttributeValue]:
    """Read the messages of version 1, which wrote the conventions' message events as one attribute."""
    asked = [event for event in events if "message" not in as_map(event)]
    answered = [event for event in events if "message" in as_map(event)]
    return filled({semconv.INPUT_MESSAGES: asked, semconv.OUTPUT_MESSAGES: answered})


DIALECT: Final = Dialect("pydantic-ai", translate, scopes=("pydantic-ai",))
