"""Reckoning: numbers that nobody told and that follow from others by one step of arithmetic."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from functools import cached_property
from typing import Final

from agent_inspector.query.values.arithmetic import follows
from agent_inspector.query.values.extraction import Value, find_values
from agent_inspector.query.values.index import ValueIndex
from agent_inspector.query.values.numbers import read_numbers
from agent_inspector.query.values.sources import Leaf

_ROUND: Final = 1000
_SMALL: Final = 12
"""Numbers up to this are counted, not copied."""


class Reckoning:
    """The numbers of a run, as somebody has them in mind who reckons with them."""

    def __init__(self, index: ValueIndex) -> None:
        self._index = index

    def explains(self, leaf: Leaf, value: Value, position: int) -> bool:
        """Whether a number is small, or follows from others that were told before this step."""
        numbers = read_numbers(value.text.strip("$€£¥ "))
        if any(abs(number) <= _SMALL and number == number.to_integral_value() for number in numbers):
            return True
        if leaf.name and leaf.name.lower().endswith(("id", "code", "key")):
            return False
        known, columns = self._known_numbers(position)
        # A number that the writer sets himself, such as "100 euros", may be one of the two.
        set_here = [own for own in _numbers_of(leaf) if own <= _ROUND and own == own.to_integral_value()]
        return any(follows(number, [*set_here[:_SMALL], *known], columns) for number in numbers)

    def _known_numbers(self, position: int) -> tuple[list[Decimal], list[list[Decimal]]]:
        """Return the numbers told last, and those that stand in one column of a result."""
        known: list[Decimal] = []
        columns: dict[tuple[int, str], list[Decimal]] = {}
        for place in range(bisect_right(self._numbers, position, key=lambda told: told[0]) - 1, -1, -1):
            number, leaf = self._numbers[place]
            if len(known) > 3 * _SMALL:
                break
            for found in leaf[1]:
                known.append(found)
                columns.setdefault((number, leaf[0]), []).append(found)
        return known[::-1], list(columns.values())

    @cached_property
    def _numbers(self) -> list[tuple[int, tuple[str, list[Decimal]]]]:
        """Numbers of results and messages, with the step and the column they stand in."""
        found: list[tuple[int, tuple[str, list[Decimal]]]] = []
        for step_number, place, text in self._index.texts():
            if len(text) > 2000 or ("/parts/" in place and place.count("/") > 5):
                continue
            numbers = [
                number
                for value in find_values(text)
                if value.kind == "number"
                for number in read_numbers(value.text.strip("$€£¥ "))[:1]
            ]
            if numbers:
                column = "/".join(token for token in place.split("/") if not token.isdigit())
                found.append((step_number, (column, numbers)))
        return found


def _numbers_of(leaf: Leaf) -> list[Decimal]:
    found = find_values(leaf.value) if isinstance(leaf.value, str) and len(leaf.value) <= 2000 else ()
    return [
        number
        for value in found
        if value.kind == "number"
        for number in read_numbers(value.text.strip("$€£¥ "))[:1]
    ]
