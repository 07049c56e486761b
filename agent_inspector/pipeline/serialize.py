"""Serialize: a JSON-like value to bytes and back, exactly; alone owns what plain JSON cannot say.

Bytes, NaN and infinities, integers beyond 64 bits, keys that are not text and lone surrogates are
written as a tagged object, `{"$agent_inspector": [kind, value]}`. Everything else is plain JSON.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from agent_inspector.errors import StoreError
from agent_inspector.model import Json

TAG: Final = "$agent_inspector"
_TAG_IN_JSON: Final = f'"{TAG}"'.encode()
_INT_RANGE: Final = (-(2**63), 2**64 - 1)


def serialize(value: Json) -> bytes:
    """Write a JSON-like value as bytes; tuples become lists, and unknown objects their type's name.

    Raises:
        StoreError: the value is nested too deeply, or contains itself.
    """
    try:
        data = orjson.dumps(value)
    except TypeError:  # orjson.JSONEncodeError: something that plain JSON cannot say
        return _dump_tagged(value)
    # orjson writes NaN as null, and does not know our tag.
    if (b"null" in data and _holds_nonfinite(value)) or _TAG_IN_JSON in data:
        return _dump_tagged(value)
    return data


def deserialize(data: bytes) -> Json:
    """Read what `serialize` wrote.

    Raises:
        StoreError: the bytes are not JSON.
    """
    try:
        value = orjson.loads(data)
        return _untag(value) if _TAG_IN_JSON in data else value
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StoreError("The stored content is damaged: it is not the JSON that was written.") from error


def _dump_tagged(value: Json) -> bytes:
    try:
        return orjson.dumps(_tag(value))
    except (RecursionError, TypeError) as error:
        raise StoreError("The content cannot be stored: it is nested too deeply.") from error


def _holds_nonfinite(value: Json) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, float):
            if not math.isfinite(item):
                return True
        elif isinstance(item, Mapping):
            pending.extend(item.values())
        elif isinstance(item, (list, tuple)):
            pending.extend(item)
    return False


def _tag(value: Json) -> Json:
    if value is None or isinstance(value, bool):
        return value
    for types, tag in _TAGGERS:
        if isinstance(value, types):
            return tag(value)
    return f"<{type(value).__module__}.{type(value).__qualname__}>"


def _tag_text(text: str) -> Json:
    try:
        text.encode()
    except UnicodeEncodeError:
        return {TAG: ["text", _base64(text.encode("utf-8", "surrogatepass"))]}
    return text


def _tag_int(number: int) -> Json:
    lowest, highest = _INT_RANGE
    # Hexadecimal, because Python refuses to write decimals of more than 4,300 digits.
    return number if lowest <= number <= highest else {TAG: ["int", hex(number)]}


def _tag_float(number: float) -> Json:
    return number if math.isfinite(number) else {TAG: ["float", repr(number)]}


def _tag_bytes(data: bytes | bytearray) -> Json:
    return {TAG: ["bytes", _base64(data)]}


def _tag_mapping(mapping: Mapping[Any, Json]) -> Json:
    if TAG not in mapping and all(isinstance(key, str) and _tag_text(key) is key for key in mapping):
        return {key: _tag(item) for key, item in mapping.items()}
    return {TAG: ["object", [[_tag(key), _tag(item)] for key, item in mapping.items()]]}


def _tag_sequence(items: Sequence[Json]) -> Json:
    return [_tag(item) for item in items]


def _base64(data: bytes | bytearray) -> str:
    return base64.b64encode(data).decode("ascii")


_TAGGERS: Final[Sequence[tuple[Any, Callable[[Any], Json]]]] = (
    (str, _tag_text),
    (int, _tag_int),
    (float, _tag_float),
    ((bytes, bytearray), _tag_bytes),
    (Mapping, _tag_mapping),
    (Sequence, _tag_sequence),
    ((set, frozenset), lambda items: _tag_sequence(list(items))),
)


def _untag(value: Json) -> Json:
    if isinstance(value, list):
        return [_untag(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {key: _untag(item) for key, item in value.items()}
    kind, content = value[TAG]
    return _UNTAGGERS[kind](content)


_UNTAGGERS: Final[Mapping[str, Callable[[Any], Json]]] = {
    "text": lambda content: base64.b64decode(content).decode("utf-8", "surrogatepass"),
    "int": lambda content: int(content, 16),
    "float": float,
    "bytes": base64.b64decode,
    "object": lambda pairs: {_untag(key): _untag(item) for key, item in pairs},
}
