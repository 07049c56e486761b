"""Rotation: everything that is encrypted with another key, or not at all, is encrypted with the present one.

A few rows at a time, each transaction whole in itself: a rotation that is killed anywhere leaves a store
that old and new key read together, and the next one goes on. Every body names its key.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent_inspector.pipeline import Codec
from agent_inspector.pipeline.codec import key_id_of
from agent_inspector.store.sqlite import (
    checkpoint,
    judgements,
    outlines,
    search_index,
    segments,
    usage_hours,
)
from agent_inspector.store.sqlite.deletion import Pace, Turns
from agent_inspector.store.sqlite.log_rows import LogRows
from agent_inspector.store.sqlite.resources import Resources
from agent_inspector.store.sqlite.terms import Terms
from agent_inspector.store.sqlite.turns import begin_writing
from agent_inspector.store.sqlite.unchecked import unchecked
from agent_inspector.store.upkeep import KeyUse, Progress

_ROWS: Final = 200
"""Rows that one transaction encrypts: some 20 ms."""

_TERMS: Final = "SELECT id, kind, hash, text AS blob FROM terms WHERE id > ? ORDER BY id LIMIT ?"
_FIND_TERM: Final = "SELECT id FROM terms WHERE hash = ?"
_SET_TERM: Final = "UPDATE terms SET hash = ?, text = ? WHERE id = ?"
_MERGE_TERM: Final = (
    "UPDATE runs SET name = :new WHERE name = :old",
    "UPDATE runs SET agent_type = :new WHERE agent_type = :old",
    "UPDATE runs SET user = :new WHERE user = :old",
    "UPDATE runs SET session = :new WHERE session = :old",
    "UPDATE spans SET agent = :new WHERE agent = :old",
    "UPDATE spans SET model = :new WHERE model = :old",
    "UPDATE spans SET provider = :new WHERE provider = :old",
    "UPDATE spans SET tool = :new WHERE tool = :old",
    """INSERT INTO run_facets (run, facet, term, spans)
    SELECT run, facet, :new, spans FROM run_facets WHERE term = :old
    ON CONFLICT (run, facet, term) DO UPDATE SET spans = spans + excluded.spans""",
    "DELETE FROM run_facets WHERE term = :old",
    "DELETE FROM terms WHERE id = :old",
)
_RESOURCES: Final = "SELECT id, hash, body AS blob FROM resources WHERE id > ? ORDER BY id LIMIT ?"
_FIND_RESOURCE: Final = "SELECT id FROM resources WHERE hash = ?"
_SET_RESOURCE: Final = "UPDATE resources SET hash = ?, body = ? WHERE id = ?"
_MERGE_RESOURCE: Final = (
    "UPDATE bodies SET resource = :new WHERE resource = :old",
    "DELETE FROM resources WHERE id = :old",
)
_LOGS: Final = "SELECT id, hash, time_ns, body, body AS blob FROM logs WHERE id > ? ORDER BY id LIMIT ?"
_FIND_LOG: Final = "SELECT id FROM logs WHERE hash = ?"
_SET_LOG: Final = "UPDATE logs SET hash = ?, session = ?, body = ? WHERE id = ?"
_DROP_LOG: Final = "DELETE FROM logs WHERE id = ?"
_SEGMENTS: Final = """
SELECT g.id, g.scope, g.first, g.body AS blob, r.trace_id FROM segments AS g JOIN runs AS r ON r.id = g.run
WHERE g.id > ? ORDER BY g.id LIMIT ?"""
_SET_SEGMENT: Final = "UPDATE segments SET body = ? WHERE id = ?"
_JUDGEMENTS: Final = """
SELECT j.run AS id, j.body AS blob, r.trace_id FROM judgements AS j JOIN runs AS r ON r.id = j.run
WHERE j.run > ? ORDER BY j.run LIMIT ?"""
_SET_JUDGEMENT: Final = "UPDATE judgements SET body = ? WHERE run = ?"
_KEYS: Final = "SELECT SUBSTR(facts, 1, 9) AS head, COUNT(*) AS spans FROM spans GROUP BY 1"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of bodies, each bound to its span."""

    select: str
    update: str
    binding: bytes


_COLUMNS: Final[Sequence[_Column]] = (
    _Column(
        """SELECT s.id, s.facts AS blob, r.trace_id, s.span_id FROM spans AS s JOIN runs AS r ON r.id = s.run
        WHERE s.id > ? ORDER BY s.id LIMIT ?""",
        "UPDATE spans SET facts = ? WHERE id = ?",
        b"facts",
    ),
    _Column(
        """SELECT s.id, b.body AS blob, r.trace_id, s.span_id
        FROM bodies AS b CROSS JOIN spans AS s ON s.id = b.span CROSS JOIN runs AS r ON r.id = s.run
        WHERE b.span > ? ORDER BY b.span LIMIT ?""",
        "UPDATE bodies SET body = ? WHERE span = ?",
        b"body",
    ),
)
_COUNTS: Final = ("terms", "resources", "logs", "segments", "judgements", "spans", "bodies")

Change = Callable[[sqlite3.Connection, sqlite3.Row], None]


