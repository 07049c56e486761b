"""Values that break serializers: about a hundred objects that raise, hang, lie, loop or are simply huge."""

from __future__ import annotations

import array
import asyncio
import collections
import ctypes
import dataclasses
import datetime
import decimal
import enum
import fractions
import io
import ipaddress
import itertools
import pathlib
import queue
import random
import re
import socket
import sys
import threading
import time
import types
import unittest.mock
import uuid
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple, NoReturn

HANG_S: Final = 5
"""How long a value that hangs does so: far longer than any call may take."""


def _raiser(kind: type[BaseException]) -> Callable[..., NoReturn]:
    def fail(*args: object, **kwargs: object) -> NoReturn:
        raise kind("a hostile value")

    return fail


def _hang(*args: object) -> str:
    time.sleep(HANG_S)
    return "late"


def _with(method: str, does: Callable[..., Any], base: type = object) -> Any:
    return type(f"With{method}", (base,), {method: does})()


class HostileMeta(type):
    """A class whose class is hostile: it cannot be hashed, compared, printed or asked for its name."""

    __hash__ = None  # type: ignore[assignment]  # this is the point
    __eq__ = _raiser(RuntimeError)
    __repr__ = _raiser(RuntimeError)
    __instancecheck__ = _raiser(RuntimeError)
    __subclasscheck__ = _raiser(RuntimeError)

    def __getattribute__(cls, name: str) -> Any:
        raise RuntimeError(name)


class OfHostileClass(metaclass=HostileMeta):
    """An instance of such a class."""


class Lying:
    """Says that it is a dict."""

    __class__ = dict  # type: ignore[assignment]  # this is the point


class EveryAttribute:
    """Has every attribute, none of which can be read."""

    def __getattribute__(self, name: str) -> Any:
        raise SystemExit(name)


class EndlessAttributes:
    """Has every attribute, each of which is another of its kind."""

    def __getattr__(self, name: str) -> EndlessAttributes:
        return EndlessAttributes()


class BadText(str):
    """A text that overrides all that is usually asked of one."""

    __str__ = __repr__ = __format__ = encode = _raiser(RuntimeError)
    __len__ = __iter__ = __hash__ = __eq__ = _raiser(SystemExit)


class BadDict(dict[str, int]):
    """A dict that cannot be iterated."""

    items = keys = values = __iter__ = __len__ = _raiser(RuntimeError)


class BadList(list[int]):
    """A list that never ends."""

    def __iter__(self) -> Iterator[int]:
        return itertools.count()

    def __len__(self) -> int:
        return sys.maxsize


class BadInt(int):
    """A number that cannot be read."""

    __int__ = __index__ = __str__ = __repr__ = bit_length = _raiser(RuntimeError)


class BadKey:
    """A key of a dict that fails later on."""

    armed = False

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        if BadKey.armed:
            raise RuntimeError("compared")
        return self is other

    __repr__ = __str__ = _raiser(KeyboardInterrupt)


class BadZone(datetime.tzinfo):
    """A time zone that raises."""

    utcoffset = dst = tzname = _raiser(RuntimeError)


class EndingZone(datetime.tzinfo):
    """A time zone that ends the program."""

    utcoffset = dst = tzname = _raiser(SystemExit)


class BadPath(pathlib.PurePosixPath):
    """A path that cannot be written."""

    __str__ = __fspath__ = __repr__ = _raiser(RuntimeError)


class Colour(enum.Enum):
    """A member whose value cannot be printed."""

    RED = _with("__repr__", _raiser(RuntimeError))


class BadColour(enum.Enum):
    """Members that cannot be asked for anything, once the class is made."""

    RED = 1

    def __getattribute__(self, name: str) -> Any:
        if BadKey.armed:
            raise SystemExit(name)
        return super().__getattribute__(name)


@dataclasses.dataclass
class Record:
    """A dataclass with a value that cannot be printed."""

    name: str
    value: Any = dataclasses.field(default_factory=lambda: _with("__repr__", _raiser(SystemExit)))

    @property
    def computed(self) -> NoReturn:
        raise SystemExit("a property")


class Slotted:
    """Keeps its only value in a slot, unset."""

    __slots__ = ("value",)


class Point(NamedTuple):
    """A tuple with names."""

    x: Any
    y: Any


def _cycle() -> list[Any]:
    cycle: list[Any] = []
    cycle.append({"me": cycle})
    return cycle


def _deep(depth: int, wrap: Callable[[Any], Any]) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = wrap(value)
    return value


def _dead_reference() -> Any:
    class Gone:
        pass

    return weakref.proxy(Gone())


def _coroutine() -> Any:
    async def work() -> None:
        pass

    made = work()
    made.close()
    return made


def _hostile_exception() -> BaseException:
    class Unprintable(Exception):
        __str__ = __repr__ = _raiser(SystemExit)

    return Unprintable(_with("__repr__", _raiser(RuntimeError)))


def _bad_key() -> dict[Any, Any]:
    key = BadKey()
    BadKey.armed = True
    return {key: 1}


def _raising() -> Mapping[str, Any]:
    methods = ("__repr__", "__str__", "__bool__", "__len__", "__iter__", "__eq__", "__hash__", "__getattr__")
    kinds = (RuntimeError, SystemExit, KeyboardInterrupt)
    return {
        f"{method} raises {kind.__name__}": _with(method, _raiser(kind))
        for method in methods
        for kind in kinds
    }


