"""Checkpoint: moves the write-ahead log into the database, in one process at a time.

SQLite before 3.51.3 can lose pages when two connections checkpoint and reset the log at the same
instant (https://www.sqlite.org/wal.html, "The WAL-Reset Bug"), so automatic checkpoints are off and
whoever holds the lock on a side file does it.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from agent_inspector.store.sqlite import side_lock

LOG_BYTES: Final = 4 * 2**20
"""Size of the log above which it is worth a checkpoint."""
_LARGE_LOG_BYTES: Final = 16 * LOG_BYTES
_PASSIVE: Final = "PRAGMA wal_checkpoint(PASSIVE)"
_TRUNCATE: Final = "PRAGMA wal_checkpoint(TRUNCATE)"
_WAIT_S: Final = 5.0
_NO_WAIT: Final = "PRAGMA busy_timeout = 100"


def checkpoint_if_due(connection: sqlite3.Connection, path: Path) -> None:
    """Checkpoint when the log has grown; never waits for readers unless the log has grown far."""
    log_bytes = _log_bytes(path)
    if log_bytes >= LOG_BYTES:
        # The batch is durable already: a checkpoint that fails is tried again after the next one.
        with suppress(sqlite3.OperationalError), side_lock.hold(path) as mine:
            if mine:
                connection.execute(_TRUNCATE if log_bytes >= _LARGE_LOG_BYTES else _PASSIVE).fetchall()


def checkpoint_at_end(connection: sqlite3.Connection, path: Path) -> None:
    """Empty the log if nobody else is using it; somebody else will do it otherwise."""
    with side_lock.hold(path) as mine:
        if mine:
            connection.execute(_NO_WAIT)
            connection.execute(_TRUNCATE).fetchall()


def empty_log(connection: sqlite3.Connection, path: Path) -> bool:
    """Move everything into the database and cut the log to nothing; False while somebody still reads from it."""
    with side_lock.hold(path, wait_s=_WAIT_S) as mine:
        return bool(mine) and not connection.execute(_TRUNCATE).fetchone()[0]


def _log_bytes(path: Path) -> int:
    try:
        return Path(f"{path}-wal").stat().st_size
    except OSError:
        return 0
