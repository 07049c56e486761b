"""Mastra (`@mastra/otel-exporter`): conventions for models and tools, `mastra.*` for everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import as_list, as_map, first, parse_json, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "mastra.metadata.sessionId": semconv.SESSION_ID,
    "mastra.metadata.threadId": semconv.SESSION_ID,
    "mastra.metadata.userId": semconv.USER_ID,
    "mastra.metadata.resourceId": semconv.USER_ID,
}
_KIND_OF_TYPE: Final[Mapping[str, StepKind]] = {
    "agent_run": "agent",
    "tool_call": "tool",
    "mcp_tool_call": "tool",
    "client_tool_call": "tool",
    "model_inference": "llm",
    "model_generation": "chain",
    "model_step": "chain",
    "model_chunk": "framework",
    "memory_operation": "memory",
    "rag_embedding": "embedding",
    "rag_vector_operation": "retrieval",
    "rag_ingestion": "chain",
}
"""`mastra.span.type`; every other type (workflows, processors, generic) is a chain."""
_TYPE: Final = "mastra.span.type"
_METADATA: Final = "mastra.metadata."


def translate(record: SpanRecord) -> Translation:
    """Tell the kind by Mastra's span type, and find input and output under the type's own name."""
    given = record.attributes
    span_type = text(given, _TYPE) or ""
    kind = _KIND_OF_TYPE.get(span_type, "chain")
    if span_type == "model_generation" and given.get(semconv.OPERATION) == "chat":
        kind = "llm"  # Before there was model_inference, this was the call itself.
    attributes = renamed(given, _NAMES) | filled(_in_and_out(given, span_type, kind))
    if semconv.PROVIDER not in attributes:
        model = as_map(given.get("mastra.metadata.modelMetadata"))
        attributes |= filled({semconv.PROVIDER: model.get("modelProvider")})
    framework = kind == "framework"
    return Translation(attributes, kind=kind, framework=framework, extra=_metadata(given))


def _in_and_out(attributes: Attributes, span_type: str, kind: StepKind) -> dict[str, AttributeValue]:
    asked = parse_json(attributes.get(f"mastra.{span_type}.input"))
    answered = parse_json(attributes.get(f"mastra.{span_type}.output"))
    if kind == "tool":
        return {
            semconv.TOOL_ARGUMENTS: first(attributes, semconv.TOOL_ARGUMENTS) or asked,
            semconv.TOOL_RESULT: first(attributes, semconv.TOOL_RESULT) or answered,
        }
    if kind == "agent" or span_type.startswith("model_"):
        said = _answer(answered)
        # An inference's own message holds the words only, so an empty one gives way.
        return {semconv.INPUT_MESSAGES: asked} | ({semconv.OUTPUT_MESSAGES: said} if said else {})
    return {semconv.INPUT_VALUE: asked, semconv.OUTPUT_VALUE: answered}


def _answer(answered: Json) -> Json:
    """Return the words and tool calls of a model's answer as one message."""
    fields = as_map(answered)
    if not fields:
        return answered
    calls = as_list(fields.get("toolCalls"))
    text_said = fields.get("text") or fields.get("object")
    if not text_said and not calls:
        return None
    return [{"role": "assistant", "content": text_said, "tool_calls": [*calls]}]


def _metadata(attributes: Attributes) -> dict[str, AttributeValue]:
    """Return what the caller attached; Mastra's own entries are camel-cased and known."""
    start = len(_METADATA)
    return {
        name[start:]: value
        for name, value in attributes.items()
        if name.startswith(_METADATA) and name[start:] not in _OWN_METADATA
    }


_OWN_METADATA: Final = {"runId", "sessionId", "userId", "headers", "body", "modelMetadata"}

DIALECT: Final = Dialect("mastra", translate, scopes=("@mastra/otel-exporter", "@mastra/*"), marks=(_TYPE,))
