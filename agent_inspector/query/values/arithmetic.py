"""Arithmetic: whether a number follows from other numbers by one step of reckoning."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

_MOST_NUMBERS: Final = 12
"""With more numbers at hand, nearly every number follows from some two of them."""
_HUNDRED: Final = Decimal(100)


def follows(number: Decimal, known: Sequence[Decimal], columns: Sequence[Sequence[Decimal]]) -> bool:
    """Whether a number is a sum, difference, product, quotient or share of two known ones, or reckoned from a column."""
    if any(_of_column(number, column) for column in columns if len(column) > 1):
        return True
    numbers = [other for other in dict.fromkeys(known) if other != number][-2 * _MOST_NUMBERS :]
    held = set(numbers)
    for first in numbers:
        if number - first in held or first - number in held or first + number in held:
            return True
        if first and _is_product(number, first, held, numbers):
            return True
    return False


def _is_product(number: Decimal, first: Decimal, held: set[Decimal], numbers: Sequence[Decimal]) -> bool:
    digits = _decimals(number)
    for second in numbers:
        if not second:
            continue
        try:
            results = (first * second, first / second, first / second * _HUNDRED, first * second / _HUNDRED,
                       first * (1 + second / _HUNDRED), first * (1 - second / _HUNDRED), first * (1 + second), first * (1 - second))  # fmt: skip
        except (InvalidOperation, ZeroDivisionError):
            continue
        if any(_is_same(number, result, digits) for result in results):
            return True
    return False


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
