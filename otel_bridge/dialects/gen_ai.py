"""The GenAI semantic conventions, and the facade's own spans, which follow them.

https://github.com/open-telemetry/semantic-conventions-genai/tree/main/docs/gen-ai
"""

from __future__ import annotations

from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import operations, unnamed
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.event_messages import content_of_events
from otel_bridge.dialects.reading import StepKind
from otel_bridge.dialects.unnamed_keys import KEYS
from otel_bridge.record import Attributes, SpanRecord

_OURS: Final = "agent_inspector"
_ABOUT_A_MODEL: Final = (
    semconv.PROVIDER,
    semconv.LEGACY_SYSTEM,
    semconv.INPUT_TOKENS,
    semconv.INPUT_MESSAGES,
)


def speaks(record: SpanRecord) -> bool:
    """Whether the span says what it is by the conventions or by the facade."""
    attributes = record.attributes
    if semconv.OPERATION in attributes or semconv.EVENT_TYPE in attributes:
        return True
    return _implied_kind(attributes) is not None


def translate(record: SpanRecord) -> Translation:
    """Take the attributes as they are, and the content of events beside them."""
    attributes = record.attributes
    if record.events:
        said = content_of_events(record.events)
        attributes = {**said, **attributes} if said else attributes
    operation = attributes.get(semconv.OPERATION)
    if not isinstance(operation, str):
        stated = operation is not None or semconv.EVENT_TYPE in attributes
        return Translation(attributes, kind=None if stated else _implied_kind(attributes))
    if operation in operations.KIND_OF_OPERATION or semconv.EVENT_TYPE in attributes:
        return Translation(attributes)
    return Translation(attributes, kind=operations.likely_kind(operation))


def _implied_kind(attributes: Attributes) -> StepKind | None:
    """Return what a span without an operation is; many spans only inherit an agent's or a session's name."""
    names_model = semconv.REQUEST_MODEL in attributes or semconv.RESPONSE_MODEL in attributes
    if names_model and any(name in attributes for name in _ABOUT_A_MODEL):
        return "llm"
    return "tool" if semconv.TOOL_NAME in attributes else None


def _translate_any(record: SpanRecord) -> Translation:
    """Complete spans of others, who may keep to the conventions in part only, by what everyone calls the rest."""
    told = translate(record)
    if KEYS.isdisjoint(told.attributes) or record.scope_name.startswith(_OURS):
        return told
    return unnamed.completed(told, operations.classify(told)[0])


DIALECT: Final = Dialect(
    "gen_ai",
    _translate_any,
    scopes=("opentelemetry.instrumentation.genai.*", "opentelemetry.util.genai.*", f"{_OURS}*"),
    speaks=speaks,
)
