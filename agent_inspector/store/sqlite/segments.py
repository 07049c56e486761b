"""Segments: rows of texts that spans of a run share; each holds the pieces that one write brought."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from agent_inspector.errors import StoreError
from agent_inspector.pipeline import Codec
from agent_inspector.store.sqlite.pieces import Scope, cut

_INSERT: Final = "INSERT INTO segments (run, scope, first, body) VALUES (?, ?, ?, ?)"
_READ: Final = """
SELECT first, body FROM segments WHERE run = :run AND scope = :scope AND first <= :highest
AND first >= IFNULL((
    SELECT MAX(first) FROM segments WHERE run = :run AND scope = :scope AND first <= :lowest
), 0) ORDER BY first"""

Packed: TypeAlias = "tuple[bytes, int, int, bytes]"
"""Trace id, scope, number of the first text, body."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a batch shares with spans before and after it."""

    segments: Sequence[Packed]
    continued: Collection[bytes]
    """Traces to whose earlier texts the batch may refer."""


def pack(scopes: Mapping[str, Scope], codec: Codec) -> Shared:
    """Encode what the scopes of a batch have new."""
    packed, continued = list[Packed](), list[bytes]()
    for trace_id, scope in scopes.items():
        trace = bytes.fromhex(trace_id)
        if scope.texts_before:
            continued.append(trace)
        for first, texts in cut(scope.new_texts, scope.texts_before):
            body = codec.encode(list(texts), bound_to=binding(trace, scope.id, first))
            packed.append((trace, scope.id, first, body))
    return Shared(packed, continued)


def write(connection: sqlite3.Connection, packed: Iterable[Packed], runs: Mapping[bytes, int]) -> None:
    """Write packed segments; `runs` has the number of each run by its trace id."""
    connection.executemany(
        _INSERT, ((runs[trace], scope, first, body) for trace, scope, first, body in packed)
    )


def binding(trace_id: bytes, scope: int, first: int) -> bytes:
    """Return the identity that a segment's body is bound to."""
    return b"segment" + trace_id + scope.to_bytes(4, "big") + first.to_bytes(8, "big")


class SegmentReader:
    """Reads pieces of one run, each segment once."""

    def __init__(self, connection: sqlite3.Connection, codec: Codec, run: int, trace_id: bytes) -> None:
        self._connection = connection
        self._codec = codec
        self._run = run
        self._trace_id = trace_id
        self._texts: dict[int, dict[int, str]] = {}

    def texts(self, scope: int, numbers: Iterable[int]) -> Mapping[int, str]:
        """Return at least these pieces of a scope.

        Raises:
            KeyMissing: they are encrypted with a key that is not at hand.
            StoreError: they are damaged, or not there.
        """
        known = self._texts.setdefault(scope, {})
        missing = sorted({number for number in numbers if number not in known})
        for first, body in self._rows(scope, missing):
            texts = self._codec.decode(body, bound_to=binding(self._trace_id, scope, first))
            known.update(enumerate(texts, first))
        if any(number not in known for number in missing):
            raise StoreError("The stored content is damaged: some of its texts are not there.")
        return known

    def _rows(self, scope: int, missing: list[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the segments that hold missing pieces and have not been read yet."""
        if not missing:
            return
        parameters = {"run": self._run, "scope": scope, "lowest": missing[0], "highest": missing[-1]}
        rows = self._connection.execute(_READ, parameters).fetchall()
        ends = [row["first"] for row in rows[1:]] + [missing[-1] + 1]
        at = 0
        for row, end in zip(rows, ends, strict=True):
            wanted = at
            while at < len(missing) and missing[at] < end:
                at += 1
            if at > wanted:
                yield row["first"], row["body"]
