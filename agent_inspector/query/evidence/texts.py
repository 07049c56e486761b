"""Texts: values of steps as text, and where in a step each piece of text stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import orjson

from agent_inspector.model import Json

_LOOSE: Final = re.compile(r"[\s\"'\\]+")
_WORDS_OF_JSON: Final = {"none": "null"}
_DEEPEST: Final = 100
_SCALARS: Final = {str, int, float, bool}
_QUOTE: Final = 200


def as_text(value: Json) -> str:
    """Return a text as it is, anything else as compact JSON; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # Something that JSON proper cannot say.
        return _as_text(value)


def _as_text(value: Json) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    except (ValueError, TypeError, RecursionError):
        return str(type(value))


def loose(text: str) -> str:
    """Return a text without what differs between JSON, Python and indented forms of one value."""
    bare = _LOOSE.sub("", text).lower()
    return bare.replace("none", "null") if "none" in bare else bare


def quote(value: Json, longest: int = _QUOTE) -> str | None:
    """Return the words of a value on one line, cut to what an evidence may quote; None for nothing."""
    if value is None or value == "":
        return None
    text = as_text(value)
    line = " ".join(text[: longest * 4].split())
    line = line if len(line) <= longest else line[: longest - 1] + "…"
    return line.encode("utf-8", "backslashreplace").decode()


def leaves(value: Json, place: str = "", depth: int = 0) -> Iterator[tuple[str, Json]]:
    """Yield the scalars in a value with their JSON pointers."""
    if depth > _DEEPEST:
        return
    if isinstance(value, (dict, Mapping)):
        for key, item in value.items():
            inner = f"{place}/{pointer_token(str(key))}"
            if type(item) in _SCALARS:  # A generator for each of them would take most of the time.
                yield inner, item
            else:
                yield from leaves(item, inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from leaves(item, f"{place}/{index}", depth + 1)
    elif value is not None:
        yield place, value


def pointer_token(key: str) -> str:
    """Write a key as RFC 6901 has it."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def words_in(messages: Sequence[Json]) -> str:
    """Return all words of the text parts of messages."""
    found: list[str] = []
    for message in messages:
        parts = message.get("parts") if isinstance(message, (dict, Mapping)) else None
        for part in parts if isinstance(parts, (list, tuple)) else ():
            if (
                isinstance(part, (dict, Mapping))
                and part.get("type") == "text"
                and isinstance(part.get("content"), str)
            ):
                found.append(part["content"])
    return "\n".join(found)
