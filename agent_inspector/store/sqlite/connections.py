"""Connections: opens the database file, lends each connection to one thread at a time, survives a fork."""

from __future__ import annotations

import ctypes
import os
import sqlite3
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agent_inspector.errors import StoreUnavailable
from agent_inspector.store.sqlite import files, quarantine, schema
from agent_inspector.store.sqlite.faults import breaks_connection, reported
from agent_inspector.store.sqlite.turns import BUSY_TIMEOUT_MS, PATIENCE

_MOST_IDLE: Final = 8
_RETRY_S: Final = 0.02

_SETTINGS: Final = (
    PATIENCE,
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    # Well below `checkpoint.LOG_BYTES`: a log that stayed as large as that would be due again after every batch.
    "PRAGMA journal_size_limit = 1048576",
    "PRAGMA temp_store = MEMORY",
    # `checkpoint` does it instead: one process at a time.
    "PRAGMA wal_autocheckpoint = 0",
)
_WAL: Final = "PRAGMA journal_mode = WAL"
_QUERY_ONLY: Final = "PRAGMA query_only = ON"


class _Connection(sqlite3.Connection):
    """A connection that knows which file it belongs to, whatever stands at the path by now."""

    file: tuple[int, int] | None = None


class Connections:
    """Owns the connections of this process to one database file."""

    def __init__(self, path: str, *, read_only: bool) -> None:
        self.path: Final = Path(path)
        self._read_only = read_only
        self._idle: deque[_Connection] = deque()
        self._pid = os.getpid()
        self._tried: tuple[int, int] | None = None
        """The file that was opened last, or could not be."""

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to the calling thread; an open transaction is rolled back at the end.

        Raises:
            StoreUnavailable: the file cannot be opened.
            StoreTooNew: a newer version wrote it.
            StoreError: SQLite refused what the caller did with the connection.
        """
        with reported(str(self.path)):
            connection = self._take()
            try:
                yield connection
            except BaseException as error:
                self._return(connection, broken=breaks_connection(error))
                raise
            self._return(connection, broken=False)

    def close(self) -> None:
        """Close every connection that nobody is using."""
        self._forget_inherited()
        while self._idle:
            self._idle.pop().close()

    def set_aside(self) -> bool:
        """Rename the file that was found damaged; whether the next connection can begin a new one."""
        self.close()
        return not self._read_only and quarantine.set_aside(self.path, self._tried)

    def _take(self) -> _Connection:
        self._forget_inherited()
        present = files.identity(self.path) if self._idle else None
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._open()
            # A store that was deleted or replaced would otherwise swallow spans without a trace.
            if connection.file == present:
                return connection
            connection.close()

    def _return(self, connection: _Connection, *, broken: bool) -> None:
        if self._pid != os.getpid():
            _never_close(connection)
            return
        if connection.in_transaction and not broken:
            connection.rollback()
        if broken or len(self._idle) >= _MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)

    def _open(self) -> _Connection:
        if self._read_only:
            if not self.path.exists():
                raise StoreUnavailable(
                    f"There is no store at {self.path} yet; record a run first, or set TRACE_DB_PATH."
                )
            files.check_owned(self.path)
        else:
            quarantine.set_aside_log(self.path)
            files.make_private(self.path)
        self._tried = files.identity(self.path)
        connection = sqlite3.connect(
            self.path,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_TIMEOUT_MS / 1000,
            factory=_Connection,
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        connection.file = self._tried
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        for setting in _SETTINGS:
            connection.execute(setting)
        connection.row_factory = sqlite3.Row
        connection.create_function("unhex_id", 1, bytes.fromhex, deterministic=True)
        schema.check(connection, str(self.path))
        if schema.is_current(connection):
            self._restrict(connection)
            return
        _switch_to_wal(connection)
        schema.migrate(connection, str(self.path))
        self._restrict(connection)

    def _restrict(self, connection: sqlite3.Connection) -> None:
        if self._read_only:
            connection.execute(_QUERY_ONLY)

    def _forget_inherited(self) -> None:
        """In a forked child, let go of the parent's connections without closing them."""
        if self._pid == os.getpid():
            return
        for connection in self._idle:
            _never_close(connection)
        self._idle = deque()
        self._pid = os.getpid()


def _never_close(connection: sqlite3.Connection) -> None:
    """Keep an inherited connection forever.

    Closing it would roll back, in the memory that it shares with the parent, whatever the parent is
    writing at that moment (https://www.sqlite.org/howtocorrupt.html, 2.6).
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, which SQLite may refuse at once while another process does the same."""
    give_up = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute(_WAL)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(_RETRY_S)
