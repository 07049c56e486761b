"""ValueIndex: where every value of a run stands; made in one pass, asked by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from agent_inspector.model import Json
from agent_inspector.query.values.extraction import find_values, word_key

_FIRST_KEPT: Final = 10
_MOST_KEPT: Final = 60
_LONGEST_PHRASE: Final = 80
_BITS: Final = 24
_MASK: Final = (1 << _BITS) - 1


class Occurrence(NamedTuple):
    """One place that holds a value."""

    step_number: int
    place: str
    text: str
    """The whole text there."""
    start: int
    end: int


class ValueIndex:
    """Places by the keys of the values that they hold; places are numbers, so that a long run fits in memory."""

    def __init__(self) -> None:
        self._leaves: list[tuple[int, str, str]] = []
        self._places: dict[str, list[int]] = {}
        self._whole: set[str] = set()

    def add(
        self, step_number: int, place: str, leaf: Json, *, unit: str | None = None, without: set[str]
    ) -> None:
        """Take in the values of a scalar; `without`: keys of values that were there before, so are no news of it."""
        text = leaf if isinstance(leaf, str) else _number_text(leaf)
        if not text:
            return
        leaf_bits = len(self._leaves) << (2 * _BITS)
        self._leaves.append((step_number, place, text))
        is_text = isinstance(leaf, str)
        for value in find_values(text, names=is_text, unit=unit):
            if value.end <= _MASK and not (without and value.keys and value.keys[0] in without):
                self._keep(value.keys, leaf_bits | (value.start << _BITS) | value.end)
        if is_text and len(text) <= _LONGEST_PHRASE:
            key = word_key(text)
            self._whole.add(key)
            if key not in without:
                self._keep((key,), leaf_bits | len(text))

    def find(self, key: str) -> Iterator[Occurrence]:
        """Yield the places that hold a value with this key, in the order in which they were added."""
        for packed in self._places.get(key, ()):
            step_number, place, text = self._leaves[packed >> (2 * _BITS)]
            yield Occurrence(step_number, place, text, (packed >> _BITS) & _MASK, packed & _MASK)

    def holds(self, key: str, before: int) -> bool:
        """Whether a step up to this number holds a value with this key."""
        return any(self._leaves[packed >> (2 * _BITS)][0] <= before for packed in self._places.get(key, ()))

    def know(self, phrase: str) -> None:
        """Take a phrase for a value, wherever it stands."""
        if len(phrase) <= _LONGEST_PHRASE:
            self._whole.add(word_key(phrase))

    def is_whole(self, key: str) -> bool:
        """Whether a phrase with this key is all that stands somewhere, such as in a field of a result or an argument."""
        return key in self._whole

    def texts(self) -> Iterator[tuple[int, str, str]]:
        """Yield every text with the number of its step and its place."""
        yield from self._leaves

    def _keep(self, keys: Iterable[str], packed: int) -> None:
        places = self._places
        for key in keys:
            kept = places.get(key)
            if kept is None:
                places[key] = [packed]
                continue
            if len(kept) >= _MOST_KEPT:
                del kept[_FIRST_KEPT]
            kept.append(packed)


def _number_text(leaf: Json) -> str:
    return "" if isinstance(leaf, bool) or leaf is None else str(leaf)
