"""Attribute values of any type, read as the type one hopes for: text, number, count, JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final, TypeAlias, TypeGuard

import orjson

Json: TypeAlias = Any

_MANY_BRACKETS: Final = 200
"""Fewer than orjson writes, 254, and more than nearly any value has."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_BEYOND_JSON: Final = ("NaN", "Infinity")


def parse_json(value: Json) -> Json:
    """Return the structure written in a JSON text, or the value itself when it holds none.

    A structure nested more than some 250 levels deep stays text: it would overflow the stacks of
    all who walk it.
    """
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        parsed = orjson.loads(value)
        if len(value) > _MANY_BRACKETS and value.count("[") + value.count("{") > _MANY_BRACKETS:
            orjson.dumps(parsed)  # Fails beyond 254 levels; a walk in Python takes ten times as long.
    except (ValueError, TypeError):
        return _parse_beyond_json(value)
    return parsed


def _parse_beyond_json(value: str) -> Json:
    """Read the NaN and Infinity that Python's `json` writes."""
    if len(value) < 2 or not any(word in value for word in _BEYOND_JSON):
        return value
    try:
        parsed = json.loads(value)
        orjson.dumps(parsed)
    except (ValueError, TypeError, RecursionError):
        return value
    return parsed


def parse_text(value: Json) -> Json:
    r"""Return what a text says that may have been written as JSON twice: `"\"gpt-4o\""` is gpt-4o."""
    if isinstance(value, str) and value[:1] == '"':
        try:
            value = orjson.loads(value)
        except ValueError:
            return value
    return parse_json(value)


def is_list(value: Json) -> TypeGuard[Sequence[Json]]:
    """Whether a value is a list of something, not a text."""
    return isinstance(value, (list, tuple))


def as_map(value: Json) -> Mapping[str, Json]:
    """Return the map that a value is, or that its JSON text says; else an empty one."""
    parsed = parse_json(value)
    return parsed if isinstance(parsed, dict) else {}


def as_list(value: Json) -> Sequence[Json]:
    """Return the list that a value is, or that its JSON text says; else an empty one."""
    parsed = parse_json(value)
    return parsed if isinstance(parsed, (list, tuple)) else ()


def first(attributes: Mapping[str, Json], *names: str) -> Json:
    """Return the first of these attributes that holds anything, or None."""
    for name in names:
        value = attributes.get(name)
        if value is not None and value != "":
            return value
    return None


def text(attributes: Mapping[str, Json], *names: str) -> str | None:
    """Return the first of these attributes that holds a text, or a number as text."""
    for name in names:
        value = attributes.get(name)
        if value is None:
            continue
        if isinstance(value, str):
            if value:
                return value
        elif isinstance(value, (int, float)):
            return str(value)
    return None


def number(attributes: Mapping[str, Json], *names: str) -> float | None:
    """Return the first of these attributes that is a finite number, also one written as text."""
    for name in names:
        value = attributes.get(name)
        if value is None:
            continue
        if type(value) is int:
            return value
        if isinstance(value, str):
            value = _number_of(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and _is_finite(value):
            return value
    return None


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # An integer beyond the range of floats.
        return False


def _number_of(value: str) -> float | None:
    try:
        return float(value) if len(value) < 30 else None
    except ValueError:
        return None


def count(attributes: Mapping[str, Json], *names: str) -> int | None:
    """Return the first of these attributes that is a number from 0, as an integer."""
    for name in names:
        value = attributes.get(name)
        if value is None:
            continue
        if type(value) is int:
            return value if value >= 0 else None
        found = number(attributes, name)
        if found is not None:
            return int(found) if found >= 0 else None
    return None


def moment_ns(value: Json) -> int | None:
    """Return the moment that a text in the form of ISO 8601 tells, in nanoseconds since the epoch."""
    if not isinstance(value, str) or not _MOMENT.match(value):
        return None
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))  # 3.10 does not know Z.
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000


def added(*counts: int | None) -> int | None:
    """Add the counts that are known; None when none is."""
    known = [item for item in counts if item is not None]
    return sum(known) if known else None
