"""Where the store is, who may write it, and what upkeep under load costs (S28, S30, S32, S38, S44, S45, S48)."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent_inspector import TraceConfig
from agent_inspector.store import open_store
from otel_bridge.record import SpanRecord
from tests.faults.programs import Ended, Program

STRACE = shutil.which("strace")
SIMPLE = 'with trace.run("agent"): trace.tool("tool", {}, 1)'
POINTS = [
    (call, error, when)
    for call, error in (
        ("pwrite64", "EIO"),
        ("pwrite64", "ENOSPC"),
        ("fdatasync", "EIO"),
        ("ftruncate", "ENOSPC"),
    )
    for when in (1, 3, 9, 27)
]


def test_nothing_is_written_where_the_program_runs_and_one_store_serves_all(program: Program) -> None:
    del program.environment["TRACE_DB_PATH"]
    subprocess.run(["git", "init", "-q", str(program.folder)], check=True)
    for name in ("one", "two"):
        (program.folder / name).mkdir()
        program.run(f'os.chdir("{name}")\n{SIMPLE}')

    (program.path,) = program.folder.rglob("*.db")
    assert program.path.is_relative_to(program.folder / "data")
    assert program.path.parent.stat().st_mode & 0o777 == 0o700
    assert [run.name for run in program.runs()] == ["agent", "agent"]
    assert {path.name for path in program.folder.iterdir()} == {".git", "data", "one", "two", "program.py"}


def test_a_store_of_a_newer_version_is_left_as_it_is_and_said_once(program: Program) -> None:
    program.run(SIMPLE)
    with sqlite3.connect(program.path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = program.path.read_bytes()

    ended = program.run(SIMPLE)

    assert program.path.read_bytes() == before
    assert len(ended.complaints) == 1
    assert "newer version" in ended.errors


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="giving a file away takes root")
def test_a_file_of_somebody_else_is_not_written(program: Program) -> None:
    program.run(SIMPLE)
    os.chown(program.path, 12345, 12345)
    before = program.path.read_bytes()

    ended = program.run(SIMPLE)

    assert program.path.read_bytes() == before
    assert "another user" in ended.errors
    assert len(ended.complaints) <= 2


def run_traced(program: Program, code: str, inject: str) -> Ended:
    """Run a program whose system calls on the store fail as told."""
    if not STRACE:
        pytest.skip("strace is not installed")
    files = [argument for suffix in ("", "-wal", "-shm") for argument in ("-P", f"{program.path}{suffix}")]
    arguments = [
        STRACE,
        "-f",
        "-qq",
        "-o",
        str(program.folder / "strace.txt"),
        *files,
        "-e",
        f"inject={inject}",
    ]
    return program.run(code, below=arguments)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("call", "error", "when"),
    [
        pytest.param(*point, marks=[] if number in (1, 5) else pytest.mark.slow)
        for number, point in enumerate(POINTS)
    ],
)
def test_an_error_of_the_disk_costs_neither_the_program_nor_what_was_stored(
    program: Program, call: str, error: str, when: int
) -> None:
    ended = run_traced(
        program,
        """
        stored = 0
        for number in range(40):
            with trace.run(f"run {number}") as run:
                run.tool("tool", {"n": number}, os.urandom(3000).hex())
            stored = number + 1 if trace.flush(10_000) and stored == number else stored
        report(stored=stored)
        """,
        f"{call}:error={error}:when={when}..{when + 1}",
    )
    if "ptrace" in ended.errors:
        pytest.skip("processes may not be traced here")
    names = {run.name for run in program.runs()}
    print(ended.figures, len(names), dict(program.lost()), ended.complaints)

    assert {f"run {number}" for number in range(ended.figures["stored"])} <= names
    assert "Traceback" not in ended.errors
    assert len(ended.complaints) <= 5
    assert program.is_sound()


WRITER = """
    runs = 0
    while not os.path.exists("stop"):
        runs += 1
        with trace.run("new") as run:
            for step in range(10): run.tool("tool", {"n": step}, "word " * 50)
        assert trace.flush(60_000)
    report(runs=runs)
"""


def prune(program: Program) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent_inspector", "prune", "--retention-days", "1", "--vacuum", "--json"],
        env=program.environment, capture_output=True, text=True, timeout=100,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_pruning_in_a_loop_under_three_writers_loses_no_new_step(program: Program) -> None:
    store = open_store(TraceConfig(db_path=str(program.path)))
    for number in range(1, 301):
        store.write([SpanRecord(f"{number:032x}", f"{1:016x}", None, "old", 10**18, 10**18 + 5)])
    store.close()
    writers = [program.start(WRITER) for _ in range(3)]
    pruned: list[subprocess.CompletedProcess[str]] = []
    while len(pruned) < 5:
        pruned.append(prune(program))
    (program.folder / "stop").touch()
    outcomes = [(*writer.communicate(timeout=100), writer.returncode) for writer in writers]
    names = [run.name for run in program.runs()]
    written = sum(json.loads(output)["runs"] for output, _, _ in outcomes)
    print(written, len(pruned))

    assert {(error, code) for _, error, code in outcomes} == {("", 0)}
    assert [(done.returncode, done.stderr) for done in pruned] == [(0, "")] * len(pruned)
    assert names == ["new"] * written
    assert program.count_steps() == written * 11
    assert program.lost() == {}
    assert program.is_sound()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_eight_programs_of_two_threads_record_at_once(program: Program) -> None:
    code = """
        calls = Calls()
        def record():
            for number in range(100):
                with trace.run("new") as run:
                    for step in range(10): calls.time(run.tool, "tool", {"n": step}, "word " * 50)
        threads = [threading.Thread(target=record) for _ in range(2)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        report(stored=trace.flush(120_000), **calls.figures())
    """
    programs = [program.start(code) for _ in range(8)]
    outcomes = [(*each.communicate(timeout=380), each.returncode) for each in programs]
    figures = [json.loads(output) for output, _, _ in outcomes]
    print(figures)

    assert {(error, code) for _, error, code in outcomes} == {("", 0)}
    # Sixteen threads share the processors: what a call waits for them is not its own.
    assert max(each["cpu_p99_ms"] for each in figures) <= 1
    assert program.count_steps() == 8 * 2 * 100 * 11
    assert program.lost() == {}
    assert program.is_sound()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_reader_that_stays_costs_the_log_only_while_it_stays(program: Program) -> None:
    program.run(SIMPLE)
    reader = sqlite3.connect(program.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM runs").fetchone()
    log = Path(f"{program.path}-wal")

    program.run(
        """
        for number in range(200):
            with trace.run("agent") as run:
                for step in range(100): run.tool("tool", {"n": step}, "word " * 50)
            if number % 20 == 19: assert trace.flush(60_000)
    """,
        seconds=280,
    )
    held = log.stat().st_size
    reader.close()
    program.run(SIMPLE)

    left: Sequence[int] = [log.stat().st_size] if log.exists() else [0]
    print(held, left)
    assert left[0] <= 4 * 2**20
    assert program.count_steps() == 200 * 101 + 4
