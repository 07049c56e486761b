"""Redact: the first stage; alone knows the parts of a span that hold text, and what happens when redaction fails.

It fails closed: whatever goes wrong, the span keeps its ids, kinds and times, and loses its content.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from agent_inspector.config import get_config
from agent_inspector.errors import ConfigError
from agent_inspector.model import Json
from agent_inspector.pipeline.redaction.marker import WITHHELD
from otel_bridge import semconv
from otel_bridge.content import ContentValue, Piece, PieceList, pieces_in, with_pieces
from otel_bridge.record import Attributes, AttributeValue, SpanEvent, SpanLink, SpanRecord

if TYPE_CHECKING:
    from agent_inspector.config import TraceConfig
    from agent_inspector.pipeline.redaction.engine import Engine
    from agent_inspector.pipeline.redaction.walker import Walk

_log = logging.getLogger("agent_inspector")
_BUDGET_S: Final = 1.0
_BUDGET_S_PER_CHARACTER: Final = 5e-6
"""A tenth of the slowest speed measured (2 MB/s on text made of nothing but names)."""
_CHECK_EVERY_CHARACTERS: Final = 10_000
_CHARACTERS_PER_TEXT: Final = 50
"""What a text costs whatever its length."""
_DEEPEST_WITHHELD: Final = 100
_REPEATED: Final = (semconv.TOOL_DEFINITIONS, semconv.SYSTEM_INSTRUCTIONS)
_MOST_DOCUMENTS: Final = 32
_LONGEST_DOCUMENT: Final = 256 * 1024
_MOST_CONVERSATIONS: Final = 8


class BudgetExceeded(Exception):
    """Redacting one span took far longer than any text of its size should."""


def make_redactor(config: TraceConfig) -> Callable[[SpanRecord], SpanRecord]:
    """Make the function that removes secrets from a span. It never raises, and any thread may call it.

    Without a key for the encryption that is asked for, or with a pattern that cannot be compiled, it
    withholds all content.
    """
    if config.withholds_content:
        _log.warning(
            "Encryption is on but there is no key: all content is withheld; set TRACE_ENCRYPTION_KEY."
        )
        return withhold
    try:
        engine = _compile_rules(config.redact_keys, config.redact_patterns, config.redact_entropy)
    except ConfigError as error:
        _log.warning("%s", error)
        return withhold
    except Exception as error:  # noqa: BLE001  (without rules, no content may pass)
        _log.warning("All content is withheld: the redaction rules failed with %s.", type(error).__name__)
        return withhold
    return lambda record: _redact_or_withhold(engine, record)


def redact_value(value: Json, config: TraceConfig | None = None) -> Json:
    """Return a copy of any JSON-like value without secrets, by the rules of the configuration in force.

    When redaction fails, every text in the copy is withheld instead.
    """
    try:
        return _walk(config or get_config()).redact(value)
    except Exception as error:  # noqa: BLE001  (whatever happened, no content may pass)
        _log.warning("A value is withheld: the redactor failed with %s.", type(error).__name__)
        return _withhold_value(value, 0)


def explain(value: Json, config: TraceConfig | None = None) -> Sequence[tuple[str, str]]:
    """Return (path, rule) for everything that `redact_value` would remove; never a value itself."""
    walk = _walk(config or get_config(), explain=True)
    walk.redact(value)
    return walk.trail or ()


def withhold(record: SpanRecord) -> SpanRecord:
    """Return the span without any content: only ids, kinds, status and times are left."""
    return replace(
        record,
        name=WITHHELD,
        status_message=record.status_message and WITHHELD,
        attributes=_withhold_attributes(record.attributes),
        events=[
            replace(e, name=WITHHELD, attributes=_withhold_attributes(e.attributes)) for e in record.events
        ],
        links=[replace(link, attributes=_withhold_attributes(link.attributes)) for link in record.links],
        resource=_withhold_attributes(record.resource),
        redactions={**record.redactions, "withheld": 1},
    )


def _redact_or_withhold(engine: Engine, record: SpanRecord) -> SpanRecord:
    try:
        return _redact_record(engine, record)
    except Exception as error:  # noqa: BLE001  (whatever happened, no content may pass)
        _log.warning("A span's content is withheld: the redactor failed with %s.", type(error).__name__)
        return withhold(record)


def _redact_record(engine: Engine, record: SpanRecord) -> SpanRecord:
    walk = _start(engine)
    message = record.status_message
    return replace(
        record,
        name=walk.redact_text(record.name, "name"),
        status_message=message if message is None else walk.redact(message, "status_message"),
        attributes=_content(engine, walk, record.attributes),
        events=[_event(walk, event, f"events[{place}]") for place, event in enumerate(record.events)]
        if record.events
        else (),
        links=[_link(walk, link, f"links[{place}]") for place, link in enumerate(record.links)]
        if record.links
        else (),
        resource=_resource(engine, walk, record.resource),
        redactions=dict(Counter(record.redactions) + Counter(walk.counts))
        if walk.counts
        else record.redactions,
    )


def _attributes(
    walk: Walk, attributes: Mapping[str, AttributeValue], path: str
) -> Mapping[str, AttributeValue]:
    redacted: Mapping[str, AttributeValue] = walk.redact_attributes(attributes, path)
    return redacted


def _resource(engine: Engine, walk: Walk, resource: Attributes) -> Attributes:
    """Redact what a process says of itself with each of its spans: once."""
    note = next(iter(engine.resources), None)
    if note is None or note.given != resource:
        inner = _start(engine)
        note = _RedactedResource(resource, _attributes(inner, resource, "resource"), dict(inner.counts))
        engine.resources[:] = [note]
    walk.add_counts(note.counts)
    return note.redacted


class _RedactedResource(NamedTuple):
    given: Attributes
    redacted: Attributes
    counts: Mapping[str, int]


def _content(engine: Engine, walk: Walk, attributes: Attributes) -> Attributes:
    """Redact a span's own attributes, of messages and tools only those that no earlier span carried."""
    pieces = pieces_in(attributes)
    repeated = {name: text for name in _REPEATED if type(text := attributes.get(name)) is str}
    if not pieces and not repeated:
        return _attributes(walk, attributes, "attributes")
    plain = {name: value for name, value in attributes.items() if name not in pieces and name not in repeated}
    redacted: dict[str, ContentValue] = {
        name: _redact_document(engine, walk, name, text) for name, text in repeated.items()
    }
    redacted |= {name: _redact_pieces(engine, walk, value) for name, value in pieces.items()}
    return with_pieces(_attributes(walk, plain, "attributes"), redacted)


