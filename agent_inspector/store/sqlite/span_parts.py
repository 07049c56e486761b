"""Span parts: the spans of a long run in pieces that are named after what is stored of them.

Unpacking a span and saying what it did takes ten times as long as reading its columns. A run that goes on
changes at its end and where a span ends; whoever keeps what it made of a part needs to make only those anew.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from agent_inspector.store.rows import SpanPart
from agent_inspector.store.sqlite.span_rows import END, LAST_SIGN, TERMS, SpanReader, Stored, Texts

_NAME_BYTES: Final = 32
_BY_VALUE: Final = 2
"""The last version of marshal that writes equal values as equal bytes, whoever else holds them."""


def cut(reader: SpanReader, rows: Sequence[Stored], texts: Texts, most: int) -> list[SpanPart]:
    """Return the spans of a run, which are all its `rows`, in parts; each span without an end is one by itself."""
    parts = []
    for start, end in _borders(rows, most):
        inside, first = rows[start:end], start + 1
        name = None if inside[0][END] is None else _name(inside, texts, first)
        parts.append(SpanPart(name, len(inside), partial(reader.unpack, inside, texts, first)))
    return parts


def _borders(rows: Sequence[Stored], most: int) -> Iterator[tuple[int, int]]:
    """Yield where parts begin and end: at fixed places, so that a run that grows keeps those that it had."""
    places = set(range(0, len(rows), most)) | {len(rows)}
    for place, row in enumerate(rows):
        if row[END] is None:
            places |= {place, place + 1}
    return pairwise(sorted(places))


def _name(rows: Sequence[Stored], texts: Texts, first: int) -> bytes:
    """Digest all that a row is made of; a span that has ended does not care when its process was last heard of."""
    numbers = {number for terms in {row[TERMS] for row in rows} for number in terms}
    named = [(number, texts[number]) for number in sorted(numbers - {None})]
    lasting = [row[:LAST_SIGN] + row[LAST_SIGN + 1 :] for row in rows]
    return blake2b(marshal.dumps((first, named, lasting), _BY_VALUE), digest_size=_NAME_BYTES).digest()
