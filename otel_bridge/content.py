"""Content by reference: what a step carries waits here, beside its span, until the export thread takes it.

As attributes, the messages of a growing conversation would be encoded again at every model call,
which makes an agent of n turns cost n squared. A Piece is encoded once, however many calls carry it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from otel_bridge.record import Attributes, AttributeValue, SpanRecord, with_attributes

MAX_STEPS: Final = 65_536
"""Steps that can wait; the admission gate refuses long before that."""


class Piece:
    """One frozen message as JSON text, shared by every step that carries it."""

    __slots__ = ("json", "redacted", "speaker")

    def __init__(self, json: str) -> None:
        self.json = json
        self.redacted: object = None
        """The redactor's own note of what it made of this piece, so that it is scanned once."""
        self.speaker: str | None = None
        """The dialects' own note of who speaks in it; empty where nobody is named."""


class PieceList(tuple[Piece, ...]):
    """The messages of one step, in order."""

    new_bytes: int = 0
    """How many bytes of them no earlier step carries."""

    def render(self) -> str:
        """Return them as a JSON array."""
        return f"[{','.join([piece.json for piece in self])}]"


ContentValue: TypeAlias = "AttributeValue | PieceList"
Content: TypeAlias = Mapping[str, ContentValue]
"""By attribute name: any value of an attribute, or messages."""


def render(content: Content) -> dict[str, Any]:
    """Return content as attributes, messages as one text each."""
    return {
        name: value.render() if isinstance(value, PieceList) else value for name, value in content.items()
    }


def pieces_in(attributes: Mapping[str, object]) -> dict[str, PieceList]:
    """Return the attributes that are messages in pieces: only on the way from the exporter to a sink that takes them."""
    return {name: value for name, value in attributes.items() if type(value) is PieceList}


def with_pieces(attributes: Attributes, content: Content) -> Attributes:
    """Return attributes with content among them, messages still in pieces."""
    return cast(Attributes, {**attributes, **content})


def rendered(record: SpanRecord) -> SpanRecord:
    """Write messages that came in pieces as the JSON that the conventions ask for."""
    pieces = pieces_in(record.attributes)
    return with_attributes(record, {**record.attributes, **render(pieces)}) if pieces else record


class ContentTable:
    """Content by span id. Any thread may add; adding twice to a span joins both.

    There is no lock, which a signal handler could meet held: each operation is a single one on a dict,
    and the content of a span is added by the one thread at a time that has the span.
    """

    def __init__(self) -> None:
        self._content: dict[int, dict[str, ContentValue]] = {}
        self._sizes: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._content)

    def put(self, span_id: int, content: Content) -> bool:
        """Keep content for a span; False where there is no room."""
        size = _new_bytes(content)
        known = self._content.get(span_id)
        if known is not None:
            known.update(content)
            self._sizes[span_id] = self._sizes.get(span_id, 0) + size
            return True
        if len(self._content) >= MAX_STEPS:
            return False
        self._sizes[span_id] = size
        self._content[span_id] = {**content}
        return True

    def hold(self, span_id: int, content: dict[str, ContentValue]) -> int | None:
        """Keep the whole content of a span that is over, and return its bytes; None where there is no room."""
        if len(self._content) >= MAX_STEPS:
            return None
        self._content[span_id] = content
        return _new_bytes(content)

    def size(self, span_id: int) -> int:
        return self._sizes.get(span_id, 0)

    def look(self, span_id: int) -> Content:
        """Return the content of a span that is still open."""
        return dict(self._content.get(span_id, {}))

    def take(self, span_id: int) -> Content:
        """Remove the content of a span and return it."""
        self._sizes.pop(span_id, None)
        return self._content.pop(span_id, {})

    def forget(self) -> None:
        """Drop all in a forked child."""
        self._content, self._sizes = {}, {}


def _new_bytes(content: Content) -> int:
    size = 0
    for value in content.values():
        if type(value) is str:
            size += len(value)
        elif type(value) is PieceList:
            size += value.new_bytes
    return size
