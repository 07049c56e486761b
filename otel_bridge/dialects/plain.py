"""Spans that say nothing about agents: HTTP requests, database queries, the user's own functions."""

from __future__ import annotations

from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.errors import find_failure, outcome_of
from otel_bridge.dialects.messages import preview
from otel_bridge.dialects.reading import Payload, Reading
from otel_bridge.record import SpanRecord

_PLUMBING: Final = ("http.", "url.", "db.", "rpc.", "messaging.", "network.", "net.", "fastapi.", "asgi.")


def read(record: SpanRecord) -> Reading:
    """Read a span as a plain step; plumbing below another span folds away."""
    failure = find_failure(record)
    is_plumbing = any(name.startswith(_PLUMBING) for name in record.attributes)
    framework = is_plumbing and record.parent_id is not None
    return Reading(
        kind="framework" if framework else "chain",
        type="custom",
        name=record.name,
        outcome=outcome_of(record),
        session_id=_text(record, semconv.SESSION_ID),
        user_id=_text(record, semconv.USER_ID),
        error_type=failure.type,
        error_message=preview(failure.message),
        framework=framework,
    )


def unpack(record: SpanRecord) -> Payload:
    """Read what little such a span holds beyond its attributes."""
    return Payload(stack_trace=find_failure(record).stack_trace)


def _text(record: SpanRecord, name: str) -> str | None:
    value = record.attributes.get(name)
    return str(value) if value else None
