"""Writer: one batch of drafts in one transaction: spans, bodies, runs and their counters.

A span is known by its trace and span id. A later version replaces an earlier one, but an open version
never a finished one; its place in the tree and its start stay those of the version seen first.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from agent_inspector.store.sqlite import heads, lending, marks, processes, resources, segments, shares
from agent_inspector.store.sqlite.draft import Draft
from agent_inspector.store.sqlite.heads import RunHead
from agent_inspector.store.sqlite.segments import Shared
from agent_inspector.store.sqlite.tally import FACETS, USAGE, Tally
from agent_inspector.store.sqlite.terms import Term, Terms
from agent_inspector.store.sqlite.turns import begin_writing
from agent_inspector.store.sqlite.twins import find_twins

_COMMIT: Final = "COMMIT"
_LAST: Final = "SELECT IFNULL(MAX(id), 0) FROM spans"
_COLUMNS: Final = ("end_ns", "process", "kind", "type", "status", "instant", "framework",
                   "agent", "model", "provider", "tool", *USAGE, "is_priced", "facts", *marks.COLUMNS)  # fmt: skip
_FIND: Final = f"""
SELECT id, end_ns, counts_usage, counts_error, counts_call, counts_tool, {", ".join(FACETS)}, {", ".join(USAGE)}
FROM spans WHERE span_id = ? AND run = ?"""
_INSERT: Final = f"""
INSERT INTO spans (id, run, span_id, parent_id, start_ns, {", ".join(_COLUMNS)})
VALUES (?, ?, ?, ?, ?, {", ".join("?" * len(_COLUMNS))})"""
_UPDATE: Final = f"""
UPDATE spans SET {", ".join(f"{name} = ?" for name in _COLUMNS)}, counts_usage = 0, counts_error = 0, counts_call = 0,
    counts_tool = 0, folded = 0, told_by = NULL
