"""The lock beside the store: what only one process at a time may do to the files, SQLite's own locks aside."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agent_inspector.store.sqlite import files

if sys.platform != "win32":
    import fcntl

_RETRY_S: Final = 0.02


@contextmanager
def hold(path: Path, *, wait_s: float = 0) -> Iterator[bool]:
    """Hold the lock of the store at this path; yields False when another process held it all the while."""
    if sys.platform == "win32":  # no flock: SQLite's own lock has to do
        yield True
        return
    descriptor = os.open(f"{path}-lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, files.FILE_MODE)
    try:
        yield _lock(descriptor, time.monotonic() + wait_s)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, give_up: float) -> bool:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up:
                return False
            time.sleep(_RETRY_S)
        else:
            return True
