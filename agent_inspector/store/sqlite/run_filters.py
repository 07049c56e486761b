"""Run filters: a RunFilter as conditions on the columns of runs, their names and their spans."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agent_inspector.model import RunFilter
from agent_inspector.pipeline import Codec
from agent_inspector.store.prices import NANO
from agent_inspector.store.search_text import ask
from agent_inspector.store.sqlite import search_index
from agent_inspector.store.sqlite.fact_filters import FactTest, fact_condition, tag_test
from agent_inspector.store.sqlite.processes import DEAD_SQL, take_pulse
from agent_inspector.store.sqlite.terms import TermKind, Terms

INTERRUPTED_SQL: Final = f"CASE WHEN p.id IS NULL THEN r.seen_ns < :silent_ns ELSE {DEAD_SQL} END"
"""Whether a run without an end has been left; `r` is the run and `p` its process."""
FROM_SQL: Final = "FROM runs AS r LEFT JOIN processes AS p ON p.id = r.process"
STATE_SQL: Final = f"CASE WHEN r.status <> 'running' THEN r.status WHEN {INTERRUPTED_SQL} THEN 'interrupted' ELSE 'running' END"

_NS_PER_MS: Final = 1_000_000
_LARGEST: Final = 2**63 - 1
_STATUS: Final[Mapping[str, str]] = {
    "running": f"r.status = 'running' AND NOT {INTERRUPTED_SQL}",
    "interrupted": f"r.status = 'running' AND {INTERRUPTED_SQL}",
}
_TERMS: Final[Mapping[str, tuple[str, TermKind]]] = {
    "user_id": ("r.user IN ({})", "user"),
    "session_id": ("r.session IN ({})", "session"),
    "model": ("r.id IN (SELECT run FROM run_facets WHERE facet = 'model' AND term IN ({}))", "model"),
    "tool": ("r.id IN (SELECT run FROM run_facets WHERE facet = 'tool' AND term IN ({}))", "tool"),
    "agent": ("r.id IN (SELECT run FROM run_facets WHERE facet = 'agent' AND term IN ({}))", "agent"),
}
_TOKENS: Final = "(r.input_known OR r.output_known) AND r.input_tokens + r.output_tokens"
_BOUNDS: Final[Mapping[str, tuple[str, float]]] = {
    "started_after": ("r.start_ns >= :started_after", _NS_PER_MS),
    "started_before": ("r.start_ns <= :started_before", _NS_PER_MS),
    "min_tokens": (f"{_TOKENS} >= :min_tokens", 1),
    "max_tokens": (f"{_TOKENS} <= :max_tokens", 1),
    "min_cost_usd": ("r.cost_known AND r.cost_nano_usd >= :min_cost_usd", NANO),
    "max_cost_usd": ("r.cost_known AND r.cost_nano_usd <= :max_cost_usd", NANO),
    "min_duration_ms": ("r.end_ns - r.start_ns >= :min_duration_ms", _NS_PER_MS),
    "max_duration_ms": ("r.end_ns - r.start_ns <= :max_duration_ms", _NS_PER_MS),
}
"""Condition of each bound, and what its number is multiplied by to be that of the column."""
_KIND: Final = "EXISTS (SELECT 1 FROM spans AS k WHERE k.run = r.id AND k.kind = :kind)"
_FINDING: Final = "r.id IN (SELECT run FROM findings WHERE class = :finding)"
_HAS_ERROR: Final = "r.error_count > 0 OR r.status = 'failed'"
_NAMES: Final = "r.name IN (SELECT value FROM json_each(:{}))"
_READ: Final = "r.trace_id IN (SELECT unhex_id(value) FROM json_each(:found_by_reading))"
_WORDS: Final = """r.id IN (SELECT w.run FROM search_words AS f CROSS JOIN spans AS w ON w.id = f.rowid
WHERE f.search_words MATCH :words)"""


@dataclass(slots=True)
class Conditions:
    """What to write after WHERE, and its parameters; `r` is the run, `p` its process."""

    where: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def clause(self) -> str:
        return f"WHERE {' AND '.join(f'({part})' for part in self.where)}" if self.where else ""

    @property
    def source(self) -> str:
        """The tables to count in: without the processes, where nobody asks for them, an index has all that is needed."""
        return FROM_SQL if any(INTERRUPTED_SQL in part for part in self.where) else "FROM runs AS r"


class RunFilters:
    """Turns filters into conditions on a given connection."""

    def __init__(self, codec: Codec, terms: Terms) -> None:
        self._codec = codec
        self._terms = terms

    def conditions(self, connection: sqlite3.Connection, matching: RunFilter) -> Conditions:
        """Return the conditions that a filter stands for, and make what they call known to the connection."""
        found = Conditions(parameters=dict(take_pulse(connection).parameters))
        self._add_plain(matching, found)
        self._add_bounds(matching, found)
        self._add_terms(connection, matching, found)
        self._add_text(connection, matching, found)
        self._add_facts(connection, matching, found)
        return found

    def _add_plain(self, matching: RunFilter, found: Conditions) -> None:
        if matching.status is not None:
            found.where.append(_STATUS.get(matching.status, "r.status = :status"))
            found.parameters["status"] = matching.status
        if matching.kind is not None:
            found.where.append(_KIND)
            found.parameters["kind"] = matching.kind
        if matching.finding is not None:
            found.where.append(_FINDING)
            found.parameters["finding"] = matching.finding
        if matching.setup is not None:
            found.where.append("r.works = 0" if matching.setup else "r.works = 1")
        if matching.has_error is not None:
            found.where.append(_HAS_ERROR if matching.has_error else f"NOT ({_HAS_ERROR})")

    def _add_bounds(self, matching: RunFilter, found: Conditions) -> None:
        for name, (condition, factor) in _BOUNDS.items():
            bound = getattr(matching, name)
            if bound is None:
                continue
            number = round(bound * factor)
            if name == "started_before":  # the whole of that millisecond
                number += _NS_PER_MS - 1
            found.where.append(condition)
            found.parameters[name] = max(-_LARGEST, min(number, _LARGEST))

    def _add_terms(self, connection: sqlite3.Connection, matching: RunFilter, found: Conditions) -> None:
        for name, (condition, kind) in _TERMS.items():
            text = getattr(matching, name)
            if text is not None:
                found.where.append(condition.format(f"SELECT value FROM json_each(:{name})"))
                found.parameters[name] = json.dumps(self._terms.find(connection, kind, text))
        if matching.search:
            found.where.append(_NAMES.format("search"))
            found.parameters["search"] = json.dumps(self._terms.search(connection, "run", matching.search))

    def _add_text(self, connection: sqlite3.Connection, matching: RunFilter, found: Conditions) -> None:
        if not matching.text or not matching.text.strip():
            return
        words = ask(matching.text).words
        ways = [_NAMES.format("text")]
        found.parameters["text"] = json.dumps(self._terms.search(connection, "run", matching.text.strip()))
        if words and search_index.exists(connection):
            ways.append(_WORDS)
            found.parameters["words"] = " AND ".join(f'"{word}" *' for word in words)
        if matching.found_by_reading:
            ways.append(_READ)
            found.parameters["found_by_reading"] = json.dumps(list(matching.found_by_reading))
        found.where.append(" OR ".join(ways))

    def _add_facts(self, connection: sqlite3.Connection, matching: RunFilter, found: Conditions) -> None:
        tests: dict[str, FactTest] = {}
        if matching.tag is not None:
            tests["has_tag"] = tag_test(matching.tag)
        if matching.error is not None:
            wanted = matching.error.casefold()
            tests["has_error_type"] = lambda facts: wanted in str(facts.get("error_type") or "").casefold()
        for name, test in tests.items():
            found.where.append(fact_condition(connection, self._codec, name, test))
