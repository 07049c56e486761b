"""Arithmetic: whether a number follows from other numbers by one step of reckoning."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

_MOST_NUMBERS: Final = 12
"""With more numbers at hand, nearly every number follows from some two of them."""
_HUNDRED: Final = Decimal(100)
_MOST_FLOAT: Final = 1e150
"""Beyond it, products leave the range of floats."""
_BIT: Final = 1e-9
"""More than floats are wrong by."""
_MOST_SHARE: Final = 0.2
"""A number whose last digit is that much of it may be anything."""


def follows(number: Decimal, known: Sequence[Decimal], columns: Sequence[Sequence[Decimal]]) -> bool:
    """Whether a number is a sum, difference, product, quotient or share of two known ones, or reckoned from a column."""
    if any(_of_column(number, column) for column in columns if len(column) > 1):
        return True
    numbers = [other for other in dict.fromkeys(known) if other != number][-2 * _MOST_NUMBERS :]
    held = set(numbers)
    if any(number - first in held or first - number in held or first + number in held for first in numbers):
        return True
    digits = _decimals(number)
    return any(
        _is_product(number, first, second, digits) for first, second in _likely_pairs(number, numbers, digits)
    )


def _likely_pairs(
    number: Decimal, numbers: Sequence[Decimal], digits: int
) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield the pairs of which a number may be a product, as floats have it: all pairs in decimals take 3 ms a number."""
    seconds = sorted((float(second), second) for second in numbers if second)
    places = [place for place, _ in seconds]
    goal = float(number)
    share = (0.5 * 10.0**-digits if digits else 0.0) / abs(goal) if goal else 1.0
    for first in numbers:
        if not first:
            continue
        if share > _MOST_SHARE or not (abs(float(first)) < _MOST_FLOAT and abs(goal) < _MOST_FLOAT):
            yield from ((first, second) for _, second in seconds)
            continue
        for likely in _seconds_for(goal, float(first)):
            slack = _BIT * (1 + abs(likely)) + 2 * share * (100 + abs(likely))
            place = bisect_left(places, likely - slack)
            while place < len(places) and places[place] <= likely + slack:
                yield first, seconds[place][1]
                place += 1


def _seconds_for(goal: float, first: float) -> Sequence[float]:
    """Return what the second number would have to be, for each of the eight results."""
    ratio = goal / first
    percents = 100 * ratio
    return (
        ratio,
        first / goal,
        100 * first / goal,
        percents,
        percents - 100,
        100 - percents,
        ratio - 1,
        1 - ratio,
    )


def _is_product(number: Decimal, first: Decimal, second: Decimal, digits: int) -> bool:
    try:
        results = (first * second, first / second, first / second * _HUNDRED, first * second / _HUNDRED,
                   first * (1 + second / _HUNDRED), first * (1 - second / _HUNDRED), first * (1 + second), first * (1 - second))  # fmt: skip
    except (InvalidOperation, ZeroDivisionError):
        return False
    return any(_is_same(number, result, digits) for result in results)


def _of_column(number: Decimal, column: Sequence[Decimal]) -> bool:
    total, digits = sum(column, Decimal(0)), _decimals(number)
    mean = total / len(column)
    reckoned = (total, mean, mean.to_integral_value(), max(column) - min(column), Decimal(len(column)))
    return any(_is_same(number, result, digits) for result in reckoned)


def _is_same(number: Decimal, result: Decimal, digits: int) -> bool:
    """Whether a result is the number at the precision with which that is written."""
    if not digits:
        return number == result
    return abs(number - result) <= Decimal(1).scaleb(-digits) / 2


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
