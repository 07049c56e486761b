"""Open the store that a configuration names; alone chooses the implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent_inspector.config import TraceConfig
    from agent_inspector.store.span_store import SpanStore


def open_store(config: TraceConfig, *, read_only: bool = False) -> SpanStore:
    """Return the store at `config.db_path`.

    For writing, the file is made at the first write, so that a disk that is in trouble now may
    recover before then. `read_only` never makes a file and never writes a span.

    Raises:
        StoreUnavailable: `read_only`, and there is no store at that path, or it cannot be opened.
        StoreTooNew: `read_only`, and a newer version wrote the store.
        ConfigError: the encryption key is not a usable key.
    """
    from agent_inspector.store.sqlite import SqliteStore  # noqa: PLC0415 (importing the facade must not load sqlite3)

    return SqliteStore(config, read_only=read_only)


def sqlite_version() -> tuple[int, ...]:
    """Return the version of the SQLite library that stores are kept with."""
    from agent_inspector.store.sqlite.engine import VERSION  # noqa: PLC0415 (as above)

    return VERSION
