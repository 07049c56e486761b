"""A store that is no longer one: the program runs on, what it records is kept, and so is the bad file (S27)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest

from tests.faults.programs import Program

PAGE = 4096
SIMPLE = 'with trace.run("{name}"): trace.tool("tool", {{}}, "word " * 300)'
OPEN = """
    with trace.run("before"): trace.tool("tool", {}, "word " * 300)
    assert trace.flush()
    os.unlink(os.environ["TRACE_DB_PATH"])
    with trace.run("after"): trace.tool("tool", {}, 1)
    assert trace.flush(10_000)
"""


def garbage_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"garbage " * 100)


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // PAGE * PAGE + 100)


def flip_bytes(path: Path) -> None:
    random = Random(7)
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // PAGE):
            file.seek(page * PAGE)
            file.write(random.randbytes(200))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garbage_log(path: Path) -> None:
    Path(f"{path}-wal").write_bytes(b"garbage " * 5000)


def log_alone(path: Path) -> None:
    path.unlink()
    garbage_log(path)


DAMAGES: Mapping[str, tuple[Callable[[Path], None], bool, bool]] = {
    "a garbage header": (garbage_header, True, True),
    "half of it": (cut_in_half, True, True),
    "flipped bytes": (flip_bytes, True, True),
    "nothing in it": (empty, False, False),
    "a garbage log": (garbage_log, False, False),
    "a log without its store": (log_alone, True, True),
}
"""How the store is damaged, whether the file is set aside, and whether a reader must refuse it."""


def run_cli(program: Program, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent_inspector", *arguments],
        env=program.environment, cwd=program.folder, capture_output=True, text=True, timeout=100,
    )  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_costs_the_next_run_nothing(program: Program, damage: str) -> None:
    harm, is_kept, is_refused = DAMAGES[damage]
    program.run(SIMPLE.format(name="before"))
    harm(program.path)
    told = run_cli(program, "runs", "--json")

    ended = program.run(SIMPLE.format(name="after"))
    kept = [path.name for path in program.folder.iterdir() if ".corrupt-" in path.name]

    assert "after" in [run.name for run in program.runs()]
    assert bool(kept) == is_kept
    assert len(ended.complaints) == len(ended.errors.splitlines()) <= 2
    assert "Traceback" not in ended.errors
    assert program.is_sound()
    if is_refused:
        assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
        assert str(program.path) in told.stderr
    assert "Traceback" not in told.stderr


def test_a_store_deleted_while_the_program_runs_is_made_anew(program: Program) -> None:
    ended = program.run(OPEN)

    assert "after" in [run.name for run in program.runs()]
    assert len(ended.complaints) <= 1
    assert program.is_sound()
