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
    items: Sequence[Json]
    """The messages as they were written, where the whole list was parsed; else none."""


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

    def slid(self, items: Sequence[Json], role: str) -> Sequence[Json]:
        """Return the messages with which a list begins that a window has moved over one that was kept before.

        Most long runs keep a window of their conversation, and reading its messages one by one is what they cost.
        """
        for known in self._lists:
            if known.role == role and known.items and items and known.items[0] == items[0]:
                kept = _kept_places(known.items, items)
                if kept:
                    return [known.messages[place] for place in kept]
        return ()

    def keep(
        self, text: Json, role: str, messages: Sequence[Json], items: Sequence[Json] | None = None
    ) -> None:
        """Keep a list of messages, as the next one may begin with it, or with what a window leaves of it."""
        if isinstance(text, str) and text.startswith("[{") and len(messages) >= _SHORTEST_LIST:
            beginning = text[:-1]
            whole = items if items is not None and len(items) == len(messages) else ()
            others = [
                known
                for known in self._lists
                if known.role != role
                or not (beginning.startswith(known.beginning) or (whole and known.items[:1] == whole[:1]))
            ]
            self._lists = [_List(beginning, role, messages, whole), *others[: _MOST_LISTS - 1]]


def _names_speaker(item: Json) -> bool:
    return isinstance(item, dict) and bool(item.get("role")) and _OWN_FORMS.isdisjoint(item)


def _kept_places(before: Sequence[Json], items: Sequence[Json]) -> Sequence[int]:
    """Return the places in `before` of the items with which the later list begins: its head, then what did not slide out."""
    same = 0
    for ours, theirs in zip(before, items, strict=False):
        if ours != theirs:
            break
        same += 1
    if same == len(items) or same == len(before):
        return range(same)
    first = items[same]
    start = next((place for place in range(same + 1, len(before)) if before[place] == first), len(before))
    length = min(len(before) - start, len(items) - same)
    if list(before[start : start + length]) != list(items[same : same + length]):
        return range(same)
    return [*range(same), *range(start, start + length)]
