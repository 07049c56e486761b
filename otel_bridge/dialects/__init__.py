"""Dialects: any vendor's span attributes, read as one kind of step.

`read` gives the one-line facts that lists need; `unpack` gives the messages, arguments and results.
"""

from __future__ import annotations

from otel_bridge.dialects import gen_ai, plain
from otel_bridge.dialects.reading import Payload, Reading, Usage
from otel_bridge.record import SpanRecord

__all__ = ["Payload", "Reading", "Usage", "read", "unpack"]


def read(record: SpanRecord) -> Reading:
    """Return the one-line facts of a span."""
    return gen_ai.read(record) if gen_ai.speaks(record) else plain.read(record)


def unpack(record: SpanRecord) -> Payload:
    """Return what went in and came out of a span."""
    return gen_ai.unpack(record) if gen_ai.speaks(record) else plain.unpack(record)