WHERE id = ?"""
_BODY: Final = "INSERT OR REPLACE INTO bodies (span, resource, body) VALUES (?, ?, ?)"


SpanKey: TypeAlias = "tuple[bytes, bytes]"
"""Trace and span id."""


class Place(NamedTuple):
    """Where a span of a batch has been written."""

    run: int
    span: int
    is_new: bool


@dataclass(slots=True)
class _Batch:
    """Numbers and rows of one batch, while they are collected."""

    connection: sqlite3.Connection
    runs: dict[bytes, RunHead]
    terms: dict[Term, int]
    processes: Mapping[str, int]
    resources: Mapping[bytes, int]
    last_span: int
    tally: Tally = field(default_factory=Tally)
    inserts: list[tuple[object, ...]] = field(default_factory=list)
    updates: list[tuple[object, ...]] = field(default_factory=list)
    bodies: list[tuple[object, ...]] = field(default_factory=list)
    places: dict[SpanKey, Place] = field(default_factory=dict)
    affected: set[int] = field(default_factory=set)
    """Spans that count otherwise now that another one has changed, beside those that contain it."""

    def add(self, draft: Draft) -> None:
        """Add one span, unless a finished version of it is there and this one is open."""
        run = self.runs[draft.trace_id]
        known = None if run.is_new else self.connection.execute(_FIND, (draft.span_id, run.id)).fetchone()
        span = self.last_span + 1 if known is None else known["id"]
        self.places[draft.trace_id, draft.span_id] = Place(run.id, span, known is None)
        if known is None:
            self.last_span = span
            place = (span, run.id, draft.span_id, draft.parent_id, draft.start_ns)
            self.inserts.append((*place, *self._values(draft)))
            self.tally.count(run.id, "step_count", 1)
        elif draft.end_ns is None and known["end_ns"] is not None:
            return
        else:
            self._forget(run.id, known)
            self.affected |= find_twins(self.connection, span).keys()
            self.updates.append((*self._values(draft), span))
        self.tally.add_terms(run.id, [self._number(draft, facet) for facet in FACETS], 1)
        self.bodies.append((span, self.resources[draft.resource.hash], draft.body))
        run.offer(draft, span, is_new=known is None, terms=self.terms)

    def _forget(self, run: int, known: sqlite3.Row) -> None:
        """Take away what the version that is replaced had added."""
        self.tally.add_terms(run, [known[facet] for facet in FACETS], -1)
        self.tally.count(run, "tool_calls", -known["counts_tool"])
        self.tally.count(run, "error_count", -known["counts_error"])
        self.tally.count(run, "llm_calls", -known["counts_call"])
        if known["counts_usage"]:
            self.tally.add_usage(run, [known[name] for name in USAGE], -1)

    def _values(self, draft: Draft) -> tuple[object, ...]:
        process = self.processes[draft.process_id] if draft.process_id else None
        kinds = (draft.end_ns, process, draft.kind, draft.type, draft.status, draft.instant, draft.framework)
        named = (self._number(draft, name) for name in ("agent", "model", "provider", "tool"))
        return (*kinds, *named, *draft.usage, draft.is_priced, draft.facts, *draft.marks)

    def _number(self, draft: Draft, name: str) -> int | None:
        term = draft.term(name)  # type: ignore[arg-type]  # FACETS are term kinds
        return self.terms[term] if term else None


class RunGone(Exception):
    """A run whose earlier texts this batch refers to has been deleted, with those."""


def write(  # noqa: PLR0913 (half are keywords: what a batch needs beside its spans)
    connection: sqlite3.Connection,
    drafts: Sequence[Draft],
    shared: Shared,
    *,
    process_id: str,
    terms: Terms,
    before_commit: Callable[[Mapping[SpanKey, Place]], None],
) -> None:
    """Write a batch in one transaction; when this returns it is durable.

    Raises:
        RunGone: the drafts must be made anew; nothing was written.
    """
    versions = _last_versions(drafts)
    begin_writing(connection)
    processes.beat(connection, process_id)
    batch = _Batch(
        connection=connection,
        runs=heads.find_heads(connection, dict.fromkeys(draft.trace_id for draft in versions)),
        terms=terms.intern(connection, (term for draft in versions for term in draft.names.items())),
        processes=processes.number(connection, {draft.process_id for draft in versions if draft.process_id}),
        resources=resources.number(connection, (draft.resource for draft in versions)),
        last_span=int(connection.execute(_LAST).fetchone()[0]),
    )
    if any(batch.runs[trace].is_new for trace in shared.continued if trace in batch.runs):
        raise RunGone
    for draft in versions:
        batch.add(draft)
    batch.terms.update(terms.intern(connection, heads.names(batch.runs.values())))
    _write_rows(batch, shared, time.time_ns())
    before_commit(batch.places)
    connection.execute(_COMMIT)


def _write_rows(batch: _Batch, shared: Shared, now_ns: int) -> None:
    connection = batch.connection
    heads.insert_new(connection, batch.runs, batch.terms, now_ns)
    segments.write(connection, shared.segments, {trace: run.id for trace, run in batch.runs.items()})
    connection.executemany(_INSERT, batch.inserts)
    connection.executemany(_UPDATE, batch.updates)
    connection.executemany(_BODY, batch.bodies)
    written = [row[0] for row in batch.bodies if isinstance(row[0], int)]
    told = lending.lend(connection, written)
    shares.judge(connection, {*written, *told, *batch.affected}, batch.tally)
    batch.tally.write(connection)
    heads.update(connection, batch.runs.values(), terms=batch.terms, processes=batch.processes, now_ns=now_ns)


def _last_versions(drafts: Iterable[Draft]) -> list[Draft]:
    """Keep one version of each span of the batch: the last finished one, else the last."""
    kept: dict[tuple[bytes, bytes], Draft] = {}
    for draft in drafts:
        key = (draft.trace_id, draft.span_id)
        earlier = kept.get(key)
        if earlier is None:
            kept[key] = draft
        elif draft.end_ns is not None or earlier.end_ns is None:
            draft.parent_id, draft.rank, draft.start_ns = earlier.parent_id, earlier.rank, earlier.start_ns
            kept[key] = draft
    return list(kept.values())
