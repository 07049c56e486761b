"""Shares: which spans count towards their run's tokens, errors and model calls, so that nothing counts twice.

Frameworks wrap one call in several spans that all state its usage, and a failure marks every span that
it passes through. Only the innermost counts:

- usage: an LLM or embedding span with usage, unless it contains an LLM span with usage;
- error: a failed span, unless it contains a failed span;
- call: an LLM span, unless it contains an LLM span.

Spans arrive in any order, so whenever one is written, it and everything that contains it is judged anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Final

from agent_inspector.store.sqlite.tally import USAGE, Tally

_HAS_USAGE: Final = "COALESCE(s.input_tokens, s.output_tokens, s.cost_nano_usd) IS NOT NULL"

_CANDIDATES: Final = f"""
WITH RECURSIVE up (id, run, parent_id) AS (
    SELECT s.id, s.run, s.parent_id FROM json_each(?) AS seed CROSS JOIN spans AS s ON s.id = seed.value
    UNION
    SELECT s.id, s.run, s.parent_id FROM up CROSS JOIN spans AS s ON s.span_id = up.parent_id AND s.run = up.run
)
SELECT s.id, s.run, s.span_id, s.kind = 'llm' AS is_call, s.status = 'failed' AS is_error,
    s.kind IN ('llm', 'embedding') AND {_HAS_USAGE} AS is_usage,
    s.counts_usage, s.counts_error, s.counts_call, {", ".join(f"s.{name}" for name in USAGE)}
FROM up CROSS JOIN spans AS s ON s.id = up.id
WHERE s.kind IN ('llm', 'embedding') OR s.status = 'failed'"""

_CONTAINED: Final = f"""
WITH RECURSIVE down (span_id) AS (
    SELECT span_id FROM spans WHERE run = :run AND parent_id = :span_id
    UNION
    SELECT s.span_id FROM down CROSS JOIN spans AS s ON s.run = :run AND s.parent_id = down.span_id
)
SELECT MAX(s.kind = 'llm' AND {_HAS_USAGE}) AS has_usage, MAX(s.status = 'failed') AS has_error,
    MAX(s.kind = 'llm') AS has_call
FROM down CROSS JOIN spans AS s ON s.span_id = down.span_id AND s.run = :run
WHERE s.span_id <> :span_id"""

_MARK: Final = "UPDATE spans SET counts_usage = ?, counts_error = ?, counts_call = ? WHERE id = ?"


def judge(connection: sqlite3.Connection, written: Iterable[int], tally: Tally) -> None:
    """Decide anew what the written spans, and those that contain them, count for; tell the tally what changed."""
    marks = []
    for row in connection.execute(_CANDIDATES, (json.dumps(list(written)),)).fetchall():
        inside = connection.execute(_CONTAINED, {"run": row["run"], "span_id": row["span_id"]}).fetchone()
        usage = int(row["is_usage"] and not inside["has_usage"])
        error = int(row["is_error"] and not inside["has_error"])
        call = int(row["is_call"] and not inside["has_call"])
        run = row["run"]
        if usage != row["counts_usage"]:
            tally.add_usage(run, [row[name] for name in USAGE], usage - row["counts_usage"])
        if error != row["counts_error"]:
            tally.count(run, "error_count", error - row["counts_error"])
        if call != row["counts_call"]:
            tally.count(run, "llm_calls", call - row["counts_call"])
        if (usage, error, call) != (row["counts_usage"], row["counts_error"], row["counts_call"]):
            marks.append((usage, error, call, row["id"]))
    connection.executemany(_MARK, marks)
