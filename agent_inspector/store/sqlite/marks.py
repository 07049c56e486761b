"""Marks: the columns of a span by which it is recognised as telling of the same call as another one."""

from __future__ import annotations

import zlib
from hashlib import blake2b
from typing import Final, NamedTuple

from otel_bridge.dialects import Reading

_INT_BYTES: Final = 6
"""As wide as SQLite's next shorter integer: marks are compared among spans of some seconds."""


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
    said: int | None
    """The first words of the model's answer."""


FACADE: Final = zlib.crc32(b"agent_inspector")
"""The scope of steps that a program tells of by itself, by calls of the facade."""

COLUMNS: Final = Marks._fields


def marks_of(scope_name: str, reading: Reading, resource_hash: bytes, key: bytes) -> Marks:
    """Return the marks of a span.

    Args:
        scope_name: of the instrumentation.
        reading: of the span.
        resource_hash: says which process it is from.
        key: of the hash of words, which without one would confirm a guess at encrypted content; ids of
            answers are random enough to do without.
    """
    is_call = reading.kind == "llm" and not reading.framework
    usage = reading.usage
    knows_more = reading.outcome == "failed" or usage.input is not None or usage.output is not None
    return Marks(
        scope=zlib.crc32(scope_name.encode("utf-8", "backslashreplace")),
        origin=int.from_bytes(resource_hash[:_INT_BYTES], "big", signed=True),
        response=_hash(reading.response_id) if is_call else None,
        weight=bool(reading.input_preview) + bool(reading.output_preview or reading.calls),
        tells=reading.tells_parent and knows_more,
        said=_hash(reading.output_preview, key) if is_call else None,
    )


def _hash(words: str | None, key: bytes = b"") -> int | None:
    if not words:
        return None
    digest = blake2b(words.encode("utf-8", "backslashreplace"), digest_size=_INT_BYTES, key=key).digest()
    return int.from_bytes(digest, "big", signed=True)
