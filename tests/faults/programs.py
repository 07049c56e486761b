"""Programs under test: Python text run as a process of its own, and what it left in its store."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from agent_inspector import TraceConfig, query
from agent_inspector.model import Run, RunFilter, Step
from agent_inspector.store import SpanStore, open_store

ROOT: Final = Path(__file__).parents[2]
PREAMBLE: Final = """
import asyncio, atexit, json, multiprocessing, os, signal, sys, threading, time
from tests.faults.measures import Calls, memory_mb, report, wait_until
from agent_inspector import trace
"""


Settings: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    returned: int
    output: str
    errors: str
    seconds: float

    @property
    def figures(self) -> Mapping[str, Any]:
        """What it reported about itself, in its last line."""
        found: Mapping[str, Any] = json.loads(self.output.splitlines()[-1])
        return found

    @property
    def complaints(self) -> Sequence[str]:
        """The lines it wrote to stderr."""
        return self.errors.splitlines()


class Program:
    """Runs programs that record into one store below a folder, and reads that store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "store.db"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("TRACE_", "OTEL_"))}
        self.environment = {
            **clean,
            "TRACE_DB_PATH": str(self.path),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "configuration"),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        }

    def run(
        self,
        code: str,
        settings: Settings | None = None,
        *,
        expect: int | None = 0,
        seconds: float = 100,
        below: Sequence[str] = (),
    ) -> Ended:
        """Run a program to its end, with more environment variables, `below` another command.

        `expect` None takes any exit status.
        """
        began = time.monotonic()
        process = self.start(code, settings, below=below)
        try:
            output, errors = process.communicate(timeout=seconds)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        if expect is not None:
            assert process.returncode == expect, errors[-4000:]
        return Ended(process.returncode, output, errors, time.monotonic() - began)

    def start(
        self,
        code: str,
        settings: Settings | None = None,
        stdin: int | None = None,
        *,
        below: Sequence[str] = (),
    ) -> subprocess.Popen[str]:
        """Start a program."""
        path = self.folder / "program.py"
        text = PREAMBLE + textwrap.dedent(code)
        if not path.exists() or path.read_text(encoding="utf-8") != text:  # one that starts may be reading it
            path.write_text(text, encoding="utf-8")
        return subprocess.Popen(
            [*below, sys.executable, str(path)],
            env={**self.environment, **(settings or {})},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )

    def store(self) -> SpanStore:
        return open_store(TraceConfig(db_path=str(self.path)), read_only=True)

    def runs(self) -> Sequence[Run]:
        """Return every run, oldest first."""
        if not self.path.exists():
            return []
        found: list[Run] = []
        store, cursor = self.store(), None
        while True:
            page = query.list_runs(store, RunFilter(), limit=1000, cursor=cursor, descending=False)
            found += page.runs
            cursor = page.next_cursor
            if cursor is None:
                store.close()
                return found

    def run_named(self, name: str) -> Run:
        (found,) = [run for run in self.runs() if run.name == name]
        return found

    def steps(self, name: str) -> Sequence[Step]:
        """Return the steps of the one run of this name."""
        run = self.run_named(name)
        store = self.store()
        steps = query.list_steps(store, run.id)
        store.close()
        return steps

    def count_steps(self) -> int:
        """Return how many steps all runs have, the runs themselves included."""
        return sum(run.step_count for run in self.runs())

    def all_steps(self) -> Sequence[Step]:
        """Return the steps of every run."""
        runs = self.runs()
        if not runs:
            return []
        store = self.store()
        steps = [step for run in runs for step in query.list_steps(store, run.id)]
        store.close()
        return steps

    def lost(self) -> Mapping[str, int]:
        """Return the spans that the programs counted as lost, by reason."""
        store = self.store()
        losses = query.get_stats(store).dropped_spans
        store.close()
        return losses

    def is_sound(self) -> bool:
        """Whether SQLite finds nothing wrong with the file."""
        with sqlite3.connect(self.path) as connection:
            answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
        connection.close()
        return bool(answer == "ok")

    def files_with(self, marker: str) -> Sequence[str]:
        """Return the names of all files below the folder that hold this text, but for the program itself."""
        return [
            path.name
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != "program.py" and marker.encode() in path.read_bytes()
        ]


class Lock:
    """Holds a store locked, as another process would."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA busy_timeout = 10000")

    def take(self) -> None:
        self._connection.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()
