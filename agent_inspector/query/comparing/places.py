"""Places: JSON pointers (RFC 6901) to the first thing that differs between two JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent_inspector.model import Json

_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Place:
    """Where two values differ first, and what stands there."""

    pointer: str
    a: Json
    b: Json


def first_place(a: Json, b: Json, pointer: str = "") -> Place | None:
    """Return the first place where the values differ, going by the order of A; None where they are equal."""
    while True:
        found = _step_in(a, b)
        if found is None:
            return None if a == b and type(a) is type(b) else Place(pointer, a, b)
        name, a, b = found
        if name is None:
            return None
        pointer = f"{pointer}/{escape(name)}"
        if a is _MISSING or b is _MISSING:
            return Place(pointer, None if a is _MISSING else a, None if b is _MISSING else b)


def escape(name: str) -> str:
    """Write a name as a part of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _step_in(a: Json, b: Json) -> tuple[str | None, Json, Json] | None:
    """Return the first member that differs; None where the values have no members to compare."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        names = [*a, *(name for name in b if name not in a)]
        pairs = ((str(name), a.get(name, _MISSING), b.get(name, _MISSING)) for name in names)
    elif _is_list(a) and _is_list(b):
        longest = max(len(a), len(b))
        pairs = ((str(at), _item(a, at), _item(b, at)) for at in range(longest))
    else:
        return None
    return next((pair for pair in pairs if pair[1] is _MISSING or pair[1] != pair[2]), (None, None, None))


def _item(values: Sequence[Json], at: int) -> Json:
    return values[at] if at < len(values) else _MISSING


def _is_list(value: Json) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
