"""The SQLite store: one file in write-ahead-log mode; nothing outside this package opens the database."""

from agent_inspector.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
