"""Messages: how the context of one model call differs from that of another, message by message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from agent_inspector.model import Json, MessageChange
from agent_inspector.query.comparing.aligning import Key, align
from agent_inspector.query.comparing.prints import digest, without_ids

_MOST: Final = 50


def message_changes(a: Sequence[Json], b: Sequence[Json]) -> list[MessageChange]:
    """Return what became of A's messages in B, without those that are the same; at most fifty."""
    changes: list[MessageChange] = []
    for change in _changes(a, b):
        if change.change != "same":
            changes.append(change)
        if len(changes) == _MOST:
            break
    return changes


def _changes(a: Sequence[Json], b: Sequence[Json]) -> Iterator[MessageChange]:
    for old, new in align([_key(message) for message in a], [_key(message) for message in b]):
        if old is None and new is not None:
            yield MessageChange("added", new, [], b[new], None)
        elif new is None and old is not None:
            yield MessageChange("removed", None, [old], None, a[old])
        elif old is not None and new is not None:
            is_same = _key(a[old]).exact == _key(b[new]).exact
            yield MessageChange("same" if is_same else "rewritten", new, [old], b[new], a[old])


def _key(message: Json) -> Key:
    role = message.get("role") if isinstance(message, dict) else None
    return Key(digest(without_ids(message)), str(role), object())
