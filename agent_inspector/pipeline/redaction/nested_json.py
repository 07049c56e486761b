"""JSON inside a string: read it, and write it back in the same style."""

from __future__ import annotations

import json
import re
from typing import Final

import orjson

from agent_inspector.model import Json

_OPENINGS: Final = ("{", "[", '"')
_INDENT: Final = re.compile(r"\s*[\[{]\r?\n([ \t]+)")


def may_be_json(text: str) -> bool:
    """Tell whether the text begins as a JSON container or string does."""
    head = text[:1]
    return head in _OPENINGS if not head.isspace() else text.lstrip()[:1] in _OPENINGS


def read_json(text: str) -> Json:
    """Return the value that the whole text is, large integers as floats; None when it is no JSON container or string."""
    try:
        value = orjson.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, (dict, list, str)) else None


def parse_json(text: str) -> Json:
    """Return exactly the value that the whole text is; None when it is no JSON container or string."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, (dict, list, str)) else None


def write_json(value: Json, *, like: str) -> str:
    """Write a value with the indentation, spacing and escapes of this text."""
    indent = _INDENT.match(like)
    compact = '": ' not in like and '", ' not in like
    separators = None if indent or not compact else (",", ":")
    return json.dumps(
        value, indent=indent[1] if indent else None, separators=separators, ensure_ascii=like.isascii()
    )
