"""What a log record says of itself: its event, its session, its prompt and its tool call."""

from __future__ import annotations

from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.values import text
from otel_bridge.record import LogRecord

PLAIN: Final = "log"
"""The event name of records that are nothing but a line of a log."""
_CALL_IDS: Final = ("tool_use_id", "call_id", semconv.TOOL_CALL_ID, "tool_call_id")
_SESSIONS: Final = (semconv.SESSION_ID, "conversation.id", semconv.CONVERSATION_ID)
_PROMPTS: Final = ("prompt.id", "prompt_id")


def event_name_of(log: LogRecord) -> str:
    """Return the name of the event; Rust's tracing puts a place in the source where it belongs."""
    return text(log.attributes, "event.name") or log.event_name or PLAIN


def session_of(log: LogRecord) -> str | None:
    """Return the session, from the record or from the process that sent it."""
    return text(log.attributes, *_SESSIONS) or text(log.resource, *_SESSIONS)


def prompt_id_of(log: LogRecord) -> str | None:
    """Return the id of the user's prompt that the record belongs to."""
    return text(log.attributes, *_PROMPTS)


def call_id_of(log: LogRecord) -> str | None:
    """Return the id of the tool call that the record tells of."""
    return text(log.attributes, *_CALL_IDS)
