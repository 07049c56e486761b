"""Orphans: names, resources and processes that no row refers to any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from agent_inspector.store.sqlite.deletion import Turns
from agent_inspector.store.sqlite.processes import take_pulse
from agent_inspector.store.sqlite.unchecked import unchecked

TERM_COLUMNS: Final[Sequence[tuple[str, str]]] = (
    ("runs", "name"),
    ("runs", "agent_type"),
    ("runs", "user"),
    ("runs", "session"),
    ("run_facets", "term"),
)
"""Where a term can be looked up quickly. The agents, models and tools of spans are facets of their run."""

_KEPT_KINDS: Final = "'provider'"
"""Names of providers are few and public, and finding the unused ones would read every span."""
_USED: Final = " UNION ALL ".join(
    f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL" for table, column in TERM_COLUMNS
)
_DROP_TERMS: Final = f"""
DELETE FROM terms WHERE kind NOT IN ({_KEPT_KINDS})
AND id NOT IN ({_USED})"""
_DROP_RESOURCES: Final = """
DELETE FROM resources WHERE NOT EXISTS (SELECT 1 FROM bodies AS b WHERE b.resource = resources.id)"""
_DROP_PROCESSES: Final = """
DELETE FROM processes WHERE losses = '{}' AND (ended_ns IS NOT NULL OR seen_ns < :silent_ns)
AND id NOT IN (SELECT process FROM runs WHERE process IS NOT NULL)
AND id NOT IN (SELECT process FROM spans WHERE process IS NOT NULL)"""


def remove_names(turns: Turns) -> None:
    """Remove terms and resources that no run uses; reads nothing larger than the list of runs."""
    with turns() as connection:
        _without_checks(connection, [_DROP_TERMS, _DROP_RESOURCES])


def remove_processes(turns: Turns) -> None:
    """Remove processes that left neither runs nor losses; reads every span."""
    with turns() as connection:
        _without_checks(connection, [_DROP_PROCESSES])


def _without_checks(connection: sqlite3.Connection, statements: Sequence[str]) -> None:
    with unchecked(connection):
        parameters = take_pulse(connection).parameters
        for statement in statements:
            connection.execute(statement, parameters)
