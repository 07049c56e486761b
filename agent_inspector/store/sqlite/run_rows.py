"""Reads summaries of runs; never a body."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from agent_inspector.model import RunFilter, Tokens
from agent_inspector.pipeline import Codec
from agent_inspector.store.prices import NANO
from agent_inspector.store.rows import RunRow, RunSelection
from agent_inspector.store.sqlite.draft import INNER
from agent_inspector.store.sqlite.facts import Facts
from agent_inspector.store.sqlite.processes import take_pulse
from agent_inspector.store.sqlite.run_filters import FROM_SQL, STATE_SQL, RunFilters
from agent_inspector.store.sqlite.tally import FACETS, KNOWN, USAGE
from agent_inspector.store.sqlite.terms import Terms
from otel_bridge.losses import COPIES

_USED: Final = ", ".join(
    f"CASE WHEN r.{known} THEN r.{name} END" for name, known in zip(USAGE, KNOWN, strict=True)
)
_COLUMNS: Final = f"""
r.id, r.trace_id, r.head_span_id, r.name, r.agent_type, r.user, r.session,
CASE WHEN r.head_rank < {INNER} THEN r.head_span_id END, {STATE_SQL}, r.start_ns, r.end_ns,
IFNULL(p.seen_ns, r.seen_ns), r.created_ns, r.step_count, r.llm_calls, r.tool_calls, r.error_count,
IFNULL(p.losses, '{{}}'), h.facts, r.revision, {_USED}"""
"""In the order in which `RunReader._row` takes them; what the runs are sorted by comes last."""
_HEAD: Final = "JOIN spans AS h ON h.id = r.head"
_ONE: Final = f"SELECT {_COLUMNS}, r.start_ns AS sort_key {FROM_SQL} {_HEAD} WHERE r.trace_id = :trace_id"
_FACETS: Final = """
SELECT run, facet, -spans, term FROM run_facets WHERE run IN (SELECT value FROM json_each(?))"""
_KEYS: Final[Mapping[str, str]] = {
    "started_at": "r.start_ns",
    "completed_at": "IFNULL(r.end_ns, -1)",
    "duration_ms": "IFNULL(r.end_ns - r.start_ns, -1)",
    "name": "TERM_KEY(r.name)",
}
"""What runs are sorted by; those without an end come as the shortest and the first to end."""

_TERMS: Final = slice(3, 7)

Parameters = dict[str, Any]
Texts = Mapping["int | None", "str | None"]
ReadFacts = Callable[[bytes, bytes], Mapping[str, Any]]


class RunReader:
    """Reads runs through a given connection."""

    def __init__(self, codec: Codec, terms: Terms) -> None:
        self._terms = terms
        self._facts = Facts(codec)
        self._filters = RunFilters(codec, terms)

    def read(self, connection: sqlite3.Connection, selection: RunSelection) -> list[RunRow]:
        """Return the selected runs, in the order that was asked for."""
        key = _KEYS[selection.order_by]
        found = self._filters.conditions(connection, selection.matching)
        parameters = found.parameters
        direction, beyond = ("DESC", "<") if selection.descending else ("ASC", ">")
        if selection.after is not None:
            found.where.append(f"({key}, r.id) {beyond} (:after_key, :after_id)")
            parameters |= {"after_key": selection.after[0], "after_id": selection.after[1]}
        statement = (
            f"SELECT {_COLUMNS}, {key} AS sort_key {FROM_SQL} {_HEAD} {found.clause}"
            f" ORDER BY {key} {direction}, r.id {direction} LIMIT :limit OFFSET :offset"
        )
        parameters |= {"limit": selection.limit, "offset": selection.offset}
        if selection.order_by == "name":  # to say it again lets SQLite compile all statements again
            connection.create_function("TERM_KEY", 1, self._terms.sort_key(connection))
        return self._rows(connection, statement, parameters, sealed=selection.sealed)

    def count(self, connection: sqlite3.Connection, matching: RunFilter) -> int:
        """Return how many runs match."""
        found = self._filters.conditions(connection, matching)
        statement = f"SELECT COUNT(*) {found.source} {found.clause}"
        return int(connection.execute(statement, found.parameters).fetchone()[0])

    def read_one(self, connection: sqlite3.Connection, trace_id: str) -> RunRow | None:
        """Return one run."""
        parameters: Parameters = {"trace_id": bytes.fromhex(trace_id), **take_pulse(connection).parameters}
        return next(iter(self._rows(connection, _ONE, parameters)), None)

    def _rows(
        self, connection: sqlite3.Connection, statement: str, parameters: Parameters, *, sealed: bool = False
    ) -> list[RunRow]:
        cursor = connection.cursor()
        cursor.row_factory = None  # plain tuples, as in SpanReader
        rows = cursor.execute(statement, parameters).fetchall()
        facets = sorted(cursor.execute(_FACETS, (json.dumps([row[0] for row in rows]),)))
        numbers = {number for row in rows for number in row[_TERMS]} | {term for *_, term in facets}
        texts = self._terms.read(connection, numbers - {None}, sealed=sealed)
        by_run = _group_facets(facets, texts)
        read_facts = self._facts.read_unsealed if sealed else self._facts.read
        return [self._row(row, by_run[row[0]], texts, read_facts) for row in rows]

    def _row(
        self, row: tuple[Any, ...], facets: Mapping[str, Sequence[str]], texts: Texts, read_facts: ReadFacts
    ) -> RunRow:
        number, trace, head, name, agent_type, user, session, root, state, start_ns, end_ns = row[:11]
        last_sign_ns, created_ns, steps, llm_calls, tool_calls, errors, losses, facts, revision = row[11:20]
        *tokens, cost, sort_key = row[20:]
        return RunRow(
            trace.hex(),
            (sort_key, number),
            texts[name] or "",
            state,
            start_ns,
            end_ns,
            last_sign_ns,
            created_ns,
            root.hex() if root else None,
            texts[agent_type],
            texts[user],
            texts[session],
            steps,
            llm_calls,
            tool_calls,
            errors,
            Tokens(*tokens),
            None if cost is None else cost / NANO,
            facets.get("model", ()),
            facets.get("agent", ()),
            facets.get("tool", ()),
            _missing_here(losses),
            read_facts(facts, trace + head),
            revision,
        )


def _missing_here(losses: str) -> int:
    """Sum up the losses that cost the run steps; copies for other backends cost it none."""
    if losses == "{}":
        return 0
    return sum(spans for reason, spans in json.loads(losses).items() if reason not in COPIES)


def _group_facets(
    rows: Sequence[tuple[int, str, int, int]], texts: Texts
) -> Mapping[int, Mapping[str, Sequence[str]]]:
    found: defaultdict[int, dict[str, list[str]]] = defaultdict(lambda: {facet: [] for facet in FACETS})
    for run, facet, _, term in rows:
        of_facet, text = found[run][facet], texts[term]
        # One text has two numbers where the key has changed between two spans.
        if text is not None and text not in of_facet:
            of_facet.append(text)
    return found
