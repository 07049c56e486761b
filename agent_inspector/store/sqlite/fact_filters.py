"""Fact filters: conditions on what is written in the facts of a run's head, which SQL alone cannot read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, TypeAlias

from agent_inspector.errors import StoreError
from agent_inspector.pipeline import Codec

_FACTS: Final = "(SELECT {}(h.facts, r.trace_id, r.head_span_id) FROM spans AS h WHERE h.id = r.head)"
_REMEMBERED: Final = 256

FactTest: TypeAlias = Callable[[Mapping[str, Any]], bool]


def fact_condition(connection: sqlite3.Connection, codec: Codec, name: str, test: FactTest) -> str:
    """Make a test known to the connection under this name; return it as a condition, in which `r` is the run."""

    @lru_cache(_REMEMBERED)  # a search asks once for every step of a run
    def holds(facts: bytes, trace_id: bytes, span_id: bytes) -> int:
        # What cannot be read is no match; the page that shows the run says why it cannot.
        with suppress(StoreError):
            return int(test(codec.decode(facts, bound_to=b"facts" + trace_id + span_id)))
        return 0

    connection.create_function(name, 3, holds)
    return _FACTS.format(name)


def tag_test(tag: str) -> FactTest:
    """Return the test for `key=value` of the metadata, for a key, or for one of the list `tags`."""
    key, equals, value = tag.partition("=")

    def has(facts: Mapping[str, Any]) -> bool:
        metadata = facts.get("metadata")
        if not isinstance(metadata, Mapping):
            return False
        if equals:
            return any(_written(known) == value for known in _values(metadata.get(key)))
        return key in metadata or key in _values(metadata.get("tags"))

    return has


def _values(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
