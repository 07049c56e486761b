"""Events as messages: content that earlier conventions put into span events or log records.

From 1.28 to 1.36: one event per message, `gen_ai.user.message` and its like, and `gen_ai.choice`
(https://github.com/open-telemetry/semantic-conventions/blob/v1.36.0/docs/gen-ai/gen-ai-events.md); before
that, `gen_ai.content.prompt` and `gen_ai.content.completion`; since then, all of the content in one
`gen_ai.client.inference.operation.details`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from otel_bridge import semconv
from otel_bridge.dialects.values import parse_json
from otel_bridge.record import AttributeValue, LogRecord, SpanEvent, SpanRecord

Json: TypeAlias = Any

DETAILS: Final = "gen_ai.client.inference.operation.details"
_CONTENT: Final = "gen_ai.event.content"
_CHOICE: Final = "gen_ai.choice"
_ROLES: Final = {
    "gen_ai.system.message": "system",
    "gen_ai.developer.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
_WHOLE: Final = {
    "gen_ai.content.prompt": (semconv.INPUT_MESSAGES, "gen_ai.prompt"),
    "gen_ai.content.completion": (semconv.OUTPUT_MESSAGES, "gen_ai.completion"),
}


def attach_logs(record: SpanRecord, logs: Sequence[LogRecord]) -> SpanRecord:
    """Return the span with log records told as events of it, so that content in logs is read like any other."""
    if not logs:
        return record
    events = [SpanEvent(log.event_name, log.time_ns, _as_attributes(log)) for log in logs]
    return replace(record, events=(*record.events, *events))


def _as_attributes(log: LogRecord) -> dict[str, AttributeValue]:
    body = parse_json(log.body)
    told: dict[str, AttributeValue] = dict(body) if isinstance(body, dict) else {"body": body}
    return {**told, **log.attributes}


def content_of_events(events: Sequence[SpanEvent]) -> dict[str, AttributeValue]:
    """Return the content that these events hold, under the names of today's conventions."""
    questions: list[AttributeValue] = []
    answers: list[AttributeValue] = []
    found: dict[str, AttributeValue] = {}
    for event in events:
        if event.name in _ROLES:
            questions.append(_message(event, _ROLES[event.name]))
        elif event.name == _CHOICE:
            answers.append(_choice(event))
        elif event.name in _WHOLE:
            name, key = _WHOLE[event.name]
            found[name] = event.attributes.get(key)
        elif event.name == DETAILS:
            found.update(event.attributes)
    if questions:
        found[semconv.INPUT_MESSAGES] = questions
    if answers:
        found[semconv.OUTPUT_MESSAGES] = answers
    return found


def _told(event: SpanEvent) -> dict[str, AttributeValue]:
    """Return what an event says; Azure's SDKs put all of it into one attribute, as JSON."""
    written = parse_json(event.attributes.get(_CONTENT))
    return {**(written if isinstance(written, dict) else {}), **event.attributes}


def _message(event: SpanEvent, role: str) -> dict[str, AttributeValue]:
    message = _told(event)
    message["role"] = role
    if role == "tool" and "tool_call_id" not in message:
        message["tool_call_id"] = message.get("id")
    return message


def _choice(event: SpanEvent) -> dict[str, AttributeValue]:
    """Read a choice, whose message is a map, a JSON text, or spread over the event itself."""
    attributes = _told(event)
    message = parse_json(attributes.get("message"))
    if not isinstance(message, dict):
        message = {"content": message} if message is not None else dict(attributes)
    return {"role": "assistant", **message, "finish_reason": attributes.get("finish_reason")}
