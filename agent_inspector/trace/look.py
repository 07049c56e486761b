"""Look: a glance over a value's containers, in tens of nanoseconds an item, before it is copied as a whole."""

from __future__ import annotations

from typing import Any, Final

MAX_BYTES: Final = 2 * 2**20
"""Longest JSON text kept of one value; what is cut is said in its place."""
MAX_NODES: Final = 100_000
"""Most members of one value that are kept."""
_LONGEST, _MOST, _DEEPEST = 1000, 10_000, 4
"""Containers that are longer, or more in a level, or deeper are not looked into: the copy's own bounds hold."""


def levels(value: dict[Any, Any] | list[Any]) -> int:
    """Return how many levels of dicts, lists and tuples these are, counted to _DEEPEST.

    Raises:
        ValueError: a text or a container in there is so long that copying all at once would take tens of
            milliseconds.
    """
    level: list[Any] = [value]
    for depth in range(_DEEPEST + 1):
        below = _inside(level)
        if below is None:
            return depth
        if len(below) > _MOST:
            break
        level = below
    return _DEEPEST


def _inside(level: list[Any]) -> list[Any] | None:
    """Return what the containers among these hold; None where none is a container."""
    below: list[Any] = []
    is_deeper = False
    for item in level:
        # type(), not isinstance(): that one asks the object for its __class__, which is user code.
        kind = type(item)
        if kind is str:
            if len(item) > MAX_BYTES:
                raise ValueError("a huge text")
        elif kind is dict or kind is list or kind is tuple:
            is_deeper = True
            if len(item) <= _LONGEST:
                # At once and in C, so that no other thread can change it meanwhile.
                below.extend(item.values() if kind is dict else item)
            elif len(item) > MAX_NODES:
                raise ValueError("too many members")
    return below if is_deeper else None
