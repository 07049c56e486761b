"""Quarantine: a damaged store is kept under another name, so that a fresh one can take its place."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Final

from agent_inspector.store.sqlite import files, side_lock

_log = logging.getLogger("agent_inspector")

_WAIT_S: Final = 5.0
_OURS: Final = ("-lock", "-wal", "-shm")
"""Files that stand beside a store that we have used, and beside hardly any other file."""


def set_aside(path: Path, damaged: tuple[int, int] | None) -> bool:
    """Rename a damaged store, with its log, to `<name>.corrupt-<time>`; whether a fresh one can be made now.

    Of several processes that meet the damage at once, one renames. A file that shows no sign of being
    ours stays where it is: it may be a document that TRACE_DB_PATH names by mistake.

    Args:
        path: where the store is.
        damaged: the identity of the file that was found damaged.
    """
    if damaged is None or not any(Path(f"{path}{suffix}").exists() for suffix in _OURS):
        return False
    with side_lock.hold(path, wait_s=_WAIT_S) as mine:
        if files.identity(path) != damaged:
            return True  # somebody else was quicker
        if not mine:
            return False
        kept = _free_name(path)
        for suffix in files.SIDE_FILES:
            _rename(Path(f"{path}{suffix}"), Path(f"{kept}{suffix}"))
    _log.warning(
        "The store at %s is damaged; it is kept as %s, and a new one takes its place.", path, kept.name
    )
    return True


def set_aside_log(path: Path) -> None:
    """Keep a write-ahead log that has lost its database: SQLite would throw it away."""
    log = Path(f"{path}-wal")
    if not path.exists() and log.exists() and log.stat().st_size:
        kept = _free_name(path)
        _rename(log, Path(f"{kept}-wal"))
        _log.warning("The store at %s has lost its database; its log is kept as %s-wal.", path, kept.name)


def _free_name(path: Path) -> Path:
    name = f"{path}.corrupt-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    number, free = 1, Path(name)
    while any(Path(f"{free}{suffix}").exists() for suffix in files.SIDE_FILES):
        number += 1
        free = Path(f"{name}-{number}")
    return free


def _rename(old: Path, new: Path) -> None:
    if old.exists():
        old.rename(new)
