"""Shapes: what came out of a step in words: all of it where it is short, else how much of what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agent_inspector.query.sentences.words import code, counted, plain, quoted
from agent_inspector.store import SpanRow

_SHORT: Final = 60
"""Characters of a result that a sentence has room for."""
_MOST_KEYS: Final = 3


def result_in_words(row: SpanRow) -> str:
    """Say what a step brought; of steps that were stored without a shape, the first words."""
    result, shape = row.facts.get("output"), row.facts.get("shape")
    if not isinstance(shape, Mapping):
        return quoted(result) if result else "nothing"
    length, of = int(shape.get("length") or 0), shape.get("of")
    count = shape.get("count")
    if (
        isinstance(count, int)
        and isinstance(of, str)
        and (not count or length > _SHORT or row.kind == "retrieval")
    ):
        return _counted(count, of, length, shape)
    if length <= _SHORT or shape.get("failed"):
        return quoted(result) if result else "nothing"
    keys = shape.get("keys")
    if isinstance(keys, list) and keys:
        shown = ", ".join(map(str, keys[:_MOST_KEYS])) + (", …" if len(keys) > _MOST_KEYS else "")
        return f"{code('{' + shown + '}')}, {length:,} characters"
    return f"{length:,} characters: {quoted(result)}" if result else f"{length:,} characters"


def is_nothing(row: SpanRow) -> bool:
    """Whether a step brought nothing, or a list of nothing."""
    shape = row.facts.get("shape")
    return not row.facts.get("output") or (isinstance(shape, Mapping) and shape.get("count") == 0)


def _counted(count: int, of: str, length: int, shape: Mapping[str, Any]) -> str:
    if not count and of == "items":
        return "an empty list"
    things = counted(count, plain(of).replace("_", " "))
    best = shape.get("best")
    if isinstance(best, (int, float)):
        return f"{things}, best {best:.2f}"
    return f"{things}, {length:,} characters" if count else things
