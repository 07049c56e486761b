"""Twins: spans of two instrumentations that tell of one and the same model call, perhaps in two traces.

An SDK traces itself and an instrumentation traces it too; a framework's handler stands around both.
Nested in one trace or side by side in two, they overlap in time, come from different libraries, and
name the same answer; where one of them does not know the answer's id, they come from one process, lie
within each other, and agree on tokens as far as both know them, or else on the model.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

NEAR_NS: Final = 5 * 10**9
"""Twins begin within this time of each other: between them lies at most a retry or a slow handler."""
_SLACK_NS: Final = 10**7
"""Two libraries read the clock one after the other."""
_MOST: Final = 64
"""Spans of one other library around one moment that are compared."""

_TOKENS: Final = ("input_tokens", "output_tokens")
_COLUMNS: Final = """t.id, t.scope, t.origin, t.response, t.start_ns, t.end_ns, t.model, t.weight, t.span_id,
t.input_tokens, t.output_tokens"""
_ONE: Final = f"SELECT {_COLUMNS} FROM spans AS t WHERE t.id = ? AND t.kind = 'llm' AND t.framework = 0"


def _others(index: str, same: str) -> str:
    """Write the question for spans of other libraries near in time, skipping from library to library."""
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
LIMIT {_MOST}"""


_SAME_ANSWER: Final = _others("spans_by_response", "response = :response AND response IS NOT NULL")
_SAME_PROCESS: Final = _others("spans_calls", "origin = :origin AND kind = 'llm' AND framework = 0")


class Twins(dict[int, sqlite3.Row]):
    """The spans that tell of the same call as one span, by number."""

    def __init__(self, of: sqlite3.Row | None = None, rows: Iterable[sqlite3.Row] = ()) -> None:
        super().__init__((row["id"], row) for row in rows)
        self._of = of

    def better(self) -> Iterator[int]:
        """Yield those that are to be shown and counted before it: that tell more, or else stand around it."""
        if self._of is not None:
            worth = _worth(self._of)
            yield from (number for number, row in self.items() if _worth(row) < worth)


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
    return Twins(call, found)


def _worth(row: sqlite3.Row) -> tuple[object, ...]:
    """Sort what tells most first, then what stands around the others."""
    has_usage = row["input_tokens"] is not None or row["output_tokens"] is not None
    return not has_usage, -row["weight"], row["start_ns"], -row["end_ns"], row["span_id"]


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


def _contains(outer: sqlite3.Row, inner: sqlite3.Row) -> bool:
    return bool(
        outer["start_ns"] - _SLACK_NS <= inner["start_ns"] and inner["end_ns"] <= outer["end_ns"] + _SLACK_NS
    )


def _alike(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other
