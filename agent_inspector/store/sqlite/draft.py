"""Draft: everything of one span that is worked out before the transaction begins, each span on its own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from agent_inspector.model import Json
from agent_inspector.pipeline import Codec
from agent_inspector.store.prices import NANO
from agent_inspector.store.sqlite import body
from agent_inspector.store.sqlite.marks import Marks, marks_of
from agent_inspector.store.sqlite.pieces import Scopes
from agent_inspector.store.sqlite.resources import PackedResource, Resources
from agent_inspector.store.sqlite.terms import Term, TermKind
from otel_bridge.dialects import Reading, read
from otel_bridge.record import SpanRecord

ROOT, REMOTE_ROOT, INNER = 0, 1, 2
"""Ranks of spans: the lowest of a run is its head."""

_LATEST_NS: Final = 2**62
"""The year 2116. A later moment is a damaged one, and what is added to it must stay within 64 bits."""
_TYPE_LENGTH: Final = 100


@dataclass(slots=True)
class Draft:
    """One span, ready to be written but for the numbers that the database gives."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes | None
    rank: int
    start_ns: int
    end_ns: int | None
    kind: str
    type: str
    status: str
    instant: bool
    framework: bool
    process_id: str | None
    name: str
    names: Mapping[TermKind, str]
    """Texts of the columns that hold terms."""
    usage: tuple[int | None, ...]
    """Input, output, cached input, cache write, reasoning, cost in nano-dollars."""
    marks: Marks
    facts: bytes
    body: bytes
    resource: PackedResource
    is_priced: bool = False
    """Its cost is what the price lists say, which may be nothing."""

    @property
    def place(self) -> tuple[int, int, bytes]:
        """Sorts the spans of a run; the first one is its head."""
        return self.rank, self.start_ns, self.span_id

    def term(self, kind: TermKind) -> Term | None:
        """Return the term of this kind, if the span has one."""
        text = self.names.get(kind)
        return None if text is None else (kind, text)


def draft(record: SpanRecord, codec: Codec, resources: Resources, scopes: Scopes) -> Draft:
    """Read and encode one span.

    Raises:
        Exception: anything that odd content can cause; the caller keeps a `stub` instead.
    """
    reading = read(record)
    resource = resources.pack(record.resource)
    owner = bytes.fromhex(record.trace_id) + bytes.fromhex(record.span_id)
    return Draft(
        trace_id=bytes.fromhex(record.trace_id),
        span_id=bytes.fromhex(record.span_id),
        parent_id=bytes.fromhex(record.parent_id) if record.parent_id else None,
        rank=_rank(record),
        start_ns=_within(record.start_ns),
        end_ns=None if record.end_ns is None else _within(record.end_ns),
        kind=reading.kind,
        type=_clean(reading.type[:_TYPE_LENGTH]),
        status="running" if record.end_ns is None else reading.outcome,
        instant=reading.instant,
        framework=reading.framework,
        process_id=record.process_id,
        name=_clean(reading.name) or "unnamed",
        names=_names(reading),
        usage=_usage(reading),
        marks=marks_of(record.scope_name, reading, resource.hash, codec.hash_key),
        facts=codec.encode(_facts(reading), bound_to=b"facts" + owner),
        body=codec.encode(body.pack(record, scopes.of(record.trace_id)), bound_to=b"body" + owner),
        resource=resource,
    )


def stub(record: SpanRecord, error: Exception, codec: Codec, resources: Resources, scopes: Scopes) -> Draft:
    """Keep a span's place in the tree where its content cannot be kept.

    Raises:
        Exception: not even its ids can be kept.
    """
    reason = f"could not be recorded: {type(error).__name__}"
    bare = replace(
        record,
        name=str(record.name),
        kind="internal",
        status="error",
        status_message=reason,
        attributes={"error.type": "could not be recorded"},
        events=(),
        links=(),
        resource={},
        scope_name="",
        scope_version="",
        redactions={},
    )
    return draft(bare, codec, resources, scopes)


def _rank(record: SpanRecord) -> int:
    if record.parent_id is None:
        return ROOT
    return REMOTE_ROOT if record.parent_is_remote else INNER


def _within(number: int) -> int:
    return max(0, min(int(number), _LATEST_NS))


def _names(reading: Reading) -> Mapping[TermKind, str]:
    names: dict[TermKind, str | None] = {
        "agent_type": reading.agent_type,
        "user": reading.user_id,
        "session": reading.session_id,
        "agent": reading.agent,
        "model": reading.model,
        "provider": reading.provider,
        "tool": reading.tool_name,
    }
    return {kind: _clean(text) for kind, text in names.items() if text}


def _clean(text: str) -> str:
    r"""Write lone surrogates, which neither SQLite nor JSON takes, as `\udXXX`; only the body stays exact."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _usage(reading: Reading) -> tuple[int | None, ...]:
    usage = reading.usage
    counts = (usage.input, usage.output, usage.cached_input, usage.cache_write, usage.reasoning)
    return *(_count(count) for count in counts), _stated_cost(reading)


def _count(count: int | None) -> int | None:
    """Drop counts that no model reports: they would overflow the sums."""
    return count if count is not None and 0 <= count < 2**40 else None


def _stated_cost(reading: Reading) -> int | None:
    """Return what the span itself says; what the price list says is filled in by `pricing`."""
    stated = reading.cost_usd
    if stated is None:
        return None
    return round(stated * NANO) if math.isfinite(stated) and 0 <= stated < 1e6 else None


def _cleaned(shape: Mapping[str, Json]) -> Json:
    keys = {"keys": [_clean(key) for key in shape["keys"]]} if "keys" in shape else {}
    return {name: _clean(value) if isinstance(value, str) else value for name, value in shape.items()} | keys


def _facts(reading: Reading) -> Json:
    facts = {
        "name": reading.name,
        "error_type": reading.error_type,
        "error_message": reading.error_message,
        "input": reading.input_preview,
        "output": reading.output_preview,
        "shape": reading.shape and _cleaned(reading.shape.told()),
        "change": reading.change,
        "calls": [_clean(call) for call in reading.calls],
        "finish_reason": reading.finish_reason,
        "metadata": dict(reading.metadata),
    }
    return {
        name: _clean(value) if isinstance(value, str) else value for name, value in facts.items() if value
    }
