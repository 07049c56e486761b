"""Strands Agents: conventions up to 1.36 with messages in span events, in the content blocks of Bedrock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled
from otel_bridge.dialects.values import as_list, as_map, number, parse_json
from otel_bridge.record import AttributeValue, SpanEvent, SpanRecord

_KIND_OF_OPERATION: Final[Mapping[str, StepKind]] = {
    "execute_event_loop_cycle": "chain",
    "invoke_swarm": "chain",
    "invoke_graph": "chain",
}
_HANDOFF_TOOL: Final = "handoff_to_agent"


def translate(record: SpanRecord) -> Translation:
    """Take messages, arguments and results from the events of the span."""
    attributes = dict(gen_ai.translate(record).attributes)
    operation = attributes.get(semconv.OPERATION)
    kind = _KIND_OF_OPERATION.get(operation) if isinstance(operation, str) else None
    if operation == "execute_tool":
        attributes |= _tool_call(record.events, attributes)
        if attributes.get(semconv.TOOL_NAME) == _HANDOFF_TOOL:
            kind = "handoff"
            attributes[semconv.INPUT_VALUE] = attributes.get(semconv.TOOL_ARGUMENTS)
            attributes[semconv.OUTPUT_VALUE] = attributes.get(semconv.TOOL_RESULT)
    first_token_ms = number(attributes, "gen_ai.server.time_to_first_token")
    if first_token_ms is not None:
        attributes[semconv.FIRST_CHUNK_S] = first_token_ms / 1000
    return Translation(attributes, kind=kind)


def _tool_call(
    events: tuple[SpanEvent, ...] | Json, attributes: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """Read arguments and result, which older versions put into the message events of the tool's span."""
    found: dict[str, AttributeValue] = {}
    for event in events:
        if event.name == "gen_ai.tool.message":
            found[semconv.TOOL_ARGUMENTS] = parse_json(event.attributes.get("content"))
        elif event.name == "gen_ai.choice":
            found[semconv.TOOL_RESULT] = _result(parse_json(event.attributes.get("message")))
    told = _told_in_parts(attributes)
    spoken = {semconv.INPUT_MESSAGES: None, semconv.OUTPUT_MESSAGES: None}
    known = {name: value for name, value in (told | filled(found)).items() if not attributes.get(name)}
    return spoken | known


def _told_in_parts(attributes: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    """Read arguments and result from the messages that the latest conventions have on a tool's span."""
    found: dict[str, AttributeValue] = {}
    for name, key, ours in (
        (semconv.INPUT_MESSAGES, "arguments", semconv.TOOL_ARGUMENTS),
        (semconv.OUTPUT_MESSAGES, "response", semconv.TOOL_RESULT),
    ):
        for message in as_list(attributes.get(name)):
            for part in as_list(as_map(message).get("parts")):
                found |= filled({ours: _result(parse_json(as_map(part).get(key)))})
    return found


def _result(blocks: Json) -> Json:
    """Return the text or JSON of a tool's result where it is a single block."""
    if isinstance(blocks, list) and len(blocks) == 1 and isinstance(blocks[0], Mapping):
        block = blocks[0]
        return block.get("text", block.get("json", block))
    return blocks


DIALECT: Final = Dialect("strands", translate, scopes=("strands.telemetry.tracer", "strands.*", "strands"))