class Rotation:
    """One pass over the store."""

    def __init__(self, turns: Turns, path: Path, codec: Codec, terms: Terms) -> None:
        self._turns = turns
        self._path = path
        self._codec = codec
        self._terms = terms
        self._logs = LogRows(codec, terms)
        self._changed = 0
        self._seen = 0

    def run(self, progress: Progress) -> int:
        """Encrypt what is not encrypted with the present key; return how many rows were.

        Raises:
            KeyMissing: something is encrypted with a key that is not at hand; all before it is done.
        """
        with self._turns() as connection:
            total = sum(_count(connection, table) for table in _COUNTS)
            self._clear_index(connection)
        for select, change in self._passes():
            self._pass(select, change, lambda: progress(self._seen, total))
        with self._turns() as connection:
            with _transaction(connection):
                outlines.clear(connection)  # made anew when they are asked for
                usage_hours.clear(connection)  # names that were written under both keys have one number now
            checkpoint.empty_log(connection, self._path)
        return self._changed

    def _clear_index(self, connection: sqlite3.Connection) -> None:
        """Drop the words that were indexed in clear."""
        if self._codec.encrypt_with is not None and search_index.exists(connection):
            with _transaction(connection):
                search_index.clear(connection)

    def _passes(self) -> Iterator[tuple[str, Change]]:
        yield _TERMS, self._change_term
        yield _RESOURCES, self._change_resource
        yield _LOGS, self._change_log
        yield _SEGMENTS, self._change_segment
        yield _JUDGEMENTS, self._change_judgement
        for column in _COLUMNS:
            yield column.select, self._changer(column)

    def _pass(self, select: str, change: Change, report: Callable[[], None]) -> None:
        last, pace = -1, Pace()
        while True:
            with self._turns() as connection, unchecked(connection):
                rows = connection.execute(select, (last, _ROWS)).fetchall()
                for row in rows:
                    if not self._codec.is_current(row["blob"]):
                        change(connection, row)
                        self._changed += 1
            if not rows:
                return
            last = rows[-1]["id"]
            self._seen += len(rows)
            report()
            pace.rest()

    def _change_term(self, connection: sqlite3.Connection, row: sqlite3.Row) -> None:
        text = str(self._codec.decode(row["blob"], bound_to=b"term" + row["hash"]))
        digest = self._terms.hash_now((row["kind"], text))
        known = connection.execute(_FIND_TERM, (digest,)).fetchone()
        if known is not None:  # somebody has used the new key already
            _merge(connection, _MERGE_TERM, row["id"], known["id"])
            return
        blob = self._codec.encode(text, bound_to=b"term" + digest)
        connection.execute(_SET_TERM, (digest, blob, row["id"]))

    def _change_resource(self, connection: sqlite3.Connection, row: sqlite3.Row) -> None:
        packed = Resources(self._codec).pack(
            self._codec.decode(row["blob"], bound_to=b"resource" + row["hash"])
        )
        known = connection.execute(_FIND_RESOURCE, (packed.hash,)).fetchone()
        if known is not None:
            _merge(connection, _MERGE_RESOURCE, row["id"], known["id"])
            return
        connection.execute(_SET_RESOURCE, (packed.hash, packed.body, row["id"]))

    def _change_log(self, connection: sqlite3.Connection, row: sqlite3.Row) -> None:
        digest, session, body = self._logs.written_anew(row)
        if connection.execute(_FIND_LOG, (digest,)).fetchone() is not None:  # it was sent again meanwhile
            connection.execute(_DROP_LOG, (row["id"],))
            return
        connection.execute(_SET_LOG, (digest, session, body, row["id"]))

    def _change_segment(self, connection: sqlite3.Connection, row: sqlite3.Row) -> None:
        bound_to = segments.binding(row["trace_id"], row["scope"], row["first"])
        texts = self._codec.decode(row["blob"], bound_to=bound_to)
        connection.execute(_SET_SEGMENT, (self._codec.encode(texts, bound_to=bound_to), row["id"]))

    def _change_judgement(self, connection: sqlite3.Connection, row: sqlite3.Row) -> None:
        bound_to = judgements.binding(row["trace_id"])
        found = self._codec.decode(row["blob"], bound_to=bound_to)
        connection.execute(_SET_JUDGEMENT, (self._codec.encode(found, bound_to=bound_to), row["id"]))

    def _changer(self, column: _Column) -> Change:
        def change(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
            binding = column.binding + row["trace_id"] + row["span_id"]
            value = self._codec.decode(row["blob"], bound_to=binding)
            connection.execute(column.update, (self._codec.encode(value, bound_to=binding), row["id"]))

        return change


def read_key_use(connection: sqlite3.Connection) -> list[KeyUse]:
    """Return how many spans each key encrypts; reads every span."""
    uses: Counter[str | None] = Counter()
    for row in connection.execute(_KEYS):
        key_id = key_id_of(row["head"])
        uses[None if key_id is None else key_id.hex()] += row["spans"]
    return [KeyUse(key_id, spans) for key_id, spans in uses.most_common()]


def _merge(connection: sqlite3.Connection, statements: Sequence[str], old: int, new: int) -> None:
    """Let everything that refers to one row refer to another, and drop the first."""
    numbers: Mapping[str, int] = {"old": old, "new": new}
    for statement in statements:
        connection.execute(statement, numbers)


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    begin_writing(connection)
    yield
    connection.execute("COMMIT")
