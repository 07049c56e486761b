"""Shares: which spans count towards their run's tokens, errors and calls, so that nothing counts twice.

Frameworks wrap one call in several spans that all state its usage, two instrumentations tell of the same
call (see `twins`), and a failure marks every span that it passes through. So count

- usage: an LLM or embedding span with usage that contains no other such span, but for its twins;
- call: an LLM span that contains no other one, but for its twins;
- of twins, only the best; the others are folded away where it is sure that they are twins of a shown one,
  unless the program itself told of them;
- tool: a tool span, unless a direct child of the same library carries the same tool's call out: then the
  child counts, and its parent (an MCP client's side of the call) is folded away;
- error: a failed span that contains no failed span.

Plumbing counts for nothing but errors. Spans arrive in any order, so whenever one is written, it, what
contains it, and the twins of these are judged anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from agent_inspector.store.sqlite.tally import USAGE, Tally
from agent_inspector.store.sqlite.twins import Twins, find_twins

_HAS_USAGE: Final = "COALESCE(s.input_tokens, s.output_tokens, s.cost_nano_usd) IS NOT NULL"
_CALLS: Final = "s.framework = 0 AND s.kind IN ('llm', 'embedding')"
_COUNTS: Final = ("counts_usage", "counts_error", "counts_call", "counts_tool", "folded")

_COLUMNS: Final = f"""s.id, s.run, s.span_id, s.tool, s.scope, s.response,
    {", ".join(f"s.{name}" for name in (*_COUNTS, *USAGE))},
    s.framework = 0 AND s.kind = 'llm' AS is_call, s.framework = 0 AND s.kind = 'tool' AS is_tool,
    s.status = 'failed' AS is_error, {_CALLS} AND {_HAS_USAGE} AS is_usage"""
_UP: Final = f"""
WITH RECURSIVE up (id, run, parent_id) AS (
    SELECT s.id, s.run, s.parent_id FROM json_each(?) AS seed CROSS JOIN spans AS s ON s.id = seed.value
    UNION
    SELECT s.id, s.run, s.parent_id FROM up CROSS JOIN spans AS s ON s.span_id = up.parent_id AND s.run = up.run
)
SELECT {_COLUMNS} FROM up CROSS JOIN spans AS s ON s.id = up.id
WHERE s.kind IN ('llm', 'embedding', 'tool') OR s.status = 'failed'"""
_ONE: Final = f"SELECT {_COLUMNS} FROM spans AS s WHERE s.id = ?"
_CONTAINED: Final = f"""
WITH RECURSIVE down (span_id) AS (
    SELECT span_id FROM spans WHERE run = :run AND parent_id = :span_id
    UNION
    SELECT s.span_id FROM down CROSS JOIN spans AS s ON s.run = :run AND s.parent_id = down.span_id
)
SELECT IFNULL(MAX({_CALLS} AND {_HAS_USAGE} AND s.id NOT IN (SELECT value FROM json_each(:twins))), 0) AS usage,
    IFNULL(MAX({_CALLS} AND s.kind = 'llm' AND s.id NOT IN (SELECT value FROM json_each(:twins))), 0) AS call,
    IFNULL(MAX(s.status = 'failed'), 0) AS error
