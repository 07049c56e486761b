"""Shapes: how much of what came out of a step, for a line that does not hold all of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from otel_bridge.dialects.reading import Json, Shape, StepKind
from otel_bridge.dialects.values import is_list, parse_json

_NOUNS: Final[Mapping[StepKind, str]] = {"retrieval": "passages", "memory": "records"}
SHAPED: Final = frozenset({"tool", "retrieval", "memory"})
_SAYS_NOTHING: Final = {"data", "content", "value", "values", "output", "list", "response", "body"}
"""Names of lists that do not tell what is in them."""
_SCORES: Final = ("score", "relevance_score", "similarity")
_FAILURES: Final = ("error", "errors", "exception")
_BESIDE: Final = 40
"""Characters of a text that may stand beside a list which is what matters."""
_MOST_KEYS: Final = 4
_LONGEST_NAME: Final = 30


def shape_of(written: Json, whole: Json, kind: StepKind) -> Shape | None:
    """Return the shape of what came out, as it was written and with its JSON parsed; None where nothing did."""
    if written is None or written == "":
        return None
    inner = _within(whole, kind)
    value = whole if inner is None else parse_json(inner)
    length = _length(written if inner is None else inner)
    if is_list(value):
        noun = "items" if inner is not None else _NOUNS.get(kind, "items")
        return Shape(length, len(value), noun, best=_best(value))
    if not isinstance(value, dict):
        return Shape(length)
    failed = any(value.get(name) for name in _FAILURES)
    name = None if failed else _what_matters(value)
    if name is not None:
        return Shape(length, len(value[name]), "items" if name in _SAYS_NOTHING else name[:_LONGEST_NAME])
    keys = tuple(str(key)[:_LONGEST_NAME] for key in list(value)[:_MOST_KEYS])
    return Shape(length, keys=keys, failed=failed)


def _within(value: Json, kind: StepKind) -> Json:
    """Return what the parts of an MCP result, or the one record of a memory, hold; None where there are none."""
    parts = value.get("content") if isinstance(value, dict) else value
    if not is_list(parts) or not parts or not all(isinstance(part, dict) for part in parts):
        return None
    if all(part.get("type") == "text" and isinstance(part.get("text"), str) for part in parts):
        return "\n".join(part["text"] for part in parts)
    return parts[0].get("content") if kind == "memory" and len(parts) == 1 else None


def _length(written: Json) -> int:
    if isinstance(written, str):
        return len(written)
    try:
        return len(orjson.dumps(written, default=str, option=orjson.OPT_NON_STR_KEYS).decode())
    except (TypeError, ValueError):
        return len(str(written))


def _what_matters(value: Mapping[str, Json]) -> str | None:
    """Return the name of the only list in a map, if all beside it is short."""
    lists = [name for name, inner in value.items() if is_list(inner)]
    if len(lists) != 1 or not isinstance(lists[0], str):
        return None
    beside = (inner for name, inner in value.items() if name != lists[0])
    return lists[0] if all(_is_short(inner) for inner in beside) else None


def _is_short(value: Json) -> bool:
    return not isinstance(value, dict) and not (isinstance(value, str) and len(value) > _BESIDE)


def _best(items: Sequence[Json]) -> float | None:
    """Return the highest score of what was found, where each has one."""
    scores = list[float]()
    for item in items:
        score = _score(item)
        if score is None:
            return None
        scores.append(score)
    return max(scores, default=None)


def _score(item: Json) -> float | None:
    found = next((item[name] for name in _SCORES if name in item), None) if isinstance(item, dict) else None
    return found if isinstance(found, (int, float)) and math.isfinite(found) else None
