"""Outlines: the part of a SqliteStore for readers of long runs: spans in parts, and what was made of them, kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final

from agent_inspector.pipeline import Codec
from agent_inspector.store.rows import SpanPart
from agent_inspector.store.sqlite import span_parts
from agent_inspector.store.sqlite.connections import Connections
from agent_inspector.store.sqlite.span_rows import SpanReader

_READ: Final = """
SELECT o.body FROM runs AS r CROSS JOIN outlines AS o ON o.run = r.id
WHERE r.trace_id = ? AND o.revision = ? AND o.version = ?"""
_KEEP: Final = """
INSERT OR REPLACE INTO outlines (run, revision, version, body) SELECT id, ?, ?, ? FROM runs WHERE trace_id = ?"""
_CLEAR: Final = "DELETE FROM outlines"


class Outlines:
    """Reads and keeps rendered outlines through the store's connections."""

    _codec: Codec
    _connections: Connections
    _spans: SpanReader
    _turn: Callable[[], AbstractContextManager[sqlite3.Connection]]

    def read_span_parts(self, trace_id: str, most: int) -> Sequence[SpanPart]:
        with self._connections.lend() as connection:
            rows, texts = self._spans.read_stored(connection, trace_id)
        return span_parts.cut(self._spans, rows, texts, most)

    def read_outline(self, trace_id: str, revision: int, version: str) -> bytes | None:
        trace = bytes.fromhex(trace_id)
        with self._connections.lend() as connection:
            row = connection.execute(_READ, (trace, revision, version)).fetchone()
        return None if row is None else self._codec.unseal(row["body"], bound_to=b"outline" + trace)

    def keep_outline(self, trace_id: str, revision: int, version: str, rendered: bytes) -> None:
        trace = bytes.fromhex(trace_id)
        body = self._codec.seal(rendered, bound_to=b"outline" + trace)
        with self._turn() as connection:
            connection.execute(_KEEP, (revision, version, body, trace))


def clear(connection: sqlite3.Connection) -> None:
    """Forget all outlines. Needs a write transaction."""
    connection.execute(_CLEAR)
