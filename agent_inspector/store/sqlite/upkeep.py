"""Upkeep: what a SqliteStore does with what it holds already, and how every change gets its turn."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from agent_inspector.errors import StoreDamaged, StoreUnavailable
from agent_inspector.pipeline import Codec
from agent_inspector.store.sqlite import backup, checkpoint, deletion, retention, rotation, vacuum
from agent_inspector.store.sqlite.connections import Connections
from agent_inspector.store.sqlite.search_index import SearchIndex
from agent_inspector.store.sqlite.terms import Terms
from agent_inspector.store.upkeep import KeyUse, Progress, PruneReport, RetentionLimits, SizeReport

_INTEGRITY: Final = "PRAGMA integrity_check(20)"


class Upkeep:
    """The half of a SqliteStore that deletes, copies and encrypts anew; the other half writes and reads."""

    _codec: Codec
    _connections: Connections
    _terms: Terms
    _index: SearchIndex
    _writing: threading.Lock
    """One writer of this process at a time: the others wait here, not in SQLite's busy handler."""

    def delete_runs(self, trace_ids: Iterable[str], *, force: bool = False) -> Sequence[str]:
        return deletion.delete_runs(self._turn, trace_ids, self._index, force=force)

    def prune(
        self, limits: RetentionLimits, *, dry_run: bool = False, progress: Progress = lambda done, total: None
    ) -> PruneReport:
        pruning = retention.Pruning(self._turn, self._connections.path, self._index, limits)
        return pruning.foresee() if dry_run else pruning.run(progress)

    def claim_upkeep(self, name: str, every_s: float) -> bool:
        with self._turn() as connection:
            return retention.claim(connection, name, every_s)

    def sweep(self) -> None:
        vacuum.sweep(self._turn, self._connections.path)

    def vacuum(self) -> SizeReport:
        return vacuum.vacuum(self._turn, self._connections.path)

    def back_up(
        self,
        target: Path,
        *,
        overwrite: bool = False,
        progress: Progress = lambda done, total: None,
    ) -> int:
        self._refuse_itself(target)
        with self._connections.lend() as connection:
            return backup.back_up(connection, target, progress, overwrite=overwrite)

    def find_damage(self) -> Sequence[str]:
        try:
            with self._connections.lend() as connection:
                found = [row[0] for row in connection.execute(_INTEGRITY)]
        except StoreDamaged as damage:
            return [str(damage.__cause__ or damage)]
        return [] if found == ["ok"] else found

    def restore(
        self,
        source: Path,
        *,
        overwrite: bool = False,
        progress: Progress = lambda done, total: None,
    ) -> int:
        self._refuse_itself(source)
        runs = 0

        def restore(connection: sqlite3.Connection) -> None:
            nonlocal runs
            runs = backup.restore(source, connection, progress, overwrite=overwrite)

        self._record(restore)
        return runs

    def rotate_keys(self, progress: Progress = lambda done, total: None) -> int:
        return rotation.Rotation(self._turn, self._connections.path, self._codec, self._terms).run(progress)

    def read_key_use(self) -> Sequence[KeyUse]:
        with self._connections.lend() as connection:
            return rotation.read_key_use(connection)

    def _refuse_itself(self, path: Path) -> None:
        with suppress(OSError):  # one of them is not there
            if path.samefile(self._connections.path):
                raise StoreUnavailable(f"The file {path} is the store itself; name another one.")

    @contextmanager
    def _turn(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for one change, when no other thread of this process makes one."""
        with self._writing, self._connections.lend() as connection:
            yield connection
            checkpoint.checkpoint_if_due(connection, self._connections.path)

    def _record(self, action: Callable[[sqlite3.Connection], None]) -> None:
        """Do what keeps spans; where the file turns out to be damaged, in a new one."""
        with self._writing:
            try:
                with self._connections.lend() as connection:
                    action(connection)
            except StoreDamaged:
                if not self._connections.set_aside():
                    raise
                with self._connections.lend() as connection:
                    action(connection)
