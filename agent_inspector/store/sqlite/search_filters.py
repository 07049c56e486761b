"""Search filters: a StepFilter as conditions on the columns of spans and their runs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Final

from agent_inspector.model import StepFilter
from agent_inspector.pipeline import Codec
from agent_inspector.store.prices import NANO
from agent_inspector.store.sqlite.fact_filters import fact_condition, tag_test
from agent_inspector.store.sqlite.processes import DEAD_SQL, take_pulse
from agent_inspector.store.sqlite.terms import TermKind, Terms

_NS_PER_MS: Final = 1_000_000
_LARGEST: Final = 2**63 - 1

_LEFT: Final = f"CASE WHEN p.id IS NULL THEN r.seen_ns < :silent_ns ELSE {DEAD_SQL} END"
_STATES: Final[Mapping[str, str]] = {
    "running": f"s.status = 'running' AND NOT {_LEFT}",
    "interrupted": f"s.status = 'running' AND {_LEFT}",
}
_TERMS: Final[Mapping[str, tuple[str, TermKind]]] = {
    "model": ("s.model", "model"),
    "tool": ("s.tool", "tool"),
    "user_id": ("r.user", "user"),
    "session_id": ("r.session", "session"),
}
_TOKENS: Final = "IFNULL(s.input_tokens, 0) + IFNULL(s.output_tokens, 0)"
_BOUNDS: Final[Mapping[str, tuple[str, float]]] = {
    "started_after": ("s.start_ns >= :started_after", _NS_PER_MS),
    "started_before": ("s.start_ns <= :started_before", _NS_PER_MS),
    "min_tokens": (f"{_TOKENS} >= :min_tokens", 1),
    "max_tokens": (f"{_TOKENS} <= :max_tokens", 1),
    "min_cost_usd": ("s.cost_nano_usd >= :min_cost_usd", NANO),
    "max_cost_usd": ("s.cost_nano_usd <= :max_cost_usd", NANO),
    "min_duration_ms": ("s.end_ns - s.start_ns >= :min_duration_ms", _NS_PER_MS),
    "max_duration_ms": ("s.end_ns - s.start_ns <= :max_duration_ms", _NS_PER_MS),
}
"""Condition of each bound, and what its number is multiplied by to be that of the column."""

Conditions = tuple[str, dict[str, Any]]


def conditions(
    connection: sqlite3.Connection, matching: StepFilter, terms: Terms, codec: Codec
) -> Conditions:
    """Return what to write after WHERE, and its parameters; `s` is the span, `r` its run, `p` its process."""
    where = ["1"]
    parameters: dict[str, Any] = dict(take_pulse(connection).parameters)
    if matching.kind is not None:
        where.append("s.kind = :kind")
        parameters["kind"] = matching.kind
    if matching.status is not None:
        where.append(_STATES.get(matching.status, "s.status = :status"))
        parameters["status"] = matching.status
    if matching.tag is not None:
        where.append(fact_condition(connection, codec, "has_tag", tag_test(matching.tag)))
    for add in (_add_terms(connection, terms), _add_bounds):
        add(matching, where, parameters)
    return " AND ".join(f"({condition})" for condition in where), parameters


def _add_terms(
    connection: sqlite3.Connection, terms: Terms
) -> Callable[[StepFilter, list[str], dict[str, Any]], None]:
    def add(matching: StepFilter, where: list[str], parameters: dict[str, Any]) -> None:
        for name, (column, kind) in _TERMS.items():
            text = getattr(matching, name)
            if text is not None:
                where.append(f"{column} IN (SELECT value FROM json_each(:{name}))")
                parameters[name] = json.dumps(terms.find(connection, kind, text))

    return add


def _add_bounds(matching: StepFilter, where: list[str], parameters: dict[str, Any]) -> None:
    for name, (condition, factor) in _BOUNDS.items():
        bound = getattr(matching, name)
        if bound is not None:
            where.append(condition)
            parameters[name] = max(-_LARGEST, min(round(bound * factor), _LARGEST))
    if matching.started_before is not None:  # the whole of that millisecond
        parameters["started_before"] = min(parameters["started_before"] + _NS_PER_MS - 1, _LARGEST)
