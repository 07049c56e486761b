"""Vacuum: what deleted runs leave behind is wiped, and the space they took goes back to the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from agent_inspector.store.sqlite import checkpoint, files, orphans, search_index
from agent_inspector.store.sqlite.deletion import Pace, Turns
from agent_inspector.store.sqlite.turns import begin_writing
from agent_inspector.store.upkeep import SizeReport

_VACUUM: Final = "VACUUM"
# The copy that VACUUM makes is as large as the store: too large for memory.
_COPY_ON_DISK: Final = "PRAGMA temp_store = FILE"
_COPY_IN_MEMORY: Final = "PRAGMA temp_store = MEMORY"


def sweep(turns: Turns, path: Path) -> None:
    """Wipe names, resources, indexed words and log entries of deleted runs; the file keeps its size."""
    orphans.remove_names(turns)
    pace = Pace()
    while _compact_some(turns):
        pace.rest()
    with turns() as connection:
        checkpoint.empty_log(connection, path)


def vacuum(turns: Turns, path: Path) -> SizeReport:
    """Sweep, and write the file anew without its gaps; writers wait meanwhile."""
    with turns():  # the index of the log is there while it is open, as it is at the end
        before = files.size_bytes(path)
    sweep(turns, path)
    orphans.remove_processes(turns)
    with turns() as connection:
        connection.execute(_COPY_ON_DISK)
        try:
            connection.execute(_VACUUM)
        finally:
            connection.execute(_COPY_IN_MEMORY)
        checkpoint.empty_log(connection, path)
    return SizeReport(before, files.size_bytes(path))


def _compact_some(turns: Turns) -> bool:
    """Merge a little of the search index in one transaction; False when there is no more to merge."""
    with turns() as connection:
        begin_writing(connection)
        has_more = search_index.merge_some(connection)
        connection.execute("COMMIT")
    return has_more
