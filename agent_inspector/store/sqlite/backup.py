"""Backup and restore: whole copies of the store, made while others read and write it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from agent_inspector.errors import InspectorError, StoreDamaged, StoreError, StoreUnavailable
from agent_inspector.store.sqlite import files, schema
from agent_inspector.store.sqlite.faults import reported
from agent_inspector.store.upkeep import Progress

_PAGES: Final = 1000
"""Pages that are copied between two reports of progress."""
_CHECK: Final = "PRAGMA quick_check(1)"
_COUNT_RUNS: Final = "SELECT COUNT(*) FROM runs"


def back_up(source: sqlite3.Connection, target: Path, progress: Progress, *, overwrite: bool) -> int:
    """Copy the store as it is at this moment to a file that only its owner can read; return its size in bytes.

    The file appears under its name only when it is complete and sound. What is encrypted stays so.

    Raises:
        StoreUnavailable: there is a file already, or it cannot be written.
        StoreDamaged: the store itself is not sound.
    """
    if os.path.lexists(target) and not overwrite:
        raise StoreUnavailable(f"There is a file at {target} already; choose another one, or add --force.")
    if target.is_dir():
        raise StoreUnavailable(f"{target} is a directory; name a file in it.")
    with _new_file(target) as partial, closing(sqlite3.connect(partial, isolation_level=None)) as copy:
        # The open transaction pins this moment: what others write meanwhile does not start the copy anew.
        source.execute("BEGIN")
        source.execute(_COUNT_RUNS).fetchone()
        source.backup(copy, pages=_PAGES, progress=lambda _, left, total: progress(total - left, total))
        source.execute("COMMIT")
        if not _is_sound(copy):
            raise StoreDamaged("The store is damaged, so no backup was made; restore an older backup.")
    return target.stat().st_size


def restore(source: Path, target: sqlite3.Connection, progress: Progress, *, overwrite: bool) -> int:
    """Put the content of a backup in the place of the store's; return how many runs there are now.

    The store's file stays the same one, so programs that use it go on, with the restored content.

    Raises:
        StoreError: the backup is no sound store, or there are runs that would be lost.
        StoreTooNew: a newer version wrote the backup.
    """
    if not source.is_file():
        raise StoreUnavailable(f"There is no backup at {source}; check the path.")
    present = int(target.execute(_COUNT_RUNS).fetchone()[0])
    if present and not overwrite:
        raise StoreError(
            f"The store holds {present:,} runs that restoring would replace; back it up first, or add --force."
        )
    with _opened_backup(source) as backup:
        # All pages in one step: no one may see, or write to, a store that is half replaced.
        backup.backup(target)
    progress(1, 1)
    schema.migrate(target, str(source))
    return int(target.execute(_COUNT_RUNS).fetchone()[0])


@contextmanager
def _opened_backup(source: Path) -> Iterator[sqlite3.Connection]:
    """Open a backup that is sound, and of a version that we know."""
    unsound = StoreError(f"The file at {source} is not a sound backup; choose another one.")
    try:
        with reported(str(source)), closing(sqlite3.connect(source, isolation_level=None)) as backup:
            backup.execute("PRAGMA query_only = ON")
            schema.check(backup, str(source))
            if schema.is_foreign(backup) or not _is_sound(backup):
                raise unsound
            yield backup
    except StoreDamaged as damage:
        raise unsound from damage


@contextmanager
def _new_file(target: Path) -> Iterator[str]:
    """Make a private file beside the target, and put it in the target's place at the end."""
    try:
        descriptor, partial = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # mode 0600
    except OSError as error:
        raise InspectorError(f"The file {target} cannot be written: {error.strerror}.") from error
    try:
        yield partial
        os.fsync(descriptor)
        Path(partial).replace(target)
    finally:
        os.close(descriptor)
        for suffix in files.SIDE_FILES:
            Path(f"{partial}{suffix}").unlink(missing_ok=True)


def _is_sound(connection: sqlite3.Connection) -> bool:
    found = connection.execute(_CHECK).fetchone()[0]
    return bool(found == "ok")
