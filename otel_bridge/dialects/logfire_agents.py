"""OpenAI Agents as Logfire tells them: the SDK's own span data under message templates as names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure
from otel_bridge.dialects.logfire import MESSAGE, TEMPLATE, announced_span
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import as_map, parse_json, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_KIND_OF_TEMPLATE: Final[tuple[tuple[str, StepKind], ...]] = (
    ("OpenAI Agents trace", "chain"),
    ("Task", "chain"),
    ("Turn", "chain"),
    ("Agent run", "agent"),
    ("Function", "tool"),
    ("Chat completion", "llm"),
    ("Responses API", "llm"),
    ("Handoff", "handoff"),
    ("Guardrail", "guardrail"),
    ("Custom span", "message"),
    ("MCP", "framework"),
)
"""How the template begins, and the kind of step that makes it."""

_NAMED: Final = ("agent", "llm", "tool")
"""Kinds of steps that have a better name than what the message says of them."""


def translate(record: SpanRecord) -> Translation:
    """Read the SDK's span data by the template of the span's message."""
    given = record.attributes
    kind = _kind(text(given, TEMPLATE) or record.name)
    reader = {"tool": _tool, "agent": _agent, "llm": _model_call, "handoff": _handoff}.get(kind, _other)
    return Translation(
        attributes=renamed(given, {"group_id": semconv.CONVERSATION_ID}) | filled(reader(given)),
        kind=kind,
        title=None if kind in _NAMED else text(given, MESSAGE),
        framework=kind == "framework",
        failure=_failure(record),
        pending_of=announced_span(record),
        extra=as_map(given.get("metadata")),
    )


def _kind(template: str) -> StepKind:
    return next((kind for start, kind in _KIND_OF_TEMPLATE if template.startswith(start)), "chain")


def _agent(attributes: Attributes) -> dict[str, AttributeValue]:
    return {semconv.AGENT_NAME: attributes.get("name")}


def _tool(attributes: Attributes) -> dict[str, AttributeValue]:
    return {
        semconv.TOOL_NAME: attributes.get("name"),
        semconv.TOOL_ARGUMENTS: attributes.get("input"),
        semconv.TOOL_RESULT: attributes.get("output"),
    }


def _handoff(attributes: Attributes) -> dict[str, AttributeValue]:
    return {
        semconv.AGENT_NAME: attributes.get("from_agent"),
        semconv.INPUT_VALUE: attributes.get("from_agent"),
        semconv.OUTPUT_VALUE: attributes.get("to_agent"),
    }


def _other(attributes: Attributes) -> dict[str, AttributeValue]:
    return {semconv.AGENT_NAME: attributes.get("agent_name")}


def _model_call(attributes: Attributes) -> dict[str, AttributeValue]:
    """Read a call of either API; the Responses API's answer stands in its `response`."""
    response = as_map(attributes.get("response"))
    settings = as_map(attributes.get("model_settings") or attributes.get("model_config"))
    usage = as_map(attributes.get("usage"))
    return {
        semconv.INPUT_MESSAGES: attributes.get("input") or attributes.get("raw_input"),
        semconv.OUTPUT_MESSAGES: attributes.get("output") or response.get("output"),
        semconv.SYSTEM_INSTRUCTIONS: response.get("instructions"),
        semconv.TOOL_DEFINITIONS: response.get("tools"),
        semconv.TEMPERATURE: settings.get("temperature"),
        semconv.MAX_TOKENS: settings.get("max_tokens"),
        semconv.RESPONSE_ID: response.get("id"),
        **_usage(usage),
    }


def _usage(usage: Mapping[str, Json]) -> dict[str, AttributeValue]:
    return {
        semconv.INPUT_TOKENS: usage.get("input_tokens"),
        semconv.OUTPUT_TOKENS: usage.get("output_tokens"),
        semconv.CACHE_READ_TOKENS: as_map(usage.get("input_tokens_details")).get("cached_tokens"),
        semconv.CACHE_WRITE_TOKENS: as_map(usage.get("input_tokens_details")).get("cache_write_tokens"),
        semconv.REASONING_TOKENS: as_map(usage.get("output_tokens_details")).get("reasoning_tokens"),
    }


def _failure(record: SpanRecord) -> Failure | None:
    """Read the SDK's own error, where there is no exception that says more."""
    error = parse_json(record.attributes.get("error"))
    if not error or any(event.name == semconv.EXCEPTION_EVENT for event in record.events):
        return None
    fields = as_map(error)
    said = (fields.get("message"), as_map(fields.get("data")).get("error"))
    message = ": ".join(part for part in said if isinstance(part, str) and part)
    return Failure(message=message or str(error))


DIALECT: Final = Dialect("logfire-openai-agents", translate, scopes=("logfire.openai_agents",))
