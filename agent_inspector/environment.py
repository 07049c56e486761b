"""How text of an environment variable becomes the value of a setting.

Each parser takes the text and returns the value, or raises ValueError with words that complete the
sentence "TRACE_X='...' is not ...".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar

T = TypeVar("T")
Parser: TypeAlias = Callable[[str], T]

_TRUE: Final = {"1", "true", "yes", "on"}
_FALSE: Final = {"0", "false", "no", "off", ""}
# Commas inside {..}, [..] or (..) belong to a regular expression: \d{3,4} is one pattern.
_LIST_ITEM: Final = re.compile(r"(?:\\.|\{[^}]*\}|\[(?:\\.|[^\]\\])*\]|\((?:\\.|[^)\\])*\)|[^,])+")


def parse_switch(text: str) -> bool:
    """Read true/false, 1/0, yes/no or on/off."""
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError("one of true, false, 1, 0, yes, no, on, off")


def parse_text(text: str) -> str:
    """Take any text that is not blank."""
    if not text.strip():
        raise ValueError("a non-empty text")
    return text


def parse_list(text: str) -> list[str]:
    """Read a comma-separated list, or a JSON list of texts; commas inside brackets do not separate."""
    if text.lstrip().startswith('["'):
        items = json.loads(text)
        if not all(isinstance(item, str) for item in items):
            raise ValueError("a list of texts")
        return list(items)
    return [item.strip() for item in _LIST_ITEM.findall(text) if item.strip()]


def parse_number(lowest: float, highest: float) -> Parser[float]:
    """Make a parser of numbers within these bounds, both included."""

    def parse(text: str) -> float:
        problem = f"a number between {lowest:g} and {highest:g}"
        try:
            value = float(text)
        except ValueError:
            raise ValueError(problem) from None
        if not lowest <= value <= highest:  # also catches NaN
            raise ValueError(problem)
        return value

    return parse


def parse_whole(lowest: int, highest: int = 2**63 - 1) -> Parser[int]:
    """Make a parser of whole numbers within these bounds, both included."""

    def parse(text: str) -> int:
        limit = f"between {lowest} and {highest}" if highest < 2**63 - 1 else f"of at least {lowest}"
        try:
            value = int(text)
        except ValueError:
            raise ValueError(f"a whole number {limit}") from None
        if not lowest <= value <= highest:
            raise ValueError(f"a whole number {limit}")
        return value

    return parse


def parse_optional_whole(lowest: int) -> Parser[int | None]:
    """Make a parser of whole numbers, in which an empty text and 0 mean None."""
    parse = parse_whole(lowest)
    return lambda text: None if text.strip() in {"", "0"} else parse(text)


def parse_choice(*choices: str) -> Parser[str]:
    """Make a parser that accepts one of these words, in any case."""
    by_lower = {choice.lower(): choice for choice in choices}

    def parse(text: str) -> str:
        try:
            return by_lower[text.strip().lower()]
        except KeyError:
            raise ValueError(f"one of {', '.join(choices)}") from None

    return parse
