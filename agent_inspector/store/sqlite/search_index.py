"""SearchIndex: the words of stored spans, kept up with every write, while content is not encrypted.

A conversation is sent again with every call, so what goes into a model is indexed once in its run, for the
span that brought it. The index holds words only (FTS5 without content, detail or sizes); texts are read from the
spans again. Runs that are not, or not wholly, in the index stand in `search_unindexed` and are scanned.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from agent_inspector.errors import StoreError
from agent_inspector.store.search_text import Texts, hash_of, spaced, texts_of
from agent_inspector.store.sqlite.pieces import Scope
from agent_inspector.store.sqlite.span_rows import SpanReader
from agent_inspector.store.sqlite.writer import Place, SpanKey
from otel_bridge import semconv
from otel_bridge.content import PieceList, pieces_in, rendered, with_pieces
from otel_bridge.record import SpanRecord, with_attributes

_MARK_BYTES: Final = 8
"""Each indexed span has a note of this size, shorter than a hash, so that it can be told from others."""
_LONGEST_TEXT: Final = 1_000_000
"""Characters of one text that are indexed; of a longer one, the run is scanned."""

# Words are split and folded before they come here; `ascii` then separates at the spaces between them.
_CREATE: Final = """
CREATE VIRTUAL TABLE IF NOT EXISTS search_words
USING fts5 (words, content = '', columnsize = 0, detail = none, tokenize = 'ascii')"""
_HAS_WORDS: Final = "SELECT 1 FROM sqlite_master WHERE name = 'search_words'"
_BROUGHT_BY: Final = "SELECT span FROM search_texts WHERE run = ? AND hash = ?"
_NOTE: Final = "INSERT OR IGNORE INTO search_texts (run, hash, span) VALUES (?, ?, ?)"
_LEAVE_OUT: Final = "INSERT OR IGNORE INTO search_unindexed (run) VALUES (?)"
_ADD: Final = "INSERT INTO search_words (rowid, words) VALUES (?, ?)"
_REMOVE: Final = "INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', ?, ?)"
_SPANS: Final = """
SELECT s.id, s.run, s.span_id, r.trace_id FROM spans AS s JOIN runs AS r ON r.id = s.run
WHERE s.id IN (SELECT value FROM json_each(?))"""
_MERGE: Final = "INSERT INTO search_words (search_words, rank) VALUES ('merge', -500)"
_CHANGES_OF_A_MERGE: Final = 2
_CLEAR: Final = (
    "DROP TABLE IF EXISTS search_words",
    "DELETE FROM search_texts",
    "INSERT OR IGNORE INTO search_unindexed (run) SELECT id FROM runs",
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a span brings to the index, worked out before the transaction begins."""

    trace_id: bytes
    span_id: bytes
    texts: Texts | None
    """None where the span cannot be indexed."""


