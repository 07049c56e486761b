"""Redact once: what many spans carry alike is redacted with the first of them, and counted with each.

That is what a process says of itself, the tools that an agent offers at every call, and the messages of a
conversation that grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from agent_inspector.pipeline.budget import start_walk
from otel_bridge import semconv
from otel_bridge.content import ContentValue, Piece, PieceList, pieces_in, with_pieces
from otel_bridge.record import Attributes, AttributeValue

if TYPE_CHECKING:
    from agent_inspector.pipeline.redaction.engine import Engine
    from agent_inspector.pipeline.redaction.walker import Walk

_REPEATED: Final = (semconv.TOOL_DEFINITIONS, semconv.SYSTEM_INSTRUCTIONS)
_MOST_DOCUMENTS: Final = 32
_LONGEST_DOCUMENT: Final = 256 * 1024
_MOST_CONVERSATIONS: Final = 8
_MOST_RESOURCES: Final = 8


def redact_resource(engine: Engine, walk: Walk, resource: Attributes) -> Attributes:
    """Redact what a process says of itself with each of its spans: once."""
    note = next((note for note in engine.resources if note.given == resource), None)
    if note is None:
        inner = start_walk(engine)
        note = _RedactedResource(resource, inner.redact_attributes(resource, "resource"), dict(inner.counts))
        engine.resources[:] = [note, *engine.resources][:_MOST_RESOURCES]
    walk.add_counts(note.counts)
    return note.redacted


class _RedactedResource(NamedTuple):
    given: Attributes
    redacted: Attributes
    counts: Mapping[str, int]


def redact_content(engine: Engine, walk: Walk, attributes: Attributes) -> Attributes:
    """Redact a span's own attributes, of messages and tools only those that no earlier span carried."""
    pieces = pieces_in(attributes)
    repeated = {name: text for name in _REPEATED if type(text := attributes.get(name)) is str}
    if not pieces and not repeated:
        return walk.redact_attributes(attributes, "attributes")
    plain: Attributes = {
        name: value for name, value in attributes.items() if name not in pieces and name not in repeated
    }
    begun = {name: _begun(engine.conversations, value) for name, value in pieces.items()}
    fresh = [
        piece
        for name, value in pieces.items()
        for piece in value[len(begun[name].given) :]
        if _note_of(engine, piece) is None
    ]
    if fresh and walk.holds_nothing(plain, [piece.json for piece in fresh]):
        for piece in fresh:
            piece.redacted = _RedactedPiece(engine, Piece(piece.json), {})
    else:
        plain = walk.redact_attributes(plain, "attributes")
    redacted: dict[str, ContentValue] = {
        name: _redact_document(engine, walk, name, text) for name, text in repeated.items()
    }
    redacted |= {name: _redact_pieces(engine, walk, value, begun[name]) for name, value in pieces.items()}
    return with_pieces(plain, redacted)


def _redact_document(engine: Engine, walk: Walk, name: str, text: str) -> AttributeValue:
    """Redact what all calls of an agent carry alike: once."""
    note = engine.documents.get((name, text))
    if note is None:
        inner = start_walk(engine)
        note = _RedactedDocument(
            inner.redact_attributes({name: text}, "attributes")[name], dict(inner.counts)
        )
        if len(engine.documents) >= _MOST_DOCUMENTS:
            engine.documents.clear()
        if len(text) <= _LONGEST_DOCUMENT:
            engine.documents[name, text] = note
    walk.add_counts(note.counts)
    return note.redacted


class _RedactedDocument(NamedTuple):
    redacted: AttributeValue
    counts: Mapping[str, int]


def _redact_pieces(engine: Engine, walk: Walk, pieces: PieceList, known: _Conversation) -> PieceList:
    done, counts, inner = list(known.redacted), known.counts, start_walk(engine)
    for piece in pieces[len(done) :]:
        note = _note_of(engine, piece)
        if note is None:
            text = inner.redact(piece.json, "message")
            note = piece.redacted = _RedactedPiece(engine, Piece(text), dict(inner.counts))
            inner = start_walk(engine) if inner.counts else inner
        if note.counts:
            counts = Counter(counts) + Counter(note.counts)
        done.append(note.piece)
    walk.add_counts(counts)
    redacted = PieceList(done)
    others = [other for other in engine.conversations if other is not known]
    engine.conversations[:] = [_Conversation(pieces, redacted, counts), *others][:_MOST_CONVERSATIONS]
    return redacted


def _note_of(engine: Engine, piece: Piece) -> _RedactedPiece | None:
    note = piece.redacted
    return note if isinstance(note, _RedactedPiece) and note.engine is engine else None


def _begun(conversations: Sequence[_Conversation], pieces: PieceList) -> _Conversation:
    """Return the longest conversation that this one begins with; pieces are compared by identity, in C."""
    best = _Conversation(PieceList(), PieceList(), {})
    for known in conversations:
        length = len(known.given)
        if len(best.given) < length <= len(pieces) and pieces[:length] == known.given:
            best = known
    return best


class _Conversation(NamedTuple):
    given: PieceList
    redacted: PieceList
    counts: Mapping[str, int]


class _RedactedPiece(NamedTuple):
    engine: Engine
    piece: Piece
    counts: Mapping[str, int]
