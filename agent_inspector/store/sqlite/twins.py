"""Twins: spans of two instrumentations that tell of one and the same model call, perhaps in two traces.

An SDK traces itself and an instrumentation traces it too; a framework's handler stands around both.
Nested in one trace or side by side in two, they overlap in time, come from different libraries, and
name the same answer; where one of them does not know the answer's id, they come from one process, lie
within each other, and agree on tokens as far as both know them, or else on the model.

A program that is recorded without code may also tell of its calls by the facade, once they are over:
`trace.llm(...)` right after a call of the same run, with its words or its tokens, is told of that call.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

from agent_inspector.store.sqlite.marks import FACADE

NEAR_NS: Final = 5 * 10**9
"""Twins begin within this time of each other: between them lies at most a retry or a slow handler."""
TOLD_NS: Final = 60 * 10**9
"""How long after a call's end a program may tell of it: it may have used the answer before."""
_LONGEST_NS: Final = 900 * 10**9
"""How long a call may last that is looked for from what was told of it."""
_SLACK_NS: Final = 10**7
"""Two libraries read the clock one after the other."""
_MOST: Final = 64
"""Spans of one other library around one moment that are compared."""

_TOKENS: Final = ("input_tokens", "output_tokens")
_COLUMNS: Final = """t.id, t.scope, t.origin, t.response, t.start_ns, t.end_ns, t.model, t.weight, t.span_id,
t.input_tokens, t.output_tokens, t.run, t.said"""
_ONE: Final = f"SELECT {_COLUMNS} FROM spans AS t WHERE t.id = ? AND t.kind = 'llm' AND t.framework = 0"


def _others(index: str, same: str) -> str:
    """Write the question for spans of other libraries near in time, the last first, from library to library."""
    return f"""
WITH RECURSIVE library (scope) AS (
    SELECT MIN(scope) FROM spans INDEXED BY {index} WHERE {same}
    UNION ALL
    SELECT (SELECT MIN(scope) FROM spans INDEXED BY {index} WHERE {same} AND scope > library.scope)
    FROM library WHERE library.scope IS NOT NULL
)
SELECT {_COLUMNS} FROM library CROSS JOIN spans AS t INDEXED BY {index}
WHERE library.scope <> :scope AND t.scope = library.scope AND {same}
    AND t.start_ns BETWEEN :first_ns AND :last_ns
ORDER BY t.start_ns DESC
LIMIT {_MOST}"""


_SAME_ANSWER: Final = _others("spans_by_response", "response = :response AND response IS NOT NULL")
_SAME_PROCESS: Final = _others("spans_calls", "origin = :origin AND kind = 'llm' AND framework = 0")

_SAME_RUN: Final = _others("spans_calls_of_run", "run = :run AND kind = 'llm' AND framework = 0")
_TOLD_OF: Final = f"""
SELECT {_COLUMNS} FROM spans AS t INDEXED BY spans_calls_of_run
WHERE t.run = :run AND t.kind = 'llm' AND t.framework = 0 AND t.scope = {FACADE}
    AND t.start_ns BETWEEN :first_ns AND :last_ns
LIMIT {_MOST}"""


class Twins(dict[int, sqlite3.Row]):
    """The spans that tell of the same call as one span, by number."""

    def __init__(
        self,
        of: sqlite3.Row | None = None,
        rows: Iterable[sqlite3.Row] = (),
        told: Iterable[sqlite3.Row] = (),
    ) -> None:
        super().__init__((row["id"], row) for row in rows)
        self.told = {row["id"] for row in told if row["id"] not in self}
        """Those of which the program told, or this one is told of: both are steps to be seen."""
        self.update((row["id"], row) for row in told)
        self._of = of

    def better(self) -> Iterator[int]:
        """Yield those that are to be shown and counted before it: that tell more, or else stand around it."""
        if self._of is not None:
            yield from (number for number, row in self.items() if self._is_better(row))

    def _is_better(self, row: sqlite3.Row) -> bool:
        if self._of is None or row["id"] not in self.told:
            return self._of is not None and _worth(row) < _worth(self._of)
        # The call itself counts, unless only the program knows what it used.
        if _has_usage(row) != _has_usage(self._of):
            return _has_usage(row)
        return bool(self._of["scope"] == FACADE)


