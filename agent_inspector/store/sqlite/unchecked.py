"""A transaction without foreign-key checks, for rows whose checks would each read every span."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from agent_inspector.store.sqlite.turns import begin_writing


@contextmanager
def unchecked(connection: sqlite3.Connection) -> Iterator[None]:
    """Run one write transaction; whoever uses it sees to it that no row refers to one that is gone."""
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        begin_writing(connection)
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.rollback()
        connection.execute("PRAGMA foreign_keys = ON")
