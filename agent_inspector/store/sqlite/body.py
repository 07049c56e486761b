"""A span's body: its SpanRecord as a JSON-like value, and back, exactly; ids, resource and long texts are kept apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from agent_inspector.model import Json
from agent_inspector.store.sqlite.pieces import SHORTEST_TEXT, Recipe, Scope, make_text, numbers_in
from otel_bridge import semconv
from otel_bridge.content import PieceList
from otel_bridge.record import SpanEvent, SpanLink, SpanRecord

_DEFAULTS: Final = SpanRecord("", "", None, "", 0, None)
_ALWAYS: Final = ("parent_id", "name", "start_ns", "end_ns")
_APART: Final = ("events", "links", "resource", "trace_id", "span_id")
_OPTIONAL: Final = tuple(
    name for name in SpanRecord.__dataclass_fields__ if name not in _ALWAYS and name not in _APART
)


_TOLD_ONCE: Final = (semconv.TOOL_RESULT, semconv.TOOL_ARGUMENTS)
"""Lists that do not grow from one span to the next, and so need not be cut into their elements."""

_SCOPE, _TEXTS, _EVENT_TEXTS = "scope", "texts", "event_texts"
"""Fields of a body beside those of its record: how texts that are kept apart are made."""

ReadTexts = Callable[[int, Iterable[int]], Mapping[int, str]]
"""Takes a scope and numbers of pieces; returns at least these."""


def pack(record: SpanRecord, scope: Scope) -> Json:
    """Return all of a span but its ids, its resource and long texts; fields that hold their default are left out."""
    body: dict[str, Any] = {name: getattr(record, name) for name in _ALWAYS}
    for name in _OPTIONAL:
        value = getattr(record, name)
        if value != getattr(_DEFAULTS, name):
            body[name] = value
    attributes, texts = _take_texts(record.attributes, scope, "")
    if texts:
        body |= {"attributes": attributes, _SCOPE: scope.id, _TEXTS: texts}
    if record.events:
        body["events"], event_texts = _pack_events(record, scope)
        if event_texts:
            body |= {_SCOPE: scope.id, _EVENT_TEXTS: event_texts}
    if record.links:
        body["links"] = [[link.trace_id, link.span_id, link.attributes] for link in record.links]
    return body


def unpack(
    body: Mapping[str, Any],
    resource: Mapping[str, Any],
    read_texts: ReadTexts,
    *,
    trace_id: str,
    span_id: str,
) -> SpanRecord:
    """Undo `pack`; bodies of earlier versions hold their ids as well.

    Raises:
        StoreError: a text that is kept apart is damaged or not there.
    """
    body = _with_texts(body, read_texts) if _SCOPE in body else body
    fields: dict[str, Any] = {name: value for name, value in body.items() if name not in _APART}
    return SpanRecord(
        trace_id=trace_id,
        span_id=span_id,
        **fields,
        events=tuple(SpanEvent(*event) for event in body.get("events", ())),
        links=tuple(SpanLink(*link) for link in body.get("links", ())),
        resource=resource,
    )


def _pack_events(record: SpanRecord, scope: Scope) -> tuple[list[Json], dict[str, dict[str, Recipe]]]:
    events, all_texts = list[Json](), dict[str, dict[str, Recipe]]()
    for place, event in enumerate(record.events):
        attributes, texts = _take_texts(event.attributes, scope, event.name)
        if texts:
            all_texts[str(place)] = texts
        events.append([event.name, event.time_ns, attributes])
    return events, all_texts


def _take_texts(
    attributes: Mapping[str, Any], scope: Scope, where: str
) -> tuple[Mapping[str, Any], dict[str, Recipe]]:
    """Return the attributes with zeros in the places of long texts, and how to make those."""
    texts: dict[str, Recipe] = {}
    for name, value in attributes.items():
        if type(value) is PieceList:
            texts[name] = scope.take_pieces(value)
        elif type(value) is str and len(value) >= SHORTEST_TEXT and type(name) is str:
            texts[name] = scope.take_whole(value) if name in _TOLD_ONCE else scope.take(where + name, value)
    if not texts:
        return attributes, texts
    # Not None, which makes `serialize` look for numbers that JSON writes as null.
    return {name: 0 if name in texts else value for name, value in attributes.items()}, texts


def _with_texts(body: Mapping[str, Any], read_texts: ReadTexts) -> Mapping[str, Any]:
    """Put the texts that are kept apart back in their places."""
    whole = {name: value for name, value in body.items() if name not in (_SCOPE, _TEXTS, _EVENT_TEXTS)}
    holders = [(whole["attributes"], name, recipe) for name, recipe in body.get(_TEXTS, {}).items()]
    for place, made in body.get(_EVENT_TEXTS, {}).items():
        holders += [(whole["events"][int(place)][2], name, recipe) for name, recipe in made.items()]
    numbers = [numbers_in(recipe) for _, _, recipe in holders]
    texts = read_texts(body[_SCOPE], {number for some in numbers for number in some})
    for (holder, name, recipe), some in zip(holders, numbers, strict=True):
        holder[name] = make_text(recipe, some, texts)
    return whole
