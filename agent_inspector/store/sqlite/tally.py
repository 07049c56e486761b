"""Tally: what one span adds to its run's counters, and the sums of a batch on their way to the runs."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent_inspector.model import Tokens

USAGE: Final = (
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "cost_nano_usd",
)
"""Columns of `spans` that are summed over the spans that count; also columns of `runs`."""
KNOWN: Final = (
    "input_known",
    "output_known",
    "cached_input_known",
    "cache_write_known",
    "reasoning_known",
    "cost_known",
)
"""How many spans say the usage of the same place: a sum over none of them is unknown, not 0."""
COUNTERS: Final = ("step_count", "llm_calls", "tool_calls", "error_count", *USAGE, *KNOWN)
FACETS: Final = ("agent", "model", "tool")
"""Columns of `spans` that hold a term which lists of runs show."""

_ADD: Final = (
    f"UPDATE runs SET {', '.join(f'{name} = {name} + :{name}' for name in COUNTERS)} WHERE id = :run"
)
_ADD_FACET: Final = """
INSERT INTO run_facets (run, facet, term, spans) VALUES (?, ?, ?, ?)
ON CONFLICT (run, facet, term) DO UPDATE SET spans = spans + excluded.spans"""
_DROP_FACET: Final = "DELETE FROM run_facets WHERE run = ? AND facet = ? AND term = ? AND spans <= 0"


class Tally:
    """Collects changes of counters by run, and adds them to the runs in one statement each."""

    def __init__(self) -> None:
        self._counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._facets: Counter[tuple[int, str, int]] = Counter()

    def count(self, run: int, counter: str, change: int) -> None:
        """Change one counter of a run."""
        self._counts[run][counter] += change

    def add_usage(self, run: int, usage: Sequence[int | None], sign: int) -> None:
        """Add, or with sign -1 take away, the usage of a span that counts."""
        counts = self._counts[run]
        for name, known, amount in zip(USAGE, KNOWN, usage, strict=True):
            if amount is not None:
                counts[name] += sign * amount
                counts[known] += sign

    def add_terms(self, run: int, terms: Sequence[int | None], sign: int) -> None:
        """Add, or with sign -1 take away, a span's agent, model and tool."""
        for facet, term in zip(FACETS, terms, strict=True):
            if term is not None:
                self._facets[run, facet, term] += sign

    def write(self, connection: sqlite3.Connection) -> None:
        """Add everything to the database. Needs a write transaction."""
        zero = dict.fromkeys(COUNTERS, 0)
        connection.executemany(_ADD, [zero | counts | {"run": run} for run, counts in self._counts.items()])
        changed = [(*key, change) for key, change in self._facets.items() if change]
        connection.executemany(_ADD_FACET, changed)
        connection.executemany(_DROP_FACET, [change[:3] for change in changed if change[3] < 0])


def tokens_of(row: Mapping[str, Any] | sqlite3.Row) -> Tokens:
    """Return the sums of a row that has `USAGE` and `KNOWN`; a sum over nothing is unknown."""

    def total(name: str) -> int | None:
        return row[f"{name}_tokens"] if row[f"{name}_known"] else None

    return Tokens(
        input=total("input"),
        output=total("output"),
        cached_input=total("cached_input"),
        cache_write=total("cache_write"),
        reasoning=total("reasoning"),
    )
