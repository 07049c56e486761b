"""Checkpoint: moves the write-ahead log into the database, in one process at a time.

SQLite before 3.51.3 can lose pages when two connections checkpoint and reset the log at the same
instant (https://www.sqlite.org/wal.html, "The WAL-Reset Bug"), so automatic checkpoints are off and
whoever holds the lock on a side file does it.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from agent_inspector.store.sqlite import files

if sys.platform != "win32":
    import fcntl

LOG_BYTES: Final = 4 * 2**20
"""Size of the log above which it is worth a checkpoint."""
_LARGE_LOG_BYTES: Final = 16 * LOG_BYTES
_PASSIVE: Final = "PRAGMA wal_checkpoint(PASSIVE)"
_TRUNCATE: Final = "PRAGMA wal_checkpoint(TRUNCATE)"
_NO_WAIT: Final = "PRAGMA busy_timeout = 100"


def checkpoint_if_due(connection: sqlite3.Connection, path: Path) -> None:
    """Checkpoint when the log has grown; never waits for readers unless the log has grown far."""
    log_bytes = _log_bytes(path)
    if log_bytes >= LOG_BYTES:
        # The batch is durable already: a checkpoint that fails is tried again after the next one.
        with suppress(sqlite3.OperationalError), _only_one(path) as mine:
            if mine:
                connection.execute(_TRUNCATE if log_bytes >= _LARGE_LOG_BYTES else _PASSIVE).fetchall()


def checkpoint_at_end(connection: sqlite3.Connection, path: Path) -> None:
    """Empty the log if nobody else is using it; somebody else will do it otherwise."""
    with _only_one(path) as mine:
        if mine:
            connection.execute(_NO_WAIT)
            connection.execute(_TRUNCATE).fetchall()


def _log_bytes(path: Path) -> int:
    try:
        return Path(f"{path}-wal").stat().st_size
    except OSError:
        return 0


@contextmanager
def _only_one(path: Path) -> Iterator[bool]:
    """Hold the checkpoint lock; yields False when another process holds it."""
    if sys.platform == "win32":  # no flock: SQLite's own lock has to do
        yield True
        return
    descriptor = os.open(f"{path}-lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, files.FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)
