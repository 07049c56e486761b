"""Marks: the columns of a span by which it is recognised as telling of the same call as another one."""

from __future__ import annotations

import zlib
from hashlib import blake2b
from typing import Final, NamedTuple

from otel_bridge.dialects import Reading

_INT_BYTES: Final = 8


class Marks(NamedTuple):
    """Numbers that stand for texts, to be compared and never to be read; in the order of `COLUMNS`."""

    scope: int
    """The instrumentation that made the span: one library tells of a call once."""
    origin: int
    """The process, by its resource."""
    response: int | None
    """The provider's id of the model's answer."""
    weight: int
    """How much of the call it tells: one for the question, one for the answer."""
    tells: bool
    """Plumbing that knows what the step around it does not: that it failed, or its usage."""


COLUMNS: Final = Marks._fields


def marks_of(scope_name: str, reading: Reading, resource_hash: bytes) -> Marks:
    """Return the marks of a span; ids of answers are random enough to be hashed without a key."""
    usage = reading.usage
    knows_more = reading.outcome == "failed" or usage.input is not None or usage.output is not None
    return Marks(
        scope=zlib.crc32(scope_name.encode("utf-8", "backslashreplace")),
        origin=int.from_bytes(resource_hash[:_INT_BYTES], "big", signed=True),
        response=_response(reading) if reading.kind == "llm" and not reading.framework else None,
        weight=bool(reading.input_preview) + bool(reading.output_preview or reading.calls),
        tells=reading.tells_parent and knows_more,
    )


def _response(reading: Reading) -> int | None:
    if not reading.response_id:
        return None
    words = reading.response_id.encode("utf-8", "backslashreplace")
    return int.from_bytes(blake2b(words, digest_size=_INT_BYTES).digest(), "big", signed=True)