FROM down CROSS JOIN spans AS s ON s.span_id = down.span_id AND s.run = :run
WHERE s.span_id <> :span_id"""
_CARRIED_OUT: Final = """
SELECT EXISTS (SELECT 1 FROM spans WHERE run = :run AND parent_id = :span_id AND span_id <> :span_id
    AND kind = 'tool' AND framework = 0 AND tool = :tool AND scope = :scope)"""
_MARK: Final = f"UPDATE spans SET {', '.join(f'{name} = ?' for name in _COUNTS)} WHERE id = ?"


class _Share(NamedTuple):
    """What a span counts for, in the order of its columns."""

    usage: int
    error: int
    call: int
    tool: int
    folded: int


_COUNTERS: Final[Mapping[str, str]] = {"error": "error_count", "call": "llm_calls", "tool": "tool_calls"}


def judge(connection: sqlite3.Connection, seeds: Iterable[int], tally: Tally) -> None:
    """Decide anew what these spans, those that contain them, and their twins count for; tell the tally."""
    judgement = _Judgement(connection)
    found = connection.execute(_UP, (json.dumps(list(seeds)),)).fetchall()
    candidates = {row["id"]: row for row in found}
    for row in found:
        if row["is_call"]:
            candidates |= {twin: judgement.row(twin) for twin in judgement.twins(row["id"])}
    marks = []
    for span, row in candidates.items():
        share, before = judgement.share(row), _Share(*(row[name] for name in _COUNTS))
        if share != before:
            _tell(tally, row, share, before)
            marks.append((*share, span))
    connection.executemany(_MARK, marks)


def _tell(tally: Tally, row: sqlite3.Row, share: _Share, before: _Share) -> None:
    if share.usage != before.usage:
        tally.add_usage(row["run"], [row[name] for name in USAGE], share.usage - before.usage)
    for name, counter in _COUNTERS.items():
        change = getattr(share, name) - getattr(before, name)
        if change:
            tally.count(row["run"], counter, change)


@dataclass(slots=True)
class _Judgement:
    """One round of judging, which asks the database about each span once."""

    connection: sqlite3.Connection
    _rows: dict[int, sqlite3.Row] = field(default_factory=dict)
    _twins: dict[int, Twins] = field(default_factory=dict)
    _contained: dict[int, sqlite3.Row] = field(default_factory=dict)

    def row(self, span: int) -> sqlite3.Row:
        if span not in self._rows:
            self._rows[span] = self.connection.execute(_ONE, (span,)).fetchone()
        return self._rows[span]

    def twins(self, span: int) -> Twins:
        if span not in self._twins:
            self._twins[span] = find_twins(self.connection, span)
        return self._twins[span]

    def share(self, row: sqlite3.Row) -> _Share:
        is_carried_out = bool(row["is_tool"] and self._is_carried_out(row))
        is_call = bool(row["is_call"] and not self._inside(row)["call"])
        call_twin = self._better_twin(row, "call") if is_call else None
        is_usage = bool(row["is_usage"] and not self._inside(row)["usage"])
        return _Share(
            usage=int(is_usage and self._better_twin(row, "usage") is None),
            error=int(row["is_error"] and not self._inside(row)["error"]),
            call=int(is_call and call_twin is None),
            tool=int(row["is_tool"] and not is_carried_out),
            folded=int(is_carried_out or (call_twin is not None and self._is_sure(row, call_twin))),
        )

    def _is_sure(self, row: sqlite3.Row, twin: sqlite3.Row) -> bool:
        """Whether nobody misses a span beside its twin; what a program told of itself is always shown."""
        return row["response"] == twin["response"] and twin["id"] not in self.twins(row["id"]).told

    def _inside(self, row: sqlite3.Row) -> sqlite3.Row:
        span = row["id"]
        if span not in self._contained:
            own_twins = json.dumps(list(self.twins(span))) if row["is_call"] else "[]"
            names = {"run": row["run"], "span_id": row["span_id"], "twins": own_twins}
            self._contained[span] = self.connection.execute(_CONTAINED, names).fetchone()
        return self._contained[span]

    def _better_twin(self, row: sqlite3.Row, what: str) -> sqlite3.Row | None:
        """Return a twin that counts in this span's place: a better one that contains nothing else that counts."""
        for twin in self.twins(row["id"]).better():
            other = self.row(twin)
            if other[f"is_{what}"] and not self._inside(other)[what]:
                return other
        return None

    def _is_carried_out(self, row: sqlite3.Row) -> bool:
        names = {name: row[name] for name in ("run", "span_id", "tool", "scope")}
        return bool(self.connection.execute(_CARRIED_OUT, names).fetchone()[0])
