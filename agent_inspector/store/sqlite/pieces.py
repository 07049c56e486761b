"""Pieces: the long texts of a run's spans, each stored once however many spans carry it; alone splits texts.

Agents send the whole conversation with every model call. A list of messages is cut into its elements,
any other long text is one piece. Within a scope, which is what one process writes of one run, pieces are
numbered in the order in which they are met; a span's body holds numbers where its texts were, and
`segments` keeps the texts. The memory of what is stored is this process's own and may be lost at any
time: then a new scope begins, and some texts are stored once more.
"""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import Any, Final, TypeAlias

from otel_bridge.content import PieceList

SHORTEST_TEXT: Final = 200
"""Characters below which a text stays in the body: a number and a place would take as much room."""
SEGMENT_CHARACTERS: Final = 64 * 1024
_MOST_SCOPES: Final = 64
_MOST_PIECES: Final = 20_000
"""In a scope; some 200 bytes of memory each."""
_MOST_LISTS: Final = 4
_LONGEST_LIST: Final = 2**20

_TEXT, _COMPACT, _SPACED = range(3)
"""How a text is made of its pieces: it is one, or it is a JSON array with or without spaces."""
_SEPARATORS: Final = {_COMPACT: ",", _SPACED: ", "}
_scan: Final[Callable[[str, int], tuple[Any, int]]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # not in the stubs

Recipe: TypeAlias = "list[Any]"
"""The style, and the differences from one number to the next as characters of a text, which grows by what is new
and compresses well. Earlier versions wrote the first number and the differences as numbers."""
_ZERO: Final = 0x30
_SURROGATES: Final = (0xD800, 0x800)
"""Where characters are that no text may hold, and how many."""


@dataclass(slots=True)
class _List:
    """A list as it was last met: mostly the next one begins with it."""

    beginning: str
    """All but the last bracket."""
    style: int
    steps: str
    last: int
    """The number that `steps` ends at."""


@dataclass(slots=True)
class _Conversation:
    """A list of frozen messages as it was last met."""

    pieces: PieceList
    steps: str
    last: int


@dataclass(slots=True)
class Scope:
    """The pieces that this process has stored of one run."""

    id: int = field(default_factory=lambda: int.from_bytes(os.urandom(4), "big"))
    texts_before: int = 0
    """How many were stored before the present batch."""
    new_texts: list[str] = field(default_factory=list)
    _numbers: dict[bytes, int] = field(default_factory=dict)
    _lists: OrderedDict[tuple[str, str], _List] = field(default_factory=OrderedDict)
    _conversations: list[_Conversation] = field(default_factory=list)
    _indexed: list[PieceList] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return len(self._numbers) >= _MOST_PIECES

    def take(self, name: str, text: str) -> Recipe:
        """Return how to make a text of pieces; those not met before are kept in `new_texts`."""
        if text.startswith("[") and text.endswith("]"):
            grown = self._take_list(name, text)
            if grown is not None:
                return [grown.style, grown.steps]
        return self.take_whole(text)

    def take_whole(self, text: str) -> Recipe:
        """Return how to make a text of one piece."""
        return [_TEXT, step(self._number(text))]

    def take_pieces(self, pieces: PieceList) -> Recipe:
        """Return how to make the JSON of frozen messages, of which those known are not looked at again."""
        known = _Conversation(PieceList(), "", 0)
        for other in self._conversations:
            length = len(other.pieces)
            if len(known.pieces) < length <= len(pieces) and pieces[:length] == other.pieces:
                known = other
        new = pieces[len(known.pieces) :]
        steps, last = self._walk(known.steps, known.last, [piece.json for piece in new])
        others = [other for other in self._conversations if other is not known]
        self._conversations = [_Conversation(pieces, steps, last), *others][:_MOST_LISTS]
        return [_COMPACT, steps]

    def new_to_index(self, pieces: PieceList) -> PieceList:
        """Return the frozen messages that the search index has not been given for this run."""
        known = PieceList()
        for other in self._indexed:
            if len(known) < len(other) <= len(pieces) and pieces[: len(other)] == other:
                known = other
        self._indexed = [pieces, *(other for other in self._indexed if other is not known)][:_MOST_LISTS]
        return PieceList(pieces[len(known) :])

    def settle(self) -> None:
        """Note that the new texts are stored."""
        self.texts_before += len(self.new_texts)
        self.new_texts = []

    def _take_list(self, name: str, text: str) -> _List | None:
        key = (name, text[:SHORTEST_TEXT])
        known = self._lists.get(key)
        if known is not None and text.startswith(known.beginning):
            rest = text[len(known.beginning) :]
            separator = _SEPARATORS[known.style]
            if rest == "]":
                return known
            added = _split("[" + rest[len(separator) :]) if rest.startswith(separator) else None
            if added is not None and (added[0] == known.style or len(added[1]) == 1):
                return self._remember(key, text, known.style, self._walk(known.steps, known.last, added[1]))
        found = _split(text)
        return found and self._remember(key, text, found[0], self._walk("", 0, found[1]))

    def _remember(self, key: tuple[str, str], text: str, style: int, walked: tuple[str, int]) -> _List:
        grown = _List(text[:-1], style, *walked)
        if len(text) <= _LONGEST_LIST:
            self._lists[key] = grown
            self._lists.move_to_end(key)
            while len(self._lists) > _MOST_LISTS:
                self._lists.popitem(last=False)
        return grown

    def _walk(self, steps: str, last: int, texts: Iterable[str]) -> tuple[str, int]:
        """Add the numbers of texts to steps that end at `last`."""
        added = list[str]()
        for text in texts:
            number = self._number(text)
            added.append(step(number - last))
            last = number
        return steps + "".join(added), last

    def _number(self, text: str) -> int:
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        number = self._numbers.setdefault(digest, len(self._numbers))
        if number == self.texts_before + len(self.new_texts):
            self.new_texts.append(text)
        return number


class Scopes:
    """What this process remembers of the runs that it writes. Not for more than one thread at a time."""

    def __init__(self) -> None:
        self._scopes: OrderedDict[str, Scope] = OrderedDict()
        self._touched: dict[str, Scope] = {}

    def of(self, trace_id: str) -> Scope:
        """Return the scope of a run for a span of the present batch."""
        scope = self._touched.get(trace_id)
        if scope is None:
            scope = self._scopes.get(trace_id)
            if scope is None or scope.is_full:
                scope = Scope()
            self._scopes[trace_id] = self._touched[trace_id] = scope
            self._scopes.move_to_end(trace_id)
        return scope

    @property
    def touched(self) -> Mapping[str, Scope]:
        """Scopes of the present batch, by trace id."""
        return self._touched

    def settle(self) -> None:
        """Note that the present batch is stored."""
        for scope in self._touched.values():
            scope.settle()
        self._touched = {}
        while len(self._scopes) > _MOST_SCOPES:
            self._scopes.popitem(last=False)

    def forget(self) -> None:
        """Begin anew: what was remembered may not be stored, or not any more."""
        self._scopes.clear()
        self._touched = {}


def numbers_in(recipe: Recipe) -> list[int]:
    """Return the numbers of a recipe's pieces, in order."""
    steps = recipe[1]
    return list(accumulate(map(_unstep, steps) if isinstance(steps, str) else recipe[1:]))


def make_text(recipe: Recipe, numbers: Sequence[int], texts: Mapping[int, str]) -> str:
    """Make a text of its pieces, of which these are the numbers.

    Raises:
        KeyError: a piece is missing.
    """
    pieces = [texts[number] for number in numbers]
    return pieces[0] if recipe[0] == _TEXT else f"[{_SEPARATORS[recipe[0]].join(pieces)}]"


def cut(texts: Sequence[str], first: int) -> Iterable[tuple[int, Sequence[str]]]:
    """Yield texts in segments of moderate size, each with the number of its first text."""
    begin = size = 0
    for place, text in enumerate(texts):
        size += len(text)
        if size >= SEGMENT_CHARACTERS:
            yield first + begin, texts[begin : place + 1]
            begin, size = place + 1, 0
    if begin < len(texts):
        yield first + begin, texts[begin:]


def step(difference: int) -> str:
    """Write the difference from one number to the next as a character."""
    code = _ZERO + (difference * 2 if difference >= 0 else -difference * 2 - 1)
    first, count = _SURROGATES
    return chr(code if code < first else code + count)


@lru_cache(maxsize=2048)
def _unstep(character: str) -> int:
    first, count = _SURROGATES
    code = ord(character)
    code = (code if code < first else code - count) - _ZERO
    return code // 2 if code % 2 == 0 else -(code // 2) - 1


def _split(text: str) -> tuple[int, list[str]] | None:
    """Return the style of a JSON array and its elements as they are written; None for any other text."""
    elements: list[str] = []
    style, at, last = _COMPACT, 1, len(text) - 1
    try:
        while True:
            end = _scan(text, at)[1]
            elements.append(text[at:end])
            if end == last:
                return style, elements
            if len(elements) == 1 and text.startswith(", ", end):
                style = _SPACED
            separator = _SEPARATORS[style]
            if not text.startswith(separator, end):
                return None
            at = end + len(separator)
    except (ValueError, StopIteration, RecursionError):
        return None
