"""Terms: names that many rows share (agents, models, users, runs), each kept once.

Rows hold a number. The text is a body like any other, so encryption covers it; a keyed hash finds the
number of a known text without decrypting anything.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from typing import Final, Literal, TypeAlias

from agent_inspector.errors import KeyMissing, StoreError
from agent_inspector.pipeline import Codec

TermKind: TypeAlias = Literal["run", "agent_type", "user", "session", "agent", "model", "provider", "tool"]
Term: TypeAlias = "tuple[TermKind, str]"

_HASH_BYTES: Final = 16
_PUBLIC_KEY: Final = b"agent_inspector"
_MOST_REMEMBERED: Final = 65_536

_FIND: Final = "SELECT id FROM terms WHERE hash = ?"
_LAST: Final = "SELECT IFNULL(MAX(id), 0) FROM terms"
_INSERT: Final = "INSERT INTO terms (id, kind, hash, text) VALUES (?, ?, ?, ?)"
_READ: Final = "SELECT id, hash, text FROM terms WHERE id IN (SELECT value FROM json_each(?))"
_READ_KIND: Final = "SELECT id, hash, text FROM terms WHERE kind = ?"


class Terms:
    """Reads and writes terms through a given connection; remembers texts that it has decoded."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        keys = [codec.encrypt_with, *codec.decrypt_with]
        secrets = dict.fromkeys(blake2b(key.secret).digest() for key in keys if key is not None)
        # Texts stored before encryption was turned on, or after it was turned off, stay findable.
        self._hash_keys = [*secrets, _PUBLIC_KEY]
        self._write_key = self._hash_keys[0] if codec.encrypt_with else _PUBLIC_KEY
        self._texts: dict[bytes, str] = {}

    def intern(self, connection: sqlite3.Connection, terms: Iterable[Term]) -> dict[Term, int]:
        """Return the number of each term, adding those that are new. Needs a write transaction."""
        numbers: dict[Term, int] = {}
        fresh: list[tuple[int, str, bytes, bytes]] = []
        last = int(connection.execute(_LAST).fetchone()[0])
        for term in dict.fromkeys(terms):
            digest = _hash(term, self._write_key)
            found = connection.execute(_FIND, (digest,)).fetchone()
            if found is None:
                last += 1
                fresh.append((last, term[0], digest, self._codec.encode(term[1], bound_to=b"term" + digest)))
            numbers[term] = last if found is None else found[0]
        connection.executemany(_INSERT, fresh)
        return numbers

    def find(self, connection: sqlite3.Connection, kind: TermKind, text: str) -> list[int]:
        """Return the numbers under which a text may be stored: one for each key that has been in use."""
        rows = [connection.execute(_FIND, (digest,)).fetchone() for digest in self.hashes((kind, text))]
        return [row[0] for row in rows if row is not None]

    def hashes(self, term: Term) -> list[bytes]:
        """Return what a term may be known by: one hash for each key that has been in use."""
        return [_hash(term, key) for key in self._hash_keys]

    def hash_now(self, term: Term) -> bytes:
        """Return what a term is known by under the present key."""
        return _hash(term, self._write_key)

    def search(self, connection: sqlite3.Connection, kind: TermKind, part: str) -> list[int]:
        """Return the numbers of all texts that contain this part, in any case."""
        wanted = part.casefold()
        rows = connection.execute(_READ_KIND, (kind,))
        return [row["id"] for row in rows if wanted in self._decode(row["hash"], row["text"]).casefold()]

    def read(
        self, connection: sqlite3.Connection, numbers: Iterable[int], *, sealed: bool = False
    ) -> dict[int | None, str | None]:
        """Return the texts of these numbers, and None for None, in one question to the database.

        `sealed`: None also for a text that is encrypted with a key that is not at hand.
        """
        decode = self._decode_unsealed if sealed else self._decode
        rows = connection.execute(_READ, (json.dumps(list(numbers)),))
        return {None: None} | {row["id"]: decode(row["hash"], row["text"]) for row in rows}

    def sort_key(self, connection: sqlite3.Connection) -> Callable[[int], str]:
        """Return a function from number to a text that sorts regardless of case.

        SQLite hides what a function raises, so a text that cannot be read sorts first; reading the
        page that it comes on then says why.
        """
        seen: dict[int, str] = {}

        def key_of(number: int) -> str:
            if number not in seen:
                seen[number] = ""
                with suppress(StoreError):
                    seen[number] = (self.read(connection, [number])[number] or "").casefold()
            return seen[number]

        return key_of

    def _decode_unsealed(self, digest: bytes, text: bytes) -> str | None:
        try:
            return self._decode(digest, text)
        except KeyMissing:
            return None

    def _decode(self, digest: bytes, text: bytes) -> str:
        known = self._texts.get(digest)
        if known is None:
            known = str(self._codec.decode(text, bound_to=b"term" + digest))
            if len(self._texts) >= _MOST_REMEMBERED:
                self._texts.clear()
            self._texts[digest] = known
        return known


def _hash(term: Term, key: bytes) -> bytes:
    kind, text = term
    content = kind.encode() + b"\0" + text.encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=_HASH_BYTES, key=key).digest()
