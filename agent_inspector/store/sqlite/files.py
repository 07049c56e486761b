"""The store's files: private to their owner, never through a symbolic link, never shared by accident."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from agent_inspector.errors import StoreUnavailable

DIRECTORY_MODE: Final = 0o700
FILE_MODE: Final = 0o600
SIDE_FILES: Final = ("", "-wal", "-shm")
"""SQLite gives the side files the mode of the database itself."""


def make_private(path: Path) -> None:
    """Make an empty store file that only its owner can read, unless there is one.

    Raises:
        StoreUnavailable: something is there that must not be opened.
        OSError: the file system refuses.
    """
    make_directory(path.parent)
    try:
        # O_EXCL: never follows a link, and never closes a file that SQLite holds locks on,
        # which would drop them (https://www.sqlite.org/howtocorrupt.html, 2.2).
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE)
    except FileExistsError:
        check_owned(path)
        return
    if os.name == "posix":
        os.fchmod(descriptor, FILE_MODE)
    os.close(descriptor)


def make_directory(directory: Path) -> None:
    """Make the directory and its parents; those that are new are private."""
    missing = [part for part in (directory, *directory.parents) if not part.exists()]
    for part in reversed(missing):
        part.mkdir(mode=DIRECTORY_MODE, exist_ok=True)


def check_owned(path: Path) -> None:
    """Refuse a file that another user may have put in the store's place.

    Raises:
        StoreUnavailable: it is a symbolic link, no regular file, or belongs to another user.
        FileNotFoundError: there is no file.
    """
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise StoreUnavailable(
            f"The store at {path} is a symbolic link; set TRACE_DB_PATH to the file it points to."
        )
    if not stat.S_ISREG(found.st_mode):
        raise StoreUnavailable(f"The store at {path} is not a regular file; choose another TRACE_DB_PATH.")
    if os.name == "posix" and found.st_uid != os.geteuid():
        raise StoreUnavailable(f"The store at {path} belongs to another user; choose another TRACE_DB_PATH.")


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells this file from another one at the same path; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def size_bytes(path: Path) -> int:
    """Return the size of all files of the store together."""
    files = [Path(f"{path}{suffix}") for suffix in SIDE_FILES]
    return sum(file.stat().st_size for file in files if file.exists())
