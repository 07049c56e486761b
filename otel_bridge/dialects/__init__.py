"""Dialects: any vendor's span attributes, read as one kind of step.

`read` gives the one-line facts that lists need; `unpack` gives the messages, arguments and results.
`attach_logs` joins content that a dialect sends in log records; do it before either. `opened` turns
announcements of spans into the spans that they announce; do it before storing.
"""

from __future__ import annotations

from otel_bridge import semconv
from otel_bridge.content import pieces_in, render
from otel_bridge.dialects import reader
from otel_bridge.dialects.event_messages import attach_logs
from otel_bridge.dialects.memo import Memo
from otel_bridge.dialects.messages import last_spoken
from otel_bridge.dialects.pending import opened
from otel_bridge.dialects.reading import Payload, Reading, Usage
from otel_bridge.dialects.registry import find_dialect
from otel_bridge.record import SpanRecord, with_attributes

__all__ = ["Memo", "Payload", "Reading", "Usage", "attach_logs", "opened", "read", "unpack"]


def read(record: SpanRecord) -> Reading:
    """Return the one-line facts of a span; of messages that are still in pieces, only the last is read."""
    pieces = pieces_in(record.attributes)
    if pieces:
        if semconv.INPUT_MESSAGES in pieces:
            pieces[semconv.INPUT_MESSAGES] = last_spoken(pieces[semconv.INPUT_MESSAGES], "user")
        record = with_attributes(record, {**record.attributes, **render(pieces)})
    return reader.read(record, find_dialect(record).translate(record))


def unpack(record: SpanRecord, memo: Memo | None = None) -> Payload:
    """Return what went in and came out of a span.

    With the same `memo` for many spans, equal messages are read once and are the same objects.
    """
    return reader.unpack(record, find_dialect(record).translate(record), memo)
