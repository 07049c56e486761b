"""How any value becomes JSON for a person or a program to read: the one writer behind the API and the CLI."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

import orjson

from agent_inspector.model import Json

_LONGEST_INT_BITS: Final = 4096
"""Python refuses to write integers of more than 4,300 decimal digits."""


def to_json(value: Any, *, indent: bool = False, sort_keys: bool = False) -> bytes:
    """Write a value as JSON, dataclasses field by field; whatever a trace holds, this does not fail on it.

    NaN and infinities become null, bytes base64. orjson refuses lone surrogates, integers beyond 64 bits
    and nesting beyond 254 levels; the standard library writes them.
    """
    options = orjson.OPT_NON_STR_KEYS | (orjson.OPT_INDENT_2 if indent else 0)
    options |= orjson.OPT_SORT_KEYS if sort_keys else 0
    try:
        return orjson.dumps(value, default=_plain, option=options)
    except TypeError:
        plain = _all_plain(value)
        return json.dumps(plain, indent=2 if indent else None, sort_keys=sort_keys).encode("ascii")


def _plain(value: object) -> Json:
    if isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    return str(value)


def _all_plain(value: object) -> Json:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= _LONGEST_INT_BITS else hex(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _all_plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_all_plain(part) for part in value]
    return _all_plain(_plain(value))
