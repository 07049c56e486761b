"""SQLite's errors as sentences a person can act on; alone knows their codes and texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from agent_inspector.errors import StoreDamaged, StoreError, StoreUnavailable

_SENTENCES: Final = (
    ("locked", "The store at {path} is locked by another process; try again when that one is done."),
    ("is full", "The disk that holds the store at {path} is full; free some space or prune old runs."),
    (
        "readonly",
        "The store at {path} may only be read; check the permissions of the file and its directory.",
    ),
    (
        "read-only",
        "The store at {path} may only be read; check the permissions of the file and its directory.",
    ),
    ("unable to open", "The store at {path} cannot be opened; check the path and its permissions."),
    (
        "not a database",
        "The file at {path} is not a store of Agent Inspector; move it away, or set TRACE_DB_PATH.",
    ),
    (
        "malformed",
        "The store at {path} is damaged; move it away to start a new one, and keep it for recovery.",
    ),
    ("i/o error", "The disk that holds the store at {path} reports an error; check the disk."),
)
_DAMAGED: Final = ("not a database", "malformed")
_BROKEN: Final = (*_DAMAGED, "i/o error", "unable to open")


@contextmanager
def reported(path: str) -> Iterator[None]:
    """Turn errors of SQLite and of the file system into StoreUnavailable or StoreError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreUnavailable(f"The store at {path} cannot be opened: {reason}; check the path.") from error
    except sqlite3.Error as error:
        raise _report(error, path) from error


def breaks_connection(error: BaseException) -> bool:
    """Whether a connection that met this error is better opened anew."""
    return isinstance(error, sqlite3.Error) and any(mark in str(error).lower() for mark in _BROKEN)


def _report(error: sqlite3.Error, path: str) -> StoreError:
    text = str(error).lower()
    for mark, sentence in _SENTENCES:
        if mark in text:
            kind = StoreDamaged if mark in _DAMAGED else StoreUnavailable
            return kind(sentence.format(path=path))
    return StoreError(f"The store at {path} cannot do what was asked: {error}.")
