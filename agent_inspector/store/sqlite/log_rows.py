"""Log records that are kept until, and as long as, the spans that they tell of: what was said only there.

A record is known by its content, so one that is sent again is kept once. Its owner is the trace that it
was written in, or that it turned out to belong to; it goes when that run goes. One that belongs to no
run waits for a day.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import fields
from hashlib import blake2b
from typing import Any, Final

from agent_inspector.pipeline import Codec
from agent_inspector.pipeline.serialize import serialize
from agent_inspector.store.sqlite.terms import Terms
from agent_inspector.store.sqlite.turns import begin_writing
from otel_bridge.dialects.logs import begins_turn, session_of
from otel_bridge.record import LogRecord

MOST_READ: Final = 5_000
"""Records that are read at once: the newest ones of a session that goes on for days."""
_WAIT_NS: Final = 24 * 3600 * 10**9
_HASH_BYTES: Final = 16
_FIELDS: Final = tuple(item.name for item in fields(LogRecord))

_ANY: Final = "SELECT EXISTS (SELECT 1 FROM logs)"
_INSERT: Final = """
INSERT OR IGNORE INTO logs (hash, owner, session, time_ns, begins, waits, kept_ns, body)
VALUES (?, ?, ?, ?, ?, 1, ?, ?)"""
_EXPIRE: Final = "DELETE FROM logs WHERE waits = 1 AND kept_ns < ?"
_READ_OWNED: Final = "SELECT hash, body, time_ns FROM logs WHERE owner = ? ORDER BY time_ns DESC LIMIT ?"
_READ_SESSION: Final = """
SELECT hash, body, time_ns FROM logs WHERE session = ? AND time_ns >= ? ORDER BY time_ns DESC LIMIT ?"""
_TURN_BEGAN: Final = """
SELECT MAX(time_ns) AS time_ns FROM logs WHERE session = ? AND begins = 1 AND time_ns <= ?"""
_CLAIM: Final = """
UPDATE logs SET owner = ?, waits = NOT EXISTS (SELECT 1 FROM runs WHERE trace_id = ?) WHERE hash = ?"""

_LATEST_NS: Final = 2**62
"""A later moment is a damaged one, and may have more bits than SQLite's integers."""


class LogRows:
    """Keeps and reads log records through a given connection."""

    def __init__(self, codec: Codec, terms: Terms) -> None:
        self._codec = codec
        self._terms = terms

    def has_any(self, connection: sqlite3.Connection) -> bool:
        return bool(connection.execute(_ANY).fetchone()[0])

    def keep(self, connection: sqlite3.Connection, logs: Iterable[LogRecord]) -> None:
        """Keep these records in one transaction, and drop those that have waited for too long."""
        now_ns = time.time_ns()
        rows = [self._row(log, now_ns) for log in logs]
        begin_writing(connection)
        connection.execute(_EXPIRE, (now_ns - _WAIT_NS,))
        connection.executemany(_INSERT, rows)
        connection.execute("COMMIT")

    def read(
        self,
        connection: sqlite3.Connection,
        trace_ids: Iterable[str],
        sessions: Iterable[str],
        since_ns: int,
    ) -> list[LogRecord]:
        """Return the records of these traces, and those of these sessions since that time, oldest first."""
        found: dict[bytes, sqlite3.Row] = {}
        for trace_id in trace_ids:
            owned = connection.execute(_READ_OWNED, (bytes.fromhex(trace_id), MOST_READ))
            found |= {row["hash"]: row for row in owned}
        for session in sessions:
            for digest in self._terms.hashes(("session", session)):
                told = connection.execute(_READ_SESSION, (digest, min(since_ns, _LATEST_NS), MOST_READ))
                found |= {row["hash"]: row for row in told}
        newest = sorted(found.values(), key=lambda row: int(row["time_ns"]))[-MOST_READ:]
        return [self._log(row) for row in newest]

    def turn_began_ns(self, connection: sqlite3.Connection, session: str, time_ns: int) -> int | None:
        """Return when the last prompt of a session up to this time was given."""
        hashes = self._terms.hashes(("session", session))
        found = [
            connection.execute(_TURN_BEGAN, (digest, min(time_ns, _LATEST_NS))).fetchone()["time_ns"]
            for digest in hashes
        ]
        return max((began_ns for began_ns in found if began_ns is not None), default=None)

    def claim(self, connection: sqlite3.Connection, logs: Iterable[LogRecord], trace_id: str | None) -> None:
        """Let these records belong to a run, or to none."""
        owner = bytes.fromhex(trace_id) if trace_id else None
        rows = [(owner, owner, self._hash(_pack(log))) for log in logs]
        begin_writing(connection)
        connection.executemany(_CLAIM, rows)
        connection.execute("COMMIT")

    def written_anew(self, row: sqlite3.Row) -> tuple[bytes, bytes | None, bytes]:
        """Return a row's hash, session and body as they would be written today."""
        digest, _, session, *_, body = self._row(self._log(row), 0)
        return digest, session, body  # type: ignore[return-value]  # a row is a tuple of anything

    def _row(self, log: LogRecord, now_ns: int) -> tuple[object, ...]:
        packed = _pack(log)
        digest = self._hash(packed)
        session = session_of(log)
        return (
            digest,
            bytes.fromhex(log.trace_id) if log.trace_id else None,
            self._terms.hash_now(("session", session)) if session else None,
            min(log.time_ns, _LATEST_NS),
            begins_turn(log),
            now_ns,
            self._codec.encode(packed, bound_to=b"log" + digest),
        )

    def _log(self, row: sqlite3.Row) -> LogRecord:
        packed: Sequence[Any] = self._codec.decode(row["body"], bound_to=b"log" + row["hash"])
        return LogRecord(**dict(zip(_FIELDS, packed, strict=True)))

    def _hash(self, packed: Sequence[Any]) -> bytes:
        # Keyed, so that it confirms no guess of encrypted content.
        return blake2b(serialize(packed), digest_size=_HASH_BYTES, key=self._codec.hash_key).digest()


def _pack(log: LogRecord) -> list[Any]:
    return [getattr(log, name) for name in _FIELDS]