def find_twins(connection: sqlite3.Connection, span: int) -> Twins:
    """Return the twins of a span; what is no model call, or has not ended, has none."""
    call = connection.execute(_ONE, (span,)).fetchone()
    if call is None or call["end_ns"] is None:
        return Twins()
    near = {
        "scope": call["scope"],
        "origin": call["origin"],
        "response": call["response"],
        "first_ns": call["start_ns"] - NEAR_NS,
        "last_ns": call["start_ns"] + NEAR_NS,
    }
    found = []
    if call["response"] is not None:
        found += [row for row in connection.execute(_SAME_ANSWER, near) if _overlaps(call, row)]
    found += [row for row in connection.execute(_SAME_PROCESS, near) if _agrees(call, row)]
    return Twins(call, found, _find_told(connection, call))


def _find_told(connection: sqlite3.Connection, call: sqlite3.Row) -> list[sqlite3.Row]:
    """Return what the program told of this call, or the call that this one was told of."""
    names = {"run": call["run"], "scope": call["scope"]}
    if call["scope"] == FACADE:
        span = {"first_ns": call["start_ns"] - _LONGEST_NS, "last_ns": call["start_ns"] + NEAR_NS}
        made = connection.execute(_SAME_RUN, names | span).fetchall()
        return [row for row in made if _is_told_of(call, row)]
    span = {"first_ns": call["start_ns"] - NEAR_NS, "last_ns": call["end_ns"] + TOLD_NS}
    told = connection.execute(_TOLD_OF, names | span).fetchall()
    return [row for row in told if _is_told_of(row, call)]


def _worth(row: sqlite3.Row) -> tuple[object, ...]:
    """Sort what tells most first, then what stands around the others."""
    return not _has_usage(row), -row["weight"], row["start_ns"], -row["end_ns"], row["span_id"]


def _has_usage(row: sqlite3.Row) -> bool:
    return row["input_tokens"] is not None or row["output_tokens"] is not None


def _overlaps(call: sqlite3.Row, other: sqlite3.Row) -> bool:
    if other["end_ns"] is None:
        return False
    return bool(other["start_ns"] <= call["end_ns"] and call["start_ns"] <= other["end_ns"])


def _agrees(call: sqlite3.Row, other: sqlite3.Row) -> bool:
    """Whether two calls of one process, one of which does not know its answer's id, are the same."""
    if other["end_ns"] is None or (call["response"] is not None and other["response"] is not None):
        return False
    if not (_contains(call, other) or _contains(other, call)):
        return False
    if not all(_alike(call[name], other[name]) for name in _TOKENS):
        return False
    # Libraries name the model that was asked or the one that answered: tokens say more.
    return call["model"] == other["model"] or all(call[name] == other[name] is not None for name in _TOKENS)


def _is_told_of(told: sqlite3.Row, call: sqlite3.Row) -> bool:
    """Whether the program told of this call: afterwards, in the call's words or with its tokens."""
    if told["end_ns"] is None or call["end_ns"] is None:
        return False
    # With a duration it was measured around the call.
    if told["start_ns"] < call["start_ns"] - (0 if _is_instant(told) else NEAR_NS):
        return False
    if not call["end_ns"] - _SLACK_NS <= told["end_ns"] <= call["end_ns"] + TOLD_NS:
        return False
    if not all(_alike(told[name], call[name]) for name in ("response", "said", *_TOKENS)):
        return False
    same = {name for name in ("response", "said", "model", *_TOKENS) if told[name] == call[name] is not None}
    # Programs name the model that was asked or the one that answered: words and tokens together say more.
    return "response" in same or len(same & {"said", "model"}) == 2 or same > set(_TOKENS)


def _contains(outer: sqlite3.Row, inner: sqlite3.Row) -> bool:
    # Nothing that takes time fits into an instant, however short it is beside the slack.
    if _is_instant(outer) and not _is_instant(inner):
        return False
    # What is told in an instant is told of what has begun.
    slack_ns = 0 if _is_instant(inner) else _SLACK_NS
    return bool(
        outer["start_ns"] - slack_ns <= inner["start_ns"] and inner["end_ns"] <= outer["end_ns"] + _SLACK_NS
    )


def _is_instant(row: sqlite3.Row) -> bool:
    return bool(row["start_ns"] == row["end_ns"])


def _alike(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other
