"""Several processes, or versions, that meet at one store while its format changes (S46)."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from agent_inspector.store.sqlite import schema
from tests.faults.programs import Program

AGENT = """
with trace.run("agent") as run:
    for step in range(10): run.tool("tool", {"n": step}, "word")
assert trace.flush(60_000)
"""
NEWER = """
from agent_inspector.store.sqlite import schema
schema.MIGRATIONS = (*schema.MIGRATIONS, ("ALTER TABLE runs ADD COLUMN tomorrow INTEGER NOT NULL DEFAULT 7",))
with trace.run("newer"): pass
assert trace.flush(60_000)
"""
"""A program of the next version."""
DYING = """
from agent_inspector.store.sqlite import schema
class Dying(tuple):
    def __getitem__(self, place):
        yield from super().__getitem__(place)[:1]
        os.kill(os.getpid(), signal.SIGKILL)
schema.MIGRATIONS = Dying(schema.MIGRATIONS)
with trace.run("agent"): pass
trace.flush(60_000)
"""
"""A program that is killed when the first of several migrations is done."""


def make_older(program: Program, version: int) -> None:
    """Make an empty store as the version of that many migrations made it."""
    with closing(sqlite3.connect(program.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for statements in schema.MIGRATIONS[:version]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
    program.path.chmod(0o600)


def version_of(program: Program) -> int:
    with closing(sqlite3.connect(program.path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("version", range(len(schema.MIGRATIONS)))
def test_programs_that_start_at_once_bring_an_older_store_up_to_date(program: Program, version: int) -> None:
    if version:
        make_older(program, version)
    together = [program.start(AGENT) for _ in range(4)]

    outcomes = [(*each.communicate(timeout=100), each.returncode) for each in together]

    assert {(error, code) for _, error, code in outcomes} == {("", 0)}
    assert version_of(program) == len(schema.MIGRATIONS)
    assert [run.step_count for run in program.runs()] == [11] * 4
    assert program.lost() == {}
    assert program.is_sound()


def test_a_program_that_starts_while_another_migrates_waits_and_loses_nothing(program: Program) -> None:
    make_older(program, 3)
    with closing(sqlite3.connect(program.path, isolation_level=None)) as migrating:
        migrating.execute("BEGIN IMMEDIATE")
        started = program.start(f'open("started", "w").close()\n{AGENT}')
        while not (program.folder / "started").exists():
            assert started.poll() is None
        for statements in schema.MIGRATIONS[3:]:
            for statement in statements:
                migrating.execute(statement)
        migrating.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS)}")
        migrating.execute("COMMIT")

    output, errors = started.communicate(timeout=100)

    assert (output, errors, started.returncode) == ("", "", 0)
    assert [run.step_count for run in program.runs()] == [11]
    assert program.is_sound()


def test_a_program_that_is_killed_while_it_migrates_leaves_the_older_store(program: Program) -> None:
    make_older(program, 3)

    program.run(DYING, expect=-9)

    assert version_of(program) == 3
    program.run(AGENT)
    assert version_of(program) == len(schema.MIGRATIONS)
    assert [run.step_count for run in program.runs()] == [11]
    assert program.is_sound()


def test_a_program_goes_on_recording_after_a_newer_version_has_migrated(program: Program) -> None:
    older = program.start(
        """
        with trace.run("older") as run:
            run.tool("tool", {}, 1)
            assert trace.flush(60_000)
            open("recorded", "w").close()
            while not os.path.exists("migrated"): time.sleep(0.01)
            run.tool("tool", {}, 2)
        assert trace.flush(60_000)
        """
    )
    while not (program.folder / "recorded").exists():
        assert older.poll() is None
    program.run(NEWER)
    (program.folder / "migrated").touch()

    output, errors = older.communicate(timeout=100)

    assert (output, errors, older.returncode) == ("", "", 0)
    with closing(sqlite3.connect(program.path)) as connection:
        counts = connection.execute("SELECT step_count, tomorrow FROM runs ORDER BY step_count").fetchall()
    assert counts == [(1, 7), (3, 7)]
    assert version_of(program) == len(schema.MIGRATIONS) + 1
    assert program.is_sound()
