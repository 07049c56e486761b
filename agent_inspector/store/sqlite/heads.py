"""Heads: the span that stands for a run, and the run's row, which takes its name, status and times from it.

The head is the root: the span without a parent, or else one whose parent lives in another process.
Until a root has been seen it is the span that started first, and the run counts as running: or as
failed, where that span has failed and nothing has ended after it, because some roots never come.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from agent_inspector.store.sqlite.draft import INNER, Draft
from agent_inspector.store.sqlite.terms import Term

_FIND: Final = """
SELECT id, head, head_rank, start_ns, head_span_id, user, session, last_end_ns FROM runs WHERE trace_id = ?"""
_MAKES_AN_AGENT: Final = "agent_spawn"
_LAST: Final = "SELECT IFNULL(MAX(id), 0) FROM runs"
_NEXT_REVISION: Final = "UPDATE revision SET value = value + 1"
_REVISION: Final = "SELECT value FROM revision"
_INSERT: Final = """
INSERT INTO runs (id, trace_id, revision, created_ns, seen_ns, head, head_rank, head_span_id, name, status, start_ns, works)
VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, 'running', ?, 0)"""
_TOUCH: Final = "UPDATE runs SET revision = ?, seen_ns = ?, user = ?, session = ?, last_end_ns = ?, works = MAX(works, ?) WHERE id = ?"
_HEAD: Final = """
UPDATE runs SET head = ?, head_rank = ?, head_span_id = ?, name = ?, agent_type = ?, status = ?,
    start_ns = ?, end_ns = ?, process = ? WHERE id = ?"""
_WITHOUT_ROOT: Final = f"""
UPDATE runs SET (status, end_ns) = (
    SELECT CASE WHEN failed THEN 'failed' ELSE 'running' END, CASE WHEN failed THEN runs.last_end_ns END
    FROM (
        SELECT h.status = 'failed' AND h.end_ns >= runs.last_end_ns
            AND NOT EXISTS (SELECT 1 FROM spans AS o WHERE o.run = runs.id AND o.end_ns IS NULL) AS failed
        FROM spans AS h WHERE h.id = runs.head
    )
)
WHERE id = ? AND head_rank = {INNER}"""


@dataclass(slots=True)
class RunHead:
    """What a batch needs to know of a run, and changes."""

    id: int
    is_new: bool
    head: int = 0
    place: tuple[int, int, bytes] = (INNER + 1, 0, b"")
    user: int | None = None
    session: int | None = None
    last_end_ns: int | None = None
    works: bool = False
    """Whether the batch brought a step of an agent, and not only plumbing or the making of one."""
    draft: Draft | None = None
    """A version of the head, if the batch brought one."""

    def offer(self, draft: Draft, span: int, *, is_new: bool, terms: Mapping[Term, int]) -> None:
        """Take a span that was written as the head, or as a new version of it, or for its user and session."""
        is_better = is_new and draft.place < self.place
        is_head = is_better or span == self.head
        if is_head:
            self.head, self.draft = span, draft
        if is_better:
            self.place = draft.place
        if not draft.framework and (draft.type != _MAKES_AN_AGENT or draft.status == "failed"):
            self.works = True
        if draft.end_ns is not None:
            self.last_end_ns = max(draft.end_ns, self.last_end_ns or 0)
        self.user = _choose(self.user, draft.term("user"), terms, overrides=is_head)
        self.session = _choose(self.session, draft.term("session"), terms, overrides=is_head)


def find_heads(connection: sqlite3.Connection, trace_ids: Iterable[bytes]) -> dict[bytes, RunHead]:
    """Return the runs of these traces; those not met before get the next numbers."""
    last = int(connection.execute(_LAST).fetchone()[0])
    heads: dict[bytes, RunHead] = {}
    for trace_id in trace_ids:
        row = connection.execute(_FIND, (trace_id,)).fetchone()
        if row is None:
            last += 1
            heads[trace_id] = RunHead(last, is_new=True)
        else:
            place = (row["head_rank"], row["start_ns"], row["head_span_id"])
            known = {name: row[name] for name in ("head", "user", "session", "last_end_ns")}
            heads[trace_id] = RunHead(row["id"], is_new=False, place=place, **known)
    return heads


def names(heads: Iterable[RunHead]) -> Iterator[Term]:
    """Return the terms that name the runs whose head the batch brought."""
    for run in heads:
        if run.draft is not None:
            yield "run", run.draft.name


def insert_new(
    connection: sqlite3.Connection, heads: Mapping[bytes, RunHead], terms: Mapping[Term, int], now_ns: int
) -> None:
    """Make rows for the runs that are new, so that their spans can refer to them."""
    rows = []
    for trace_id, run in heads.items():
        if run.is_new and run.draft is not None:
            name = terms["run", run.draft.name]
            rank, start_ns, span_id = run.place
            rows.append((run.id, trace_id, now_ns, now_ns, run.head, rank, span_id, name, start_ns))
    connection.executemany(_INSERT, rows)


def update(
    connection: sqlite3.Connection,
    heads: Collection[RunHead],
    *,
    terms: Mapping[Term, int],
    processes: Mapping[str, int],
    now_ns: int,
) -> None:
    """Write what the batch changed; every touched run gets a revision above all others."""
    connection.execute(_NEXT_REVISION)
    revision = int(connection.execute(_REVISION).fetchone()[0])
    touched, headed = [], []
    for run in heads:
        touched.append((revision, now_ns, run.user, run.session, run.last_end_ns, run.works, run.id))
        if run.draft is not None:
            headed.append(_head_row(run, run.draft, terms, processes))
    connection.executemany(_TOUCH, touched)
    connection.executemany(_HEAD, headed)
    rootless = [(run.id,) for run in heads if run.place[0] == INNER]
    connection.executemany(_WITHOUT_ROOT, rootless)


def _head_row(
    run: RunHead, head: Draft, terms: Mapping[Term, int], processes: Mapping[str, int]
) -> tuple[object, ...]:
    rank, start_ns, span_id = run.place
    has_root = rank < INNER
    agent_type = head.term("agent_type")
    return (
        run.head,
        rank,
        span_id,
        terms["run", head.name],
        terms[agent_type] if agent_type else None,
        head.status if has_root else "running",
        start_ns,
        head.end_ns if has_root else None,
        processes.get(head.process_id) if head.process_id else None,
        run.id,
    )


def _choose(
    present: int | None, term: Term | None, terms: Mapping[Term, int], *, overrides: bool
) -> int | None:
    if term is None or (present is not None and not overrides):
        return present
    return terms[term]
