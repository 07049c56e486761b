"""Errors of a span: its status, its `error.type` and its exception event, read as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.reading import Outcome
from otel_bridge.record import Attributes, SpanRecord


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong; all None where nothing did."""

    type: str | None = None
    message: str | None = None
    stack_trace: str | None = None


_NONE: Final = Failure()


def find_failure(record: SpanRecord) -> Failure:
    """Return the last exception of the span, completed from its status."""
    if not record.events and record.status != "error" and semconv.ERROR_TYPE not in record.attributes:
        return _NONE
    exception: Attributes = {}
    for event in record.events:
        if event.name == semconv.EXCEPTION_EVENT:
            exception = event.attributes
    kind = _text(record.attributes, semconv.ERROR_TYPE) or _text(exception, semconv.EXCEPTION_TYPE)
    message = _text(exception, semconv.EXCEPTION_MESSAGE)
    if record.status == "error":
        message = message or record.status_message
    return Failure(kind, message, _text(exception, semconv.EXCEPTION_STACKTRACE))


def outcome_of(record: SpanRecord) -> Outcome:
    """Say how the span ended; an explicit `agent_inspector.outcome` outranks the status."""
    stated = record.attributes.get(semconv.OUTCOME)
    if stated == "completed" or stated == "failed" or stated == "cancelled":
        return stated
    failed = record.status == "error" or bool(record.attributes.get(semconv.ERROR_TYPE))
    return "failed" if failed else "completed"


def _text(attributes: Mapping[str, object], name: str) -> str | None:
    value = attributes.get(name)
    return str(value) if value not in (None, "") else None
