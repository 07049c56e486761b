"""Fields of an exported document, each checked to be what it has to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

from agent_inspector.errors import ImportRefused

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_RUN_ID: Final = re.compile(r"[0-9a-f]{32}")
_STEP_ID: Final = re.compile(r"[0-9a-f]{16}")
_LATEST_MS: Final = 9_000_000_000_000
_NS_PER_MS: Final = 1_000_000
_SHOWN: Final = 40

Fields = Mapping[str, Any]


def read_object(value: Any, what: str) -> Fields:
    """Return an object."""
    if not isinstance(value, dict):
        raise ImportRefused(f"The file is not an export of runs: {what} is not an object.")
    return value


def read_part(fields: Fields, name: str) -> Fields:
    """Return an object that is part of another one; empty where there is none."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def read_run_id(value: Any) -> str:
    """Return a run's id; the original wrote UUIDs."""
    text = value if isinstance(value, str) else ""
    if _UUID.fullmatch(text):
        text = text.replace("-", "")
    if not _RUN_ID.fullmatch(text) or not text.strip("0"):
        raise ImportRefused(f"The file is refused: {_shown(value)} is not the id of a run.")
    return text


def read_step_id(value: Any) -> str:
    """Return a step's id; for a UUID, always the same one."""
    text = value if isinstance(value, str) else ""
    if _UUID.fullmatch(text):
        return blake2b(text.encode(), digest_size=8).hexdigest()
    if not _STEP_ID.fullmatch(text) or not text.strip("0"):
        raise ImportRefused(f"The file is refused: {_shown(value)} is not the id of a step.")
    return text


def read_time_ns(value: Any) -> int:
    """Return a time that is given in milliseconds."""
    if not _is_number(value) or not 0 <= value <= _LATEST_MS:
        raise ImportRefused(f"The file is refused: {_shown(value)} is not a time in milliseconds.")
    time_ns: int = round(value * _NS_PER_MS)
    return time_ns


def read_duration_ns(value: Any) -> int | None:
    """Return a duration that is given in milliseconds."""
    return None if value is None else read_time_ns(value)


def read_text(fields: Fields, name: str) -> str | None:
    """Return a text; None where there is none."""
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def read_number(fields: Fields, *names: str) -> float | int | None:
    """Return the first of these that is a number."""
    return next((fields[name] for name in names if _is_number(fields.get(name))), None)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
