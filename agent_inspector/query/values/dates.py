"""Dates: the day that a text names, in any of its usual forms."""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        1,
    )
    for name in names.split()
}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
DATE: Final = (
    r"(?<![\w-])\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])"
    rf"|(?<!\w)(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?(?!\w)"
    rf"|(?<!\w)\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?:{_MONTH})(?:\.?,?\s+\d{{4}})?(?!\w)"
    r"|(?<![\w./-])\d{1,4}[./]\d{1,2}[./]\d{2,4}(?![\w/-])"
)
"""A pattern to be matched without regard to case."""
_ISO: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?")
_NUMBERS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[a-z]+", re.IGNORECASE)


def date_keys(text: str) -> list[str]:
    """Return the keys of a date: its time, its day, and its day without the year; two where day and month may be swapped."""
    iso = _ISO.match(text)
    if iso:
        year, month, day, time = iso.groups()
        days = _day_keys(int(year), int(month), int(day))
        return [f"t:{year}-{month}-{day} {time}", *days] if time else days
    numbers = [int(number) for number in _NUMBERS.findall(text)]
    month_word = next(
        (_MONTHS[word.lower()] for word in _WORD.findall(text) if word.lower() in _MONTHS), None
    )
    if month_word is not None:
        year_number = next((number for number in numbers if number > 31), None)
        day_number = next((number for number in numbers if number <= 31), None)
        return _day_keys(year_number, month_word, day_number) if day_number else []
    return _from_numbers(numbers)


def _from_numbers(numbers: list[int]) -> list[str]:
    if len(numbers) != 3:
        return []
    first, second, third = numbers
    if first > 31:
        return _day_keys(first, second, third)
    year = third if third > 99 else 2000 + third
    return _day_keys(year, second, first) + _day_keys(year, first, second)


def _day_keys(year: int | None, month: int, day: int) -> list[str]:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return []
    without_year = f"d:--{month:02}-{day:02}"
    return [without_year] if year is None else [f"d:{year}-{month:02}-{day:02}", without_year]
