"""Values as plain JSON: what was recorded may hold bytes, NaN or broken text, which no JSON can say."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Final

from agent_inspector.model import Json

_SAFE_INT: Final = 2**63
_DEEPEST: Final = 200
"""Readers of JSON commonly refuse to go deeper than a few hundred levels."""


def to_json(value: Json, depth: int = 0) -> Json:
    """Return the value with bytes as base64, odd numbers as text, and text that UTF-8 can write."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {clean_text(str(key)): to_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (Sequence, set, frozenset)):
        return [to_json(item, depth + 1) for item in value]
    return clean_text(str(value))


def clean_text(text: str) -> str:
    r"""Write lone surrogates as `\udXXX`."""
    return text.encode("utf-8", "backslashreplace").decode()


def _number(value: int | float) -> Json:
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value if -_SAFE_INT <= value < _SAFE_INT else hex(value)
