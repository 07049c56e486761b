"""Freeze: any value of the traced program as JSON text, at once and without ever running its code.

The value is copied in the caller's thread, so that later changes to it cannot change the record. No
`repr`, `str`, `deepcopy` or property of a user's class is called: they may raise, hang or lie.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import itertools
import marshal
import pathlib
import time
import uuid
from collections.abc import Callable, Mapping
from types import MemberDescriptorType
from typing import Any, Final

import orjson

from agent_inspector.trace.look import MAX_BYTES, MAX_NODES, levels

MAX_DEPTH: Final = 32
MAX_SECONDS: Final = 0.02
"""Longest processor time spent on a value that the fast path cannot take."""
_BIG_INT_BITS: Final = 63
_PRINTABLE_INT_BITS: Final = 4096
_CLOCK_EVERY: Final = 512
_LARGEST_MARSHALLED: Final = 4 * MAX_BYTES
"""Whatever takes more than this takes more than MAX_BYTES as JSON."""


def freeze(value: object) -> str:
    """Return the value as JSON text of at most about MAX_BYTES; raises nothing."""
    kind = type(value)
    if kind is str and len(value) > MAX_BYTES:  # type: ignore[arg-type]  # as its type says
        return orjson.dumps(_Walker().walk(value, 0)).decode()
    try:
        if kind is dict or kind is list:
            levels(value)  # type: ignore[arg-type]  # as its type says
        # marshal takes plain values only, and is faster than orjson, which runs the code of enum members
        # and time zones, and of which version 3.13 takes the process down when that code raises.
        if len(marshal.dumps(value)) <= _LARGEST_MARSHALLED:  # type: ignore[arg-type]  # it says so itself
            text = _encode(value)
            if len(text) <= MAX_BYTES:
                return text.decode()
    except (TypeError, ValueError, RecursionError):
        pass
    return _freeze_slowly(value)


def freeze_all(values: list[Any]) -> tuple[list[str], int | None]:
    """Return each value as `freeze` does, and how many levels of containers they are, the list of them included.

    Those are looked at once, together. None where they are not small and of plain types through and through.
    """
    try:
        depth = levels(values)
        if len(marshal.dumps(values)) <= MAX_BYTES // 2:
            return _encode_all(values), depth
    except (TypeError, ValueError, RecursionError):
        pass
    return [freeze(value) for value in values], None


def freeze_own(value: object) -> str:
    """Return as JSON text what this package made of plain types and of texts within MAX_BYTES."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half a surrogate pair
        return _freeze_slowly(value)


