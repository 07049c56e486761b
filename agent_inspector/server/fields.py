"""`fields=`: of each value of a list only what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any


def pattern_of(shape: type[Any]) -> str:
    """Return the pattern of a list of names of this shape's fields, with commas between."""
    name = "|".join(field.name for field in fields(shape))
    return f"^({name})(,({name}))*$"


def only_fields(values: Sequence[Any], names: str | None) -> Sequence[Any]:
    """Return the values, or of each a mapping of the named fields."""
    if names is None:
        return values
    wanted = names.split(",")
    return [_picked(value, wanted) for value in values]


def _picked(value: Any, wanted: Sequence[str]) -> Mapping[str, Any]:
    return {name: getattr(value, name) for name in wanted}
