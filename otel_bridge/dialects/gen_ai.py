"""The GenAI semantic conventions, and the facade's own spans, which follow them.

https://github.com/open-telemetry/semantic-conventions-genai/tree/main/docs/gen-ai
"""

from __future__ import annotations

from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.event_messages import content_of_events
from otel_bridge.dialects.reading import StepKind
from otel_bridge.record import Attributes, SpanRecord

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
    stated = semconv.OPERATION in attributes or semconv.EVENT_TYPE in attributes
    return Translation(attributes, kind=None if stated else _implied_kind(attributes))


def _implied_kind(attributes: Attributes) -> StepKind | None:
    """Return what a span without an operation is; many spans only inherit an agent's or a session's name."""
    if semconv.REQUEST_MODEL in attributes and any(name in attributes for name in _ABOUT_A_MODEL):
        return "llm"
    return "tool" if semconv.TOOL_NAME in attributes else None


DIALECT: Final = Dialect(
    "gen_ai",
    translate,
    scopes=("opentelemetry.instrumentation.genai.*", "opentelemetry.util.genai.*", "agent_inspector*"),
    speaks=speaks,
)
