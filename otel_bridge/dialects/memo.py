"""Memo: what was read of other spans already: calls of a conversation share most of their messages."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from otel_bridge.dialects.values import is_list, parse_json

Json: TypeAlias = Any
T = TypeVar("T")
_WITHOUT_REFERENCES: Final = 2
"""A version of marshal that writes equal values alike."""
_MOST_LISTS: Final = 8
"""Conversations that may take turns."""
_SHORTEST_LIST: Final = 4
"""Messages. Answers and lone prompts do not grow."""
_OWN_FORMS: Final = frozenset(("lc", "type", "message", "data"))
"""Keys of messages that are read in other ways than by their role."""


class _List(NamedTuple):
    beginning: str
    """The text of a list without its last bracket."""
    role: str
    messages: Sequence[Json]


class Memo:
    """Remembers what it has read for as long as it is kept: for the spans of one run."""

    def __init__(self) -> None:
        self._messages: dict[tuple[str, int, int], Json] = {}
        self._read: dict[str, Any] = {}
        self._lists: list[_List] = []

    def once(self, text: Json, read: Callable[[Json], T]) -> T:
        """Return what `read` does, the same object for the same text; for texts of one sort, as they share a memory."""
        if not isinstance(text, str):
            return read(text)
        if text not in self._read:
            self._read[text] = read(text)
        found: T = self._read[text]
        return found

    def message(self, item: Json, role: str, read: Callable[[Json, str], Json]) -> Json:
        """Return a message as `read` reads it, the same object for messages that are written alike."""
        try:
            written = marshal.dumps(item, _WITHOUT_REFERENCES)
        except ValueError:
            return read(item, role)
        # What names its speaker is read alike as a question and as an answer: an answer is a part of the next question.
        key = "" if _names_speaker(item) else role, len(written), hash(written)
        if key not in self._messages:
            self._messages[key] = read(item, role)
        return self._messages[key]

    def grown(self, text: Json, role: str) -> tuple[Sequence[Json], Sequence[Json]] | None:
        """Return the messages with which a list begins that was kept before, and the items that came after those.

        Without it, reading the calls of a conversation of n messages takes n squared.
        """
        for known in self._lists if isinstance(text, str) else ():
            if known.role == role and text.startswith(known.beginning):
                rest = text[len(known.beginning) :]
                if rest == "]":
                    return known.messages, ()
                new = parse_json(f"[{rest[1:]}") if rest.startswith(",") else None
                return (known.messages, new) if is_list(new) else None
        return None

    def keep(self, text: Json, role: str, messages: Sequence[Json]) -> None:
        """Keep a list of messages, as the next one may begin with it."""
        if isinstance(text, str) and text.startswith("[{") and len(messages) >= _SHORTEST_LIST:
            beginning = text[:-1]
            others = [
                known
                for known in self._lists
                if known.role != role or not beginning.startswith(known.beginning)
            ]
            self._lists = [_List(beginning, role, messages), *others[: _MOST_LISTS - 1]]


def _names_speaker(item: Json) -> bool:
    return isinstance(item, dict) and bool(item.get("role")) and _OWN_FORMS.isdisjoint(item)
