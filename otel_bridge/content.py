"""Content by reference: what a step carries waits here, beside its span, until the export thread takes it.

As attributes, the messages of a growing conversation would be encoded again at every model call,
which makes an agent of n turns cost n squared. A Piece is encoded once, however many calls carry it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final, TypeAlias

MAX_STEPS: Final = 65_536
"""Steps that can wait; the admission gate refuses long before that."""


class Piece:
    """One frozen message as JSON text, shared by every step that carries it."""

    __slots__ = ("json",)

    def __init__(self, json: str) -> None:
        self.json = json


class PieceList(tuple[Piece, ...]):
    """The messages of one step, in order."""

    new_bytes: int = 0
    """How many bytes of them no earlier step carries."""

    def render(self) -> str:
        """Return them as a JSON array."""
        return f"[{','.join([piece.json for piece in self])}]"


ContentValue: TypeAlias = "str | PieceList"
Content: TypeAlias = Mapping[str, ContentValue]
"""By attribute name: a JSON or plain text, or messages."""


def render(content: Content) -> dict[str, str]:
    """Return content as attributes: one text each."""
    return {
        name: value.render() if isinstance(value, PieceList) else value for name, value in content.items()
    }


class ContentTable:
    """Content by span id. Any thread may add; adding twice to a span joins both."""

    def __init__(self) -> None:
        self._content: dict[int, dict[str, ContentValue]] = {}
        self._sizes: dict[int, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._content)

    def put(self, span_id: int, content: Content) -> bool:
        """Keep content for a span; False where there is no room."""
        size = sum(
            [value.new_bytes if type(value) is PieceList else len(value) for value in content.values()]
        )
        with self._lock:
            if span_id in self._content:
                self._content[span_id].update(content)
                self._sizes[span_id] += size
                return True
            if len(self._content) >= MAX_STEPS:
                return False
            self._content[span_id] = dict(content)
            self._sizes[span_id] = size
            return True

    def size(self, span_id: int) -> int:
        return self._sizes.get(span_id, 0)

    def look(self, span_id: int) -> Content:
        """Return the content of a span that is still open."""
        with self._lock:
            return dict(self._content.get(span_id, {}))

    def take(self, span_id: int) -> Content:
        """Remove the content of a span and return it."""
        with self._lock:
            self._sizes.pop(span_id, None)
            return self._content.pop(span_id, {})

    def forget(self) -> None:
        """Drop all in a forked child, whose lock may be held by nobody."""
        self._content, self._sizes = {}, {}
        self._lock = threading.Lock()
