"""Reads spans: their columns and facts for lists, and whole records one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from agent_inspector.model import Tokens
from agent_inspector.pipeline import Codec
from agent_inspector.store.prices import NANO
from agent_inspector.store.rows import SpanRow
from agent_inspector.store.sqlite import body, resources
from agent_inspector.store.sqlite.draft import INNER
from agent_inspector.store.sqlite.facts import Facts
from agent_inspector.store.sqlite.processes import DEAD_SQL, take_pulse
from agent_inspector.store.sqlite.segments import SegmentReader
from agent_inspector.store.sqlite.terms import Terms
from otel_bridge.record import SpanRecord

_STATE: Final = f"""
CASE WHEN s.status <> 'running' THEN s.status
    WHEN CASE WHEN p.id IS NULL THEN r.seen_ns < :silent_ns ELSE {DEAD_SQL} END THEN 'interrupted'
    ELSE 'running' END"""
_COLUMNS: Final = f"""
s.input_tokens, s.output_tokens, s.cached_input_tokens, s.cache_write_tokens, s.reasoning_tokens,
s.agent, s.model, s.provider, s.tool, r.trace_id, s.span_id,
CASE WHEN s.id = r.head AND r.head_rank < {INNER} THEN NULL ELSE s.parent_id END,
s.kind, s.type, {_STATE}, s.start_ns, s.end_ns, r.start_ns, IFNULL(p.seen_ns, r.seen_ns),
s.instant, s.framework OR s.folded, s.counts_usage, s.cost_nano_usd, s.facts, e.facts, e.span_id"""
"""In the order in which `SpanReader._row` takes them; the number of the span comes last."""
_AROUND: Final = "LEFT JOIN processes AS p ON p.id = s.process LEFT JOIN spans AS e ON e.id = s.told_by"
_JOINS: Final = f"CROSS JOIN spans AS s ON s.run = r.id {_AROUND}"

_PAGE: Final = f"""
SELECT {_COLUMNS}, 0 AS number FROM runs AS r {_JOINS} WHERE r.trace_id = :trace_id
ORDER BY s.start_ns, s.id LIMIT :limit OFFSET :offset"""
_PAGE_OF_TYPE: Final = f"""
WITH numbered AS (
    SELECT s.id, ROW_NUMBER() OVER (ORDER BY s.start_ns, s.id) AS number
    FROM runs AS r CROSS JOIN spans AS s ON s.run = r.id WHERE r.trace_id = :trace_id
)
SELECT {_COLUMNS}, n.number FROM numbered AS n CROSS JOIN spans AS s ON s.id = n.id
CROSS JOIN runs AS r ON r.id = s.run {_AROUND}
WHERE s.type = :type ORDER BY n.number LIMIT :limit OFFSET :offset"""
_ONE: Final = f"""
SELECT {_COLUMNS}, (
    SELECT COUNT(*) FROM spans AS e WHERE e.run = r.id AND (e.start_ns, e.id) <= (s.start_ns, s.id)
) AS number
FROM runs AS r {_JOINS} WHERE r.trace_id = :trace_id AND s.span_id = :span_id"""
_OPEN: Final = f"""
SELECT {_COLUMNS}, 0 AS number FROM runs AS r {_JOINS} WHERE r.trace_id = :trace_id AND s.end_ns IS NULL
ORDER BY s.start_ns DESC, s.id DESC LIMIT 1"""
_COUNT: Final = """
SELECT COUNT(*) FROM runs AS r CROSS JOIN spans AS s ON s.run = r.id
WHERE r.trace_id = ? AND (? IS NULL OR s.type = ?)"""
_BODIES: Final = """
SELECT s.span_id, s.run, b.resource, b.body FROM runs AS r CROSS JOIN spans AS s ON s.run = r.id
JOIN bodies AS b ON b.span = s.id WHERE r.trace_id = ? AND s.span_id IN (%s)"""
_AT_ONCE: Final = 200
"""Spans that one statement asks for."""

_NO_COUNTS: Final = (None,) * 5
_NO_TOKENS: Final = Tokens()
TERMS: Final = slice(5, 9)
END: Final = 16
LAST_SIGN: Final = 18
"""Where some columns stand in what is stored."""

_MOST_REMEMBERED: Final = 1000
"""Of more spans at once the facts are not remembered: they would drive out those of all others."""

Stored = tuple[Any, ...]
"""The columns of one span."""
ReadFacts = Callable[[bytes, bytes], Mapping[str, Any]]
Texts = Mapping["int | None", "str | None"]


class SpanReader:
    """Reads spans through a given connection."""

    def __init__(self, codec: Codec, terms: Terms) -> None:
        self.codec: Final = codec
        self._terms = terms
        self._known_facts = Facts(codec)

    def read(
        self, connection: sqlite3.Connection, trace_id: str, event_type: str | None, limit: int, offset: int
    ) -> list[SpanRow]:
        """Return spans of a run in order of start; a limit of -1 means all."""
        wanted = {"limit": limit, "offset": offset, "type": event_type}
        if event_type is not None:
            return self._rows(connection, _PAGE_OF_TYPE, trace_id, wanted)
        return self._rows(connection, _PAGE, trace_id, wanted, first_number=offset + 1)

    def count(self, connection: sqlite3.Connection, trace_id: str, event_type: str | None) -> int:
        """Return how many spans of a run are of this type, or are there at all."""
        found = connection.execute(_COUNT, (bytes.fromhex(trace_id), event_type, event_type)).fetchone()
        return int(found[0])

    def read_one(self, connection: sqlite3.Connection, trace_id: str, span_id: str) -> SpanRow | None:
        """Return one span."""
        rows = self._rows(connection, _ONE, trace_id, {"span_id": bytes.fromhex(span_id)})
        return rows[0] if rows else None

    def read_open(self, connection: sqlite3.Connection, trace_id: str) -> SpanRow | None:
        """Return the span that started last among those without an end."""
        rows = self._rows(connection, _OPEN, trace_id, {})
        return rows[0] if rows else None

    def read_records(
        self, connection: sqlite3.Connection, trace_id: str, span_ids: Sequence[str]
    ) -> dict[str, SpanRecord]:
        """Return whole spans by span id."""
        trace = bytes.fromhex(trace_id)
        shared: dict[int, Mapping[str, Any]] = {}
        records: dict[str, SpanRecord] = {}
        segments: SegmentReader | None = None
        for row in _bodies(connection, trace, [bytes.fromhex(span_id) for span_id in span_ids]):
            if row["resource"] not in shared:
                shared[row["resource"]] = resources.read(connection, row["resource"], self.codec)
            content = self.codec.decode(row["body"], bound_to=b"body" + trace + row["span_id"])
            segments = segments or SegmentReader(connection, self.codec, row["run"], trace)
            resource, span_id = shared[row["resource"]], row["span_id"].hex()
            records[span_id] = body.unpack(
                content, resource, segments.texts, trace_id=trace_id, span_id=span_id
            )
        return records

    def _rows(
        self,
        connection: sqlite3.Connection,
        statement: str,
        trace_id: str,
        parameters: Mapping[str, Any],
        *,
        first_number: int = 0,
    ) -> list[SpanRow]:
        pulse = take_pulse(connection).parameters
        values = {"trace_id": bytes.fromhex(trace_id), **pulse, **parameters}
        rows, texts = self._stored(connection, statement, values)
        read = self._known_facts.read if len(rows) <= _MOST_REMEMBERED else self._known_facts.read_once
        if not first_number:
            return [self._row(row, row[-1], texts, read) for row in rows]
        return [self._row(row, number, texts, read) for number, row in enumerate(rows, first_number)]

    def read_stored(self, connection: sqlite3.Connection, trace_id: str) -> tuple[list[Stored], Texts]:
        """Return all spans of a run in order of start, as they are stored, and the names that they use."""
        pulse = take_pulse(connection).parameters
        values = {"trace_id": bytes.fromhex(trace_id), **pulse, "limit": -1, "offset": 0}
        return self._stored(connection, _PAGE, values)

    def unpack(self, rows: Sequence[Stored], texts: Texts, first_number: int) -> list[SpanRow]:
        """Turn what is stored of consecutive spans into rows, the first of which has this number."""
        read = self._known_facts.read_once
        return [self._row(row, number, texts, read) for number, row in enumerate(rows, first_number)]

    def _stored(
        self, connection: sqlite3.Connection, statement: str, values: Mapping[str, Any]
    ) -> tuple[list[Stored], Texts]:
        cursor = connection.cursor()
        cursor.row_factory = (
            None  # plain tuples: looking up 27 names costs more than everything else of a row
        )
        rows = cursor.execute(statement, values).fetchall()
        numbers = {number for row in rows for number in row[TERMS]}
        return rows, self._terms.read(connection, numbers - {None})

    def _row(self, row: Stored, number: int, texts: Texts, read_facts: ReadFacts) -> SpanRow:
        counts = row[: len(_NO_COUNTS)]
        agent, model, provider, tool, trace, span, parent, kind, type_, state = row[5:15]
        start_ns, end_ns, run_start_ns, last_sign_ns, instant, framework, counted, cost = row[15:23]
        written, told, teller = row[23:26]
        facts = read_facts(written, trace + span)
        if told is not None and teller is not None:
            facts = _with_reason(facts, read_facts(told, trace + teller))
        return SpanRow(
            trace.hex(),
            span.hex(),
            parent.hex() if parent else None,
            number,
            kind,
            type_,
            state,
            start_ns,
            end_ns,
            run_start_ns,
            last_sign_ns,
            instant != 0,
            framework != 0,
            texts[agent],
            texts[model],
            texts[provider],
            texts[tool],
            _NO_TOKENS if counts == _NO_COUNTS else Tokens(*counts),
            counted != 0,
            None if cost is None else cost / NANO,
            facts,
        )


def _with_reason(facts: Mapping[str, Any], teller: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a span's facts with why it failed, which the folded span knows."""
    return {**facts, **{name: teller[name] for name in ("error_type", "error_message") if name in teller}}


def _bodies(connection: sqlite3.Connection, trace: bytes, spans: Sequence[bytes]) -> Iterator[sqlite3.Row]:
    for start in range(0, len(spans), _AT_ONCE):
        some = spans[start : start + _AT_ONCE]
        yield from connection.execute(_BODIES % ",".join("?" * len(some)), (trace, *some))
