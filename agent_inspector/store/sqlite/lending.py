"""Lending: what folded spans know of the step around them: that it failed, or which tokens it used.

Some products tell of a tool's failure only on the span of its execution below it, and of a model call's
tokens only on the span that reads the answer. Such spans are plumbing; the nearest step around them
that is shown takes over what it does not know itself, in whichever order the two arrive.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from agent_inspector.store.sqlite.tally import USAGE

_COUNTS: Final = USAGE[:-1]

_TELLING: Final = """
SELECT t.id, t.run, t.status FROM json_each(?) AS seed CROSS JOIN spans AS w ON w.id = seed.value
CROSS JOIN spans AS t INDEXED BY spans_telling ON t.run = w.run AND t.tells = 1
GROUP BY t.id"""
_AROUND: Final = """
WITH RECURSIVE up (id, parent_id, framework, depth) AS (
    SELECT id, parent_id, framework, 0 FROM spans WHERE id = :id
    UNION
    SELECT s.id, s.parent_id, s.framework, up.depth + 1
    FROM up CROSS JOIN spans AS s ON s.span_id = up.parent_id AND s.run = :run
    WHERE up.framework = 1 AND up.depth < 64
)
SELECT id FROM up WHERE framework = 0 ORDER BY depth LIMIT 1"""
_FAIL: Final = (
    "UPDATE spans SET status = 'failed', told_by = :teller WHERE id = :id AND status = 'completed'",
    "UPDATE runs SET status = 'failed' WHERE id = :run AND head = :id AND status = 'completed'",
)
_GIVE: Final = f"""
UPDATE spans SET ({", ".join(_COUNTS)}) = (SELECT {", ".join(_COUNTS)} FROM spans WHERE id = :teller)
WHERE id = :id AND kind = 'llm' AND COALESCE(input_tokens, output_tokens, cost_nano_usd) IS NULL"""


def lend(connection: sqlite3.Connection, written: Sequence[int]) -> list[int]:
    """Let steps take over what folded spans below them know; return those that may have changed."""
    changed: list[int] = []
    for teller in connection.execute(_TELLING, (json.dumps(written),)).fetchall():
        around = connection.execute(_AROUND, dict(teller)).fetchone()
        if around is None or (teller["id"] not in written and around["id"] not in written):
            continue
        names = {"id": around["id"], "run": teller["run"], "teller": teller["id"]}
        for statement in _FAIL if teller["status"] == "failed" else ():
            connection.execute(statement, names)
        connection.execute(_GIVE, names)
        changed.append(around["id"])
    return changed
