"""A disk that fills up, a file that may not grow, a file system that may only be read (S24, S25)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.programs import Program

needs_mounts = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounting a file system takes root on Linux"
)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@needs_mounts
@pytest.mark.parametrize("longest_ms", [500, pytest.param(50, marks=pytest.mark.slow)])
def test_a_full_disk_costs_nothing_once_there_is_room_again(
    program: Program, small_disk: Path, longest_ms: int
) -> None:
    program.path = small_disk / "store.db"
    ended = program.run(
        f"""
        calls, disk = Calls(), {str(small_disk)!r}
        def record(name):
            with trace.run(name) as run:
                for number in range(100): calls.time(run.tool, "tool", {{"n": number}}, os.urandom(1500).hex())
            return trace.flush(5000 if name in ("before", "after") else 100)
        assert record("before")
        with open(disk + "/ballast", "wb") as ballast:
            try:
                while True: ballast.write(bytes(65536)); ballast.flush()
            except OSError: pass
        full = [record(f"full {{number}}") for number in range(5)]
        os.remove(disk + "/ballast")
        began = time.monotonic()
        recovered = trace.flush(30_000)
        after = record("after")
        report(full=full, recovered=recovered, after=after, seconds=time.monotonic() - began, **calls.figures())
        """,
        {"TRACE_DB_PATH": str(program.path)},
    )
    counts = {run.name: run.step_count for run in program.runs()}
    lost = sum(program.lost().values())
    print(ended.figures, counts, lost)

    assert ended.figures["recovered"]
    assert ended.figures["after"]
    assert not all(ended.figures["full"])
    assert counts["before"] == counts["after"] == 101
    assert sum(counts.values()) + lost == 7 * 101
    assert ended.figures["max_ms"] <= longest_ms
    assert len(ended.complaints) <= 10
    assert program.is_sound()


@needs_mounts
def test_a_file_system_that_may_only_be_read_is_said_once(program: Program, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    ended = program.run(
        """
        with trace.run("agent") as run:
            for number in range(100): run.tool("tool", {"n": number}, 1)
        """,
        {"TRACE_DB_PATH": str(small_disk / "store.db")},
    )

    assert ended.seconds < 30
    assert 1 <= len(ended.complaints) <= 10
    assert "Traceback" not in ended.errors


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX")
def test_a_file_that_may_not_grow_does_no_harm(program: Program) -> None:
    ended = program.run("""
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
        with trace.run("agent") as run:
            for number in range(1500): run.tool("tool", {"n": number}, os.urandom(1000).hex())
        print(trace.flush(1000))
    """)

    assert "Traceback" not in ended.errors
    assert len(ended.complaints) <= 10
    assert program.is_sound()