def _copying() -> Mapping[str, Any]:
    methods = (
        "__deepcopy__",
        "__copy__",
        "__reduce_ex__",
        "__getstate__",
        "__json__",
        "model_dump",
        "to_dict",
    )
    return {f"{method} ends the program": _with(method, _raiser(SystemExit)) for method in methods}


def _slow() -> Mapping[str, Any]:
    methods = ("__repr__", "__str__", "__iter__", "__getattr__", "__eq__", "__deepcopy__")
    return {f"{method} hangs": _with(method, _hang) for method in methods}


def _texts() -> Mapping[str, Any]:
    return {
        "a lone surrogate": "before \ud800 after",
        "NUL": "before \x00 after",
        "terminal control": "\x1b]52;c;AAAA\x07\x1b[2J",
        "bidi": "\u202egpj.exe",
        "a text subclass": BadText("text"),
        "a 30 MB text": "x" * 30_000_000,
        "a 10 MB text beyond ASCII": "é" * 5_000_000,
        "a 30 MB repr": _with("__repr__", lambda self: "x" * 30_000_000),
        "a bytes text": b"\xff\x00\xfe",
        "10 MB of bytes": bytes(10_000_000),
        "a bytearray": bytearray(b"abc"),
        "a memoryview": memoryview(b"abc"),
    }


def _numbers() -> Mapping[str, Any]:
    return {
        "NaN": float("nan"),
        "infinity": [float("inf"), float("-inf")],
        "an int of 5,000 digits": 10**5000,
        "an int of 64 bits": 2**64,
        "a negative int of 65 bits": -(2**65),
        "an int subclass": BadInt(5),
        "complex": 1j,
        "Decimal": decimal.Decimal("sNaN"),
        "Fraction": fractions.Fraction(1, 3),
    }


def _containers() -> Mapping[str, Any]:
    return {
        "a cycle": _cycle(),
        "100,000 lists deep": _deep(100_000, lambda inner: [inner]),
        "100,000 dicts deep": _deep(100_000, lambda inner: {"a": inner}),
        "a list of 1,000,000": list(range(1_000_000)),
        "a dict of 300,000": {str(number): number for number in range(300_000)},
        "a dict that cannot be iterated": BadDict(a=1),
        "a list that never ends": BadList([1]),
        "keys of every type": {1: 1, None: 2, (1, 2): 3, 1.5: 4, b"x": 5, frozenset(): 6},
        "an unprintable key": _bad_key(),
        "odd keys": {"__proto__": {"polluted": 1}, "": 2, "k" * 10_000: 3, "a.b": 4},
        "a key with a surrogate": {"\udfff": 1},
        "a set": {1, "a", (2,)},
        "a deque": collections.deque(range(10)),
        "a Counter": collections.Counter("hello"),
        "a defaultdict": collections.defaultdict(_raiser(RuntimeError)),
        "an OrderedDict": collections.OrderedDict(a=1),
        "a UserDict": collections.UserDict({"a": 1}),
        "a ChainMap": collections.ChainMap({"a": 1}),
        "an array": array.array("d", [1.0]),
        "a range": range(10**18),
        "a generator": (number for number in itertools.count()),
        "an iterator": itertools.count(),
        "a named tuple": Point(_with("__repr__", _raiser(RuntimeError)), _cycle()),
        "a mapping proxy": types.MappingProxyType({"a": 1}),
    }


def _objects() -> Mapping[str, Any]:
    return {
        "a class": HostileMeta,
        "of a hostile class": OfHostileClass(),
        "a liar": Lying(),
        "no attribute can be read": EveryAttribute(),
        "endless attributes": EndlessAttributes(),
        "a mock": unittest.mock.MagicMock(),
        "a dead reference": _dead_reference(),
        "a function": _raiser,
        "a lambda": lambda: None,
        "a module": sys,
        "a lock": threading.Lock(),
        "a thread": threading.current_thread(),
        "a socket": socket.socket(),
        "a file": io.StringIO("content"),
        "a queue": queue.Queue(),
        "a coroutine": _coroutine(),
        "a future": asyncio.Future,
        "a pattern": re.compile("a+"),
        "ctypes": ctypes.c_int(1),
        "Ellipsis": ...,
        "NotImplemented": NotImplemented,
        "an enum member": Colour.RED,
        "a hostile enum member": BadColour.RED,
        "a dataclass": Record("a"),
        "a slotted object": Slotted(),
        "an exception": _hostile_exception(),
        "a traceback": _hostile_exception().__traceback__,
        "a path": BadPath("/tmp"),
        "an address": ipaddress.ip_address("127.0.0.1"),
        "a UUID": uuid.UUID(int=random.Random(0).getrandbits(128)),
        "a time without a zone": datetime.datetime(1, 1, 1),
        "a time in a zone that raises": datetime.datetime(2026, 1, 1, tzinfo=BadZone()),
        "a time in a zone that ends the program": datetime.datetime(2026, 1, 1, tzinfo=EndingZone()),
        "a very long time": datetime.timedelta.max,
    }


def values() -> Mapping[str, Any]:
    """Return all of them by name."""
    made = {**_raising(), **_copying(), **_slow(), **_texts(), **_numbers(), **_containers(), **_objects()}
    nested = ("__repr__ raises SystemExit", "a cycle", "a liar", "of a hostile class")
    return {**made, **{f"{name}, nested": {"inside": [made[name]]} for name in nested}}
