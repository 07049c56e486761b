"""Processes: who records, when each was last heard of, and which of them are gone."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

STALE_NS: Final = 10 * 10**9
"""A process that has been silent for longer is taken for dead."""
SILENT_NS: Final = 600 * 10**9
"""A run received from elsewhere, whose process we cannot watch, ends after this silence."""

DEAD_SQL: Final = (
    "(p.ended_ns IS NOT NULL OR p.seen_ns < :stale_ns OR p.id IN (SELECT value FROM json_each(:gone)))"
)
"""Whether process `p` is dead; see `Liveness.parameters`."""

_BEAT: Final = """
INSERT INTO processes (process_id, pid, host, boot, started_ns, seen_ns) VALUES (:id, :pid, :host, :boot, :now, :now)
ON CONFLICT (process_id) DO UPDATE SET
    pid = excluded.pid, host = excluded.host, boot = excluded.boot, seen_ns = excluded.seen_ns, ended_ns = NULL"""
_LOSSES: Final = "UPDATE processes SET losses = ? WHERE process_id = ?"
_END: Final = "UPDATE processes SET seen_ns = ?, ended_ns = ? WHERE process_id = ?"
_MEET: Final = "INSERT OR IGNORE INTO processes (process_id, started_ns, seen_ns) VALUES (?, ?, ?)"
_FIND: Final = "SELECT id FROM processes WHERE process_id = ?"
_NEIGHBOURS: Final = """
SELECT id, pid FROM processes WHERE ended_ns IS NULL AND seen_ns >= ? AND host = ? AND boot = ?"""
_ALL_LOSSES: Final = "SELECT losses FROM processes WHERE losses <> '{}'"


@dataclass(frozen=True, slots=True)
class Liveness:
    """What is needed to tell the living from the dead at one moment."""

    now_ns: int
    gone: tuple[int, ...]
    """Processes of this machine that were heard of lately and have ended without a word."""

    @property
    def parameters(self) -> dict[str, int | str]:
        """The named parameters of `DEAD_SQL`, and `silent_ns`."""
        return {
            "stale_ns": self.now_ns - STALE_NS,
            "silent_ns": self.now_ns - SILENT_NS,
            "gone": json.dumps(self.gone),
        }


def beat(connection: sqlite3.Connection, process_id: str) -> None:
    """Say that this process is alive. Needs a write transaction, or makes its own."""
    host, boot = _machine()
    values = {"id": process_id, "pid": os.getpid(), "host": host, "boot": boot, "now": time.time_ns()}
    connection.execute(_BEAT, values)


def report_losses(connection: sqlite3.Connection, process_id: str, losses: Mapping[str, int]) -> None:
    """Keep how many spans this process has lost so far, by reason."""
    connection.execute(_LOSSES, (json.dumps({key: n for key, n in losses.items() if n}), process_id))


def end(connection: sqlite3.Connection, process_id: str) -> None:
    """Say that this process ends in good order."""
    now_ns = time.time_ns()
    connection.execute(_END, (now_ns, now_ns, process_id))


def number(connection: sqlite3.Connection, process_ids: Iterable[str]) -> Mapping[str, int]:
    """Return the number of each process, adding those not met before. Needs a write transaction."""
    now_ns = time.time_ns()
    numbers: dict[str, int] = {}
    for process_id in process_ids:
        connection.execute(_MEET, (process_id, now_ns, now_ns))
        numbers[process_id] = connection.execute(_FIND, (process_id,)).fetchone()[0]
    return numbers


def take_pulse(connection: sqlite3.Connection) -> Liveness:
    """Look which processes of this machine are gone."""
    now_ns = time.time_ns()
    host, boot = _machine()
    neighbours = connection.execute(_NEIGHBOURS, (now_ns - STALE_NS, host, boot)).fetchall()
    return Liveness(now_ns, tuple(row["id"] for row in neighbours if not _is_alive(row["pid"])))


def total_losses(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the spans lost by all processes, by reason."""
    total: Counter[str] = Counter()
    for row in connection.execute(_ALL_LOSSES):
        total.update(json.loads(row["losses"]))
    return dict(total)


@lru_cache(maxsize=1)
def _machine() -> tuple[str, str]:
    """Return the host's name, and what tells this boot and process id namespace from others."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        # Containers share the boot, and each counts its processes on its own.
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        boot = namespace = ""
    return socket.gethostname(), f"{boot} {namespace}".strip()


def _is_alive(pid: int | None) -> bool:
    if pid is None or os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
