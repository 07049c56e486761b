"""`fields=`: of each value of a list only what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from agent_inspector.query import QueryError


def check_fields(names: str | None, shape: type[Any]) -> Sequence[str] | None:
    """Return the names of the fields that are wanted; None for all.

    Raises:
        QueryError: the shape has no such field.
    """
    if names is None:
        return None
    known = [field.name for field in fields(shape)]
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise QueryError(f"{shape.__name__} has no field {name!r}; it has {', '.join(known)}.")
    return wanted


def only_fields(values: Sequence[Any], wanted: Sequence[str] | None) -> Sequence[Any]:
    """Return the values, or of each a mapping of the wanted fields."""
    if wanted is None:
        return values
    return [_picked(value, wanted) for value in values]


def _picked(value: Any, wanted: Sequence[str]) -> Mapping[str, Any]:
    return {name: getattr(value, name) for name in wanted}
