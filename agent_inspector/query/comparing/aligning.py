"""Alignment: which item of one sequence answers to which of another; bounded for sequences of any length."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

_LARGEST_TABLE: Final = 40_000
"""Cells of the table that weighs every pairing; larger gaps are first cut into smaller ones."""
_SAME: Final = 6
_ALIKE: Final = 3
_COMPARABLE: Final = 1

Pair: TypeAlias = "tuple[int | None, int | None]"


@dataclass(frozen=True, slots=True)
class Key:
    """What an item is compared by, from narrow to wide."""

    exact: Hashable
    """The same act."""
    alike: Hashable
    """The same kind of act."""
    comparable: Hashable
    """At least worth showing side by side."""


def align(a: Sequence[Key], b: Sequence[Key]) -> list[Pair]:
    """Return pairs of indexes in the order of both; None where an item has no partner.

    What is equal at both ends is paired first. A small rest is weighed pairing by pairing. A large one is
    cut at the items that are equal, the nth of a kind in A to the nth in B, which takes n log n.
    """
    head = _count_equal(zip(a, b, strict=False))
    tail = _count_equal(zip(reversed(a[head:]), reversed(b[head:]), strict=False))
    middle = _align_gap((a, head, len(a) - tail), (b, head, len(b) - tail))
    ending = zip(range(len(a) - tail, len(a)), range(len(b) - tail, len(b)), strict=True)
    return [*((at, at) for at in range(head)), *middle, *ending]


_Span: TypeAlias = "tuple[Sequence[Key], int, int]"


def _count_equal(pairs: Iterator[tuple[Key, Key]]) -> int:
    count = 0
    for one, other in pairs:
        if one.exact != other.exact:
            break
        count += 1
    return count


def _align_gap(a: _Span, b: _Span) -> Iterator[Pair]:
    size = (a[2] - a[1]) * (b[2] - b[1])
    if size <= _LARGEST_TABLE:
        yield from _weigh(a, b)
        return
    anchors = _anchors(a, b, "exact") or _anchors(a, b, "alike")
    if not anchors:
        yield from ((at, None) for at in range(a[1], a[2]))
        yield from ((None, at) for at in range(b[1], b[2]))
        return
    a_from, b_from = a[1], b[1]
    for a_at, b_at in anchors:
        yield from _align_gap((a[0], a_from, a_at), (b[0], b_from, b_at))
        yield a_at, b_at
        a_from, b_from = a_at + 1, b_at + 1
    yield from _align_gap((a[0], a_from, a[2]), (b[0], b_from, b[2]))


def _anchors(a: _Span, b: _Span, width: str) -> list[tuple[int, int]]:
    """Pair the nth item of a kind with the nth of that kind, and keep the most that stand in one order."""
    places = _numbered(b, width)
    found = [(at, places[name]) for name, at in _numbered(a, width).items() if name in places]
    return _longest_rising(found)


def _numbered(span: _Span, width: str) -> dict[tuple[Hashable, int], int]:
    keys, start, end = span
    seen: dict[Hashable, int] = {}
    places = {}
    for at in range(start, end):
        key = getattr(keys[at], width)
        seen[key] = seen.get(key, 0) + 1
        places[key, seen[key]] = at
    return places


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of the pairs, whose first items rise, in which the second items rise too."""
    lowest: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(lowest, place)
        before.append(ends[length - 1] if length else None)
        lowest[length : length + 1] = [place]
        ends[length : length + 1] = [number]
    rising: list[tuple[int, int]] = []
    at = ends[-1] if ends else None
    while at is not None:
        rising.append(pairs[at])
        at = before[at]
    return rising[::-1]


def _weigh(a: _Span, b: _Span) -> list[Pair]:
    """Find the pairing of greatest weight (Needleman and Wunsch, with gaps that cost nothing)."""
    keys_a, keys_b = a[0][a[1] : a[2]], b[0][b[1] : b[2]]
    table = [[0] * (len(keys_b) + 1) for _ in range(len(keys_a) + 1)]
    for row in range(len(keys_a) - 1, -1, -1):
        for column in range(len(keys_b) - 1, -1, -1):
            weight = _weight(keys_a[row], keys_b[column])
            paired = table[row + 1][column + 1] + weight if weight else 0
            table[row][column] = max(paired, table[row + 1][column], table[row][column + 1])
    return list(_walk(table, keys_a, keys_b, (a[1], b[1])))


def _walk(
    table: Sequence[Sequence[int]], a: Sequence[Key], b: Sequence[Key], origin: tuple[int, int]
) -> Iterator[Pair]:
    row, column = 0, 0
    while row < len(a) and column < len(b):
        weight = _weight(a[row], b[column])
        if weight and table[row][column] == table[row + 1][column + 1] + weight:
            yield origin[0] + row, origin[1] + column
            row, column = row + 1, column + 1
        elif table[row][column] == table[row + 1][column]:
            yield origin[0] + row, None
            row += 1
        else:
            yield None, origin[1] + column
            column += 1
    yield from ((origin[0] + at, None) for at in range(row, len(a)))
    yield from ((None, origin[1] + at) for at in range(column, len(b)))


def _weight(one: Key, other: Key) -> int:
    if one.exact == other.exact:
        return _SAME
    if one.alike == other.alike:
        return _ALIKE
    return _COMPARABLE if one.comparable == other.comparable else 0