class SearchIndex:
    """Writes the index through a given connection."""

    def __init__(self, spans: SpanReader, *, is_on: bool) -> None:
        self._spans = spans
        self.is_on: Final = is_on and _is_built_in()

    def prepare(self, record: SpanRecord, scope: Scope) -> Prepared | None:
        """Read the texts of a span; None for one that is still open: it is scanned until it ends."""
        if record.end_ns is None and self.is_on:
            return None
        texts = None
        if self.is_on:
            with suppress(Exception):  # a span may hold anything; it is stored all the same
                texts = texts_of(rendered(_with_new_messages(record, scope)))
        return Prepared(bytes.fromhex(record.trace_id), bytes.fromhex(record.span_id), texts)

    def add(
        self, connection: sqlite3.Connection, spans: Iterable[Prepared], places: Mapping[SpanKey, Place]
    ) -> None:
        """Index spans whose rows have just been written in these places. Needs a write transaction."""

        def add() -> None:
            if self.is_on:
                connection.execute(_CREATE)
            left_out: dict[int, None] = {}
            for prepared in spans:
                place = places.get((prepared.trace_id, prepared.span_id))
                if place is not None and not self._add(connection, place, prepared.texts):
                    left_out[place.run] = None
            connection.executemany(_LEAVE_OUT, [(run,) for run in left_out])

        _survive_damage(connection, add)

    def forget(self, connection: sqlite3.Connection, spans: Sequence[int]) -> None:
        """Take spans out of the index, before their rows go. Needs a write transaction."""
        _survive_damage(connection, lambda: self._forget(connection, json.dumps(spans)))

    def _forget(self, connection: sqlite3.Connection, chosen: str) -> None:
        for row in connection.execute(_SPANS, (chosen,)).fetchall():
            if not _is_noted(connection, row["run"], _mark(row["id"])):
                continue
            words = self._words(connection, row)
            if words:
                connection.execute(_REMOVE, (row["id"], words))
        # Their notes, which are hashes, go with the run.

    def texts(self, connection: sqlite3.Connection, row: sqlite3.Row) -> list[str]:
        """Return the texts of a span that are indexed for it; its row has `id`, `run`, `trace_id` and `span_id`.

        Raises:
            StoreError: its content cannot be read.
        """
        span_id = row["span_id"].hex()
        record = self._spans.read_records(connection, row["trace_id"].hex(), [span_id]).get(span_id)
        if record is None:
            return []
        texts = texts_of(record)
        carried = [hash_of(text) for text in texts.carried]
        brought = {key for key in carried if _brought_by(connection, row["run"], key) == row["id"]}
        return texts.fresh([key for key in carried if key not in brought])

    def _add(self, connection: sqlite3.Connection, place: Place, texts: Texts | None) -> bool:
        """Index a span; False where its run has to be scanned all the same."""
        run, span, is_new = place
        # A finished span that is sent again may differ: its words stay, and its run is scanned besides.
        if texts is None or (not is_new and _is_noted(connection, run, _mark(span))):
            return False
        hashes = {text: hash_of(text) for text in texts.all()}
        carried = [hashes[text] for text in texts.carried]
        known = {key for key in carried if _is_noted(connection, run, key)}
        fresh = [text for text, key in hashes.items() if key not in known or text in texts.own]
        notes = [_mark(span), *hashes.values()]
        connection.executemany(_NOTE, [(run, note, span) for note in notes])
        words = _join(fresh)
        if words:
            connection.execute(_ADD, (span, words))
        return all(len(text) <= _LONGEST_TEXT for text in fresh)

    def _words(self, connection: sqlite3.Connection, row: sqlite3.Row) -> str:
        """Return the words that were indexed for a span; none where its content cannot be read any more.

        Words that stay behind are harmless: a hit counts only after the span's own texts confirm it.
        """
        try:
            return _join(self.texts(connection, row))
        except StoreError:
            return ""


def _mark(span: int) -> bytes:
    """Return the note that says that a span is indexed."""
    return span.to_bytes(_MARK_BYTES, "big")


def _is_noted(connection: sqlite3.Connection, run: int, key: bytes) -> bool:
    return _brought_by(connection, run, key) is not None


def _brought_by(connection: sqlite3.Connection, run: int, key: bytes) -> int | None:
    """Return the span for which a text of this hash was indexed in a run."""
    row = connection.execute(_BROUGHT_BY, (run, key)).fetchone()
    return None if row is None else int(row["span"])


def _with_new_messages(record: SpanRecord, scope: Scope) -> SpanRecord:
    """Leave out the messages that earlier spans of the run have brought to the index."""
    messages = pieces_in(record.attributes).get(semconv.INPUT_MESSAGES)
    new = PieceList() if messages is None else scope.new_to_index(messages)
    # A list in a list may be a batch of conversations: what it is, it is only as a whole.
    if messages is None or not all(piece.json.startswith("{") for piece in new):
        return record
    return with_attributes(record, with_pieces(record.attributes, {semconv.INPUT_MESSAGES: new}))


def _survive_damage(connection: sqlite3.Connection, action: Callable[[], None]) -> None:
    """Do something to the index; drop an index that turns out to be damaged: runs are worth more than it is."""
    connection.execute("SAVEPOINT search_index")
    try:
        action()
    except sqlite3.DatabaseError as error:
        if "malformed" not in str(error):
            raise
        connection.execute("ROLLBACK TO search_index")
        clear(connection)
    connection.execute("RELEASE search_index")


def clear(connection: sqlite3.Connection) -> None:
    """Drop the whole index. Needs a write transaction."""
    for statement in _CLEAR:
        connection.execute(statement)


def merge_some(connection: sqlite3.Connection) -> bool:
    """Merge some pages of the index; False when it is one piece, in which no word of a deleted span is left.

    Needs a write transaction. How to tell the end: https://www.sqlite.org/fts5.html, 6.8.
    """
    if not exists(connection):
        return False
    before = connection.total_changes
    connection.execute(_MERGE)
    return connection.total_changes - before >= _CHANGES_OF_A_MERGE


def exists(connection: sqlite3.Connection) -> bool:
    """Whether anything has been indexed in this store."""
    return connection.execute(_HAS_WORDS).fetchone() is not None


def _join(texts: Iterable[str]) -> str:
    # FTS5 takes a word that comes twice in less time than it costs to leave it out.
    return " ".join([spaced(text[:_LONGEST_TEXT]) for text in texts]).strip()


def _is_built_in() -> bool:
    """Whether this SQLite has FTS5; practically all have."""
    with sqlite3.connect(":memory:") as connection:
        found = connection.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()
    connection.close()
    return bool(found[0])
