"""Values in OTLP's JSON form: numbers that may be texts, hex ids, enum names, and AnyValue."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from otel_bridge.otlp.fields import MAX_DEPTH, TOO_DEEP
from otel_bridge.otlp.problems import BadRecord, MalformedBody
from otel_bridge.record import AttributeValue

Json: TypeAlias = Any

_HEX: Final = frozenset("0123456789abcdefABCDEF")
_INT_64: Final = range(-(2**63), 2**64)
_LONGEST_NUMBER: Final = 40


def read_groups(owner: Mapping[str, Json], name: str) -> Sequence[Mapping[str, Json]]:
    """Return the list of objects that a request is made of.

    Raises:
        MalformedBody: it is something else.
    """
    value = owner.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise MalformedBody(f"The body is not an OTLP request: {name} is not a list of objects.")
    return value


def read_objects(owner: Mapping[str, Json], name: str) -> Sequence[Mapping[str, Json]]:
    """Return the objects of a list; whatever else there is, is left out."""
    value = owner.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else ()


def read_map(owner: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """Return an object, empty where it is missing or something else."""
    value = owner.get(name)
    return value if isinstance(value, dict) else {}


def read_text(owner: Mapping[str, Json], name: str) -> str:
    """Return a text, empty where it is missing or something else."""
    value = owner.get(name)
    return value if isinstance(value, str) else ""


def read_number(owner: Mapping[str, Json], name: str) -> int:
    """Return an integer, which may be written as a text; 0 where it is missing.

    Raises:
        BadRecord: it is something else.
    """
    value = owner.get(name)
    if value is None or value == "":
        return 0
    number = _integer(value)
    if number is None or number < 0:
        raise BadRecord(f"its {name} is not an unsigned 64-bit number")
    return number


def read_enum(owner: Mapping[str, Json], name: str, numbers: Mapping[str, int]) -> int:
    """Return the number of an enum value, written as number or name; 0 for anything else."""
    value = owner.get(name)
    if isinstance(value, int):
        return value
    return numbers.get(value, 0) if isinstance(value, str) else 0


def read_id(owner: Mapping[str, Json], name: str, length: int) -> str | None:
    """Return an id in lower case, or None where it is missing, malformed or all zero."""
    value = owner.get(name)
    if not isinstance(value, str) or len(value) != length or not _HEX.issuperset(value):
        return None
    return value.lower() if value.strip("0") else None


def read_attributes(pairs: Json) -> dict[str, AttributeValue]:
    """Return a list of key and value pairs as a dict; pairs without a key are left out."""
    read: dict[str, AttributeValue] = {}
    if not isinstance(pairs, list):
        return read
    for pair in pairs:
        key = pair.get("key") if isinstance(pair, dict) else None
        if isinstance(key, str):
            value = pair.get("value")
            # The commonest type is read here, without a call.
            text = value.get("stringValue") if isinstance(value, dict) else None
            read[key] = text if isinstance(text, str) else read_value(value)
    return read


def read_value(value: Json, depth: int = MAX_DEPTH) -> AttributeValue:
    """Return an AnyValue; one of a wrong form is None, or kept as text where it is a number."""
    if not isinstance(value, dict):
        return None
    for name, content in value.items():
        if name in _SCALARS:
            return _SCALARS[name](content)
        if name == "arrayValue" or name == "kvlistValue":
            return _nested(name, content, depth)
    return None


def _nested(name: str, content: Json, depth: int) -> AttributeValue:
    values = content.get("values") if isinstance(content, dict) else None
    if not depth:
        return TOO_DEEP
    items = values if isinstance(values, list) else ()
    if name == "arrayValue":
        return tuple(read_value(item, depth - 1) for item in items)
    return {
        item["key"]: read_value(item.get("value"), depth - 1)
        for item in items
        if isinstance(item, dict) and isinstance(item.get("key"), str)
    }


def _integer(value: Json) -> int | None:
    """Read an integer as protobuf's JSON form allows: a number or a text, of 64 bits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = _number_of(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and value in _INT_64 else None


def _number_of(text: str) -> int | float | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return None


def _string_value(value: Json) -> AttributeValue:
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else None


def _bool_value(value: Json) -> AttributeValue:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def _int_value(value: Json) -> AttributeValue:
    number = _integer(value)
    return number if number is not None else _string_value(value)


def _double_value(value: Json) -> AttributeValue:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _float(value)
    number = _number_of(value) if isinstance(value, str) else None
    return _float(number) if number is not None else _string_value(value)


def _float(number: int | float) -> AttributeValue:
    try:
        return float(number)
    except OverflowError:
        return str(number)


def _bytes_value(value: Json) -> AttributeValue:
    """Decode base64 in either alphabet, with or without padding; what is neither stays text."""
    if not isinstance(value, str):
        return None
    standard = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return value


_SCALARS: Final = {
    "stringValue": _string_value,
    "boolValue": _bool_value,
    "intValue": _int_value,
    "doubleValue": _double_value,
    "bytesValue": _bytes_value,
}