def _redact_document(engine: Engine, walk: Walk, name: str, text: str) -> AttributeValue:
    """Redact what all calls of an agent carry alike: once."""
    note = engine.documents.get((name, text))
    if note is None:
        inner = _start(engine)
        note = _RedactedDocument(_attributes(inner, {name: text}, "attributes")[name], dict(inner.counts))
        if len(engine.documents) >= _MOST_DOCUMENTS:
            engine.documents.clear()
        if len(text) <= _LONGEST_DOCUMENT:
            engine.documents[name, text] = note
    walk.add_counts(note.counts)
    return note.redacted


class _RedactedDocument(NamedTuple):
    redacted: AttributeValue
    counts: Mapping[str, int]


def _redact_pieces(engine: Engine, walk: Walk, pieces: PieceList) -> PieceList:
    known = _begun(engine.conversations, pieces)
    done, counts, inner = list(known.redacted), known.counts, _start(engine)
    for piece in pieces[len(done) :]:
        note = piece.redacted
        if not isinstance(note, _RedactedPiece) or note.engine is not engine:
            text = inner.redact(piece.json, "message")
            note = piece.redacted = _RedactedPiece(engine, Piece(text), dict(inner.counts))
            inner = _start(engine) if inner.counts else inner
        if note.counts:
            counts = Counter(counts) + Counter(note.counts)
        done.append(note.piece)
    walk.add_counts(counts)
    redacted = PieceList(done)
    others = [other for other in engine.conversations if other is not known]
    engine.conversations[:] = [_Conversation(pieces, redacted, counts), *others][:_MOST_CONVERSATIONS]
    return redacted


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


def _event(walk: Walk, event: SpanEvent, path: str) -> SpanEvent:
    name = walk.redact_text(event.name, f"{path}.name")
    return replace(event, name=name, attributes=_attributes(walk, event.attributes, path))


def _link(walk: Walk, link: SpanLink, path: str) -> SpanLink:
    return replace(link, attributes=_attributes(walk, link.attributes, path))


def make_budget() -> Callable[[int], None]:
    """Return a function to be told of every text before it is scanned; it raises when time runs out."""
    started, characters, unchecked = 0.0, 0, 0

    def check(length: int) -> None:
        nonlocal started, characters, unchecked
        unchecked += length + _CHARACTERS_PER_TEXT
        if unchecked < _CHECK_EVERY_CHARACTERS:
            return  # most spans are too small to ask the clock for
        now = time.thread_time()
        started = started or now
        if now - started > _BUDGET_S + characters * _BUDGET_S_PER_CHARACTER:
            raise BudgetExceeded
        characters, unchecked = characters + unchecked, 0

    return check


def _walk(config: TraceConfig, *, explain: bool = False) -> Walk:
    engine = _engine(tuple(config.redact_keys), tuple(config.redact_patterns), config.redact_entropy)
    return _start(engine, explain=explain)


def _start(engine: Engine, *, explain: bool = False) -> Walk:
    from agent_inspector.pipeline.redaction.walker import Walk  # noqa: PLC0415 (see _compile_rules)

    return Walk(engine, make_budget(), explain=explain)


@lru_cache(maxsize=4)
def _engine(keys: tuple[str, ...], patterns: tuple[str, ...], entropy: bool) -> Engine:
    return _compile_rules(keys, patterns, entropy)


def _compile_rules(keys: Sequence[str], patterns: Sequence[str], entropy: bool) -> Engine:
    # Compiling takes 0.15 s, which whoever only reads a store shall not pay.
    from agent_inspector.pipeline.redaction.engine import make_engine  # noqa: PLC0415

    return make_engine(keys, patterns, entropy=entropy)


def _withhold_attributes(attributes: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    return {key: _withhold_value(value, 0) for key, value in attributes.items()}


def _withhold_value(value: Json, depth: int) -> Json:
    if isinstance(value, (str, bytes, bytearray, PieceList)) or depth > _DEEPEST_WITHHELD:
        return WITHHELD
    if isinstance(value, Mapping):
        return {key: _withhold_value(item, depth + 1) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_withhold_value(item, depth + 1) for item in value]
    return value
