"""Pydantic Logfire: its own spans and logs, its instrumented model clients, and its pending spans.

A pending span is sent when a span starts, so that one sees it even if it never ends: it has an id of
its own, and the announced span as its parent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.reading import Json
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import as_list, as_map, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

SPAN_TYPE: Final = "logfire.span_type"
MESSAGE: Final = "logfire.msg"
TEMPLATE: Final = "logfire.msg_template"

_NAMES: Final[Mapping[str, str]] = {
    "operation.cost": semconv.COST_USD,
    "gen_ai.usage.details.reasoning_tokens": semconv.REASONING_TOKENS,
    "gen_ai.usage.details.cache_read_tokens": semconv.CACHE_READ_TOKENS,
}


def announced_span(record: SpanRecord) -> str | None:
    """Return the id of the span that a pending span announces; None for any other span."""
    return record.parent_id if record.attributes.get(SPAN_TYPE) == "pending_span" else None


def translate(record: SpanRecord) -> Translation:
    """Take the title from the formatted message, and a model call from the client's request and answer."""
    attributes = renamed(record.attributes, _NAMES)
    request = as_map(attributes.get("request_data"))
    if request:
        attributes |= _model_call(request, record.attributes)
    is_log = attributes.get(SPAN_TYPE) == "log"
    if is_log:
        attributes[semconv.INSTANT] = True
    return Translation(
        attributes=attributes,
        kind="message" if is_log and not request else None,
        title=text(attributes, MESSAGE),
        pending_of=announced_span(record),
    )


def _model_call(request: Mapping[str, Json], attributes: Attributes) -> dict[str, AttributeValue]:
    """Read what Logfire's OpenAI and Anthropic clients keep of a call."""
    response = as_map(attributes.get("response_data"))
    events = [as_map(event) for event in as_list(attributes.get("events"))]
    found = {
        semconv.OPERATION: "embeddings" if "input" in request and "events" not in attributes else "chat",
        semconv.REQUEST_MODEL: request.get("model"),
        semconv.INPUT_MESSAGES: request.get("messages") or [item for item in events if "message" not in item],
        semconv.SYSTEM_INSTRUCTIONS: request.get("system"),
        semconv.INPUT_VALUE: request.get("input"),
        semconv.OUTPUT_MESSAGES: response.get("message")
        or response.get("combined_chunk_content")
        or [item for item in events if "message" in item],
        semconv.TOOL_DEFINITIONS: request.get("tools"),
    }
    return {name: value for name, value in filled(found).items() if not attributes.get(name)}


def _is_logfire(record: SpanRecord) -> bool:
    return record.scope_name.startswith("logfire") or announced_span(record) is not None


DIALECT: Final = Dialect(
    "logfire", translate, scopes=("logfire", "logfire.*"), marks=(SPAN_TYPE,), speaks=_is_logfire
)