def _encode(value: object) -> bytes:
    """Return plain values as JSON; names that are no texts, which are rare, take twice the time."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)


def _encode_all(values: list[Any]) -> list[str]:
    try:
        return [orjson.dumps(value).decode() for value in values]
    except TypeError:
        return [_encode(value).decode() for value in values]


def freeze_content(value: object) -> str:
    """Return a text as it is and anything else as JSON text; raises nothing."""
    return safe_text(value, MAX_BYTES) if type(value) is str else freeze(value)


def safe_text(value: object, limit: int = 1000) -> str:
    """Return a short text for any value that should have been one; raises nothing."""
    if type(value) is str:
        text: str = value
    else:
        plain = _Walker().walk(value, 0)
        text = plain if isinstance(plain, str) else orjson.dumps(plain).decode()
    if len(text) > limit:
        text = f"{text[:limit]}… [{len(text) - limit} more characters]"
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def is_true(value: object) -> bool:
    """Return the truth of a plain value; any other one could run code to tell it, and is taken for true."""
    return bool(value) if value is None or type(value) in (bool, int, float, str) else True


def _freeze_slowly(value: object) -> str:
    try:
        return orjson.dumps(_Walker().walk(value, 0)).decode()
    except Exception as problem:  # noqa: BLE001  (a value that cannot be kept must not reach the agent as an error)
        return orjson.dumps(f"<not recorded: {type(problem).__name__}>").decode()


class _Walker:
    """Copies one value into plain JSON types within its budgets of depth, nodes, bytes and time."""

    def __init__(self) -> None:
        self._nodes = 0
        self._bytes = 0
        self._until = time.thread_time() + MAX_SECONDS
        self._path: set[int] = set()

    def walk(self, value: object, depth: int) -> Any:
        self._nodes += 1
        if self._is_spent():
            return "<cut: too large>"
        # type(), not isinstance(): that one asks the object for its __class__, which is user code.
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        if issubclass(kind, str):
            return self._text(str.__str__(value))
        if issubclass(kind, enum.Enum):
            return self._text(_member(value))
        # Only a plain class can be looked up without running code: that of its own class.
        scalar = _SCALARS.get(kind) if type(kind) is type else None
        if scalar is not None:
            return self._text(scalar(value))
        if kind is int or issubclass(kind, int):
            return _integer(int.__int__(value))  # type: ignore[arg-type]  # as above
        return self._container(value, kind, depth)

    def _is_spent(self) -> bool:
        if self._nodes % _CLOCK_EVERY == 0 and time.thread_time() > self._until:
            self._nodes = MAX_NODES + 1
        return self._nodes > MAX_NODES or self._bytes > MAX_BYTES

    def _container(self, value: object, kind: type, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            return "<cut: too deep>"
        if id(value) in self._path:
            return "<circular>"
        self._path.add(id(value))
        try:
            return self._members(value, kind, depth + 1)
        finally:
            self._path.discard(id(value))

    def _members(self, value: Any, kind: type, depth: int) -> Any:
        if issubclass(kind, dict):
            # At once and in C, so that no other thread can change it meanwhile.
            items = list(itertools.islice(dict.items(value), MAX_NODES))
            return self._mapping(items, dict.__len__(value), depth)
        for sequence in (list, tuple, set, frozenset):
            if issubclass(kind, sequence):
                members = list(itertools.islice(sequence.__iter__(value), MAX_NODES))
                return self._sequence(members, sequence.__len__(value), depth)
        if issubclass(kind, BaseException):
            args = list(BaseException.args.__get__(value))  # type: ignore[attr-defined]
            return {"type": _class_name(kind), "args": self._sequence(args, len(args), depth)}
        fields = _fields(value, kind)
        return f"<{_class_name(kind)}>" if fields is None else self._mapping(fields, len(fields), depth)

    def _mapping(self, items: list[tuple[Any, Any]], length: int, depth: int) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        for key, item in items:
            if self._is_spent():
                copy["…"] = f"<cut: {length - len(copy)} more of {length}>"
                break
            name = self._text(key) if type(key) is str else safe_text(key, 200)
            copy[name] = self.walk(item, depth)
        return copy

    def _sequence(self, items: list[Any], length: int, depth: int) -> list[Any]:
        copy: list[Any] = []
        for item in items:
            if self._is_spent():
                copy.append(f"<cut: {length - len(copy)} more of {length}>")
                break
            copy.append(self.walk(item, depth))
        return copy

    def _text(self, text: str) -> str:
        room = max(0, MAX_BYTES - self._bytes)
        cut = safe_text(text, room) if len(text) > room or not text.isascii() else text
        self._bytes += len(cut)
        return cut


def _integer(value: int) -> int | str:
    bits = value.bit_length()
    if bits <= _BIG_INT_BITS:
        return value
    return str(value) if bits <= _PRINTABLE_INT_BITS else f"<integer of {bits} bits>"


def _fields(value: object, kind: type) -> list[tuple[str, Any]] | None:
    """Return the fields of a dataclass or a pydantic model without running a property or descriptor of its class."""
    bases = [type.__getattribute__(base, "__dict__") for base in type.__getattribute__(kind, "__mro__")]
    declared = next(
        (
            base[name]
            for name in ("__dataclass_fields__", "__pydantic_fields__")
            for base in bases
            if name in base
        ),
        None,
    )
    if type(declared) is not dict:
        return None
    slots = {
        name: slot for base in bases for name, slot in base.items() if type(slot) is MemberDescriptorType
    }
    try:
        values = object.__getattribute__(value, "__dict__")
    except AttributeError:
        values = {}
    return [(name, values[name] if name in values else _slot(slots.get(name), value)) for name in declared]


def _slot(slot: MemberDescriptorType | None, value: object) -> Any:
    try:
        return slot.__get__(value) if slot else None
    except AttributeError:
        return None


def _class_name(kind: type) -> str:
    module = type.__getattribute__(kind, "__module__")
    name = type.__getattribute__(kind, "__qualname__")
    return f"{module}.{name}" if type(module) is str else str(name)


def _member(value: object) -> str:
    name = object.__getattribute__(value, "__dict__").get("_name_")
    return f"{type.__getattribute__(type(value), '__name__')}.{name}"


def _moment(value: Any) -> str:
    try:
        return datetime.datetime.isoformat(value)
    except BaseException as problem:  # noqa: BLE001  (the only code of the user's that is run: a time zone's)
        plain = datetime.datetime.replace(value, tzinfo=None)
        return f"{plain.isoformat()} <its time zone cannot be read: {_class_name(type(problem))}>"


def _bytes(value: Any) -> str:
    head = bytes(value[:64])
    return f"<{len(value)} bytes: {head.hex()}{'…' if len(value) > len(head) else ''}>"


_SCALARS: Final[Mapping[type, Callable[[Any], str]]] = {
    datetime.datetime: _moment,
    datetime.date: datetime.date.isoformat,
    datetime.time: datetime.time.isoformat,
    datetime.timedelta: datetime.timedelta.__str__,
    decimal.Decimal: decimal.Decimal.__str__,
    uuid.UUID: uuid.UUID.__str__,
    bytes: _bytes,
    bytearray: _bytes,
    pathlib.PosixPath: pathlib.PurePath.__str__,
    pathlib.WindowsPath: pathlib.PurePath.__str__,
    pathlib.PurePosixPath: pathlib.PurePath.__str__,
    pathlib.PureWindowsPath: pathlib.PurePath.__str__,
}
