"""check, and what other verbs make of a damaged store, as a person runs them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from otel_bridge.record import SpanRecord

if TYPE_CHECKING:
    from tests.agent_inspector.cli.conftest import CommandRunner

Record = Callable[[Sequence[SpanRecord]], None]
OTHER = "b2" * 16


@pytest.fixture(autouse=True)
def two_runs(recorded: str, record: Record) -> str:
    record([SpanRecord(OTHER, "00000000000000b1", None, "other", 10**18, 10**18 + 10**9)])
    return recorded


@pytest.fixture
def damaged(db_path: Path) -> str:
    """A run of whose steps one has lost its content."""
    with closing(sqlite3.connect(db_path)) as connection, connection:
        connection.execute("UPDATE bodies SET body = x'10' WHERE span = (SELECT MAX(id) FROM spans)")
    return OTHER


def test_a_sound_store_is_said_to_be_whole(command: CommandRunner) -> None:
    done = command("check")
    found = json.loads(command("check", "--json").stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert f"{found['steps']} of {found['steps']} steps of 2 runs are whole." in done.stdout
    assert (found["sound"], found["structure"], found["damaged"], found["locked"]) == (True, [], [], 0)


def test_damaged_content_is_named_by_its_run(command: CommandRunner, damaged: str) -> None:
    done = command("check")
    found = json.loads(command("check", "--json").stdout)

    assert done.returncode == 1
    assert f"{damaged}  1 of 1 steps cannot be read" in done.stdout
    assert found["damaged"] == [{"run_id": damaged, "steps": 1, "damaged": 1}]


def test_a_damaged_file_is_what_sqlite_says(command: CommandRunner, db_path: Path) -> None:
    with closing(sqlite3.connect(db_path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'spans_by_parent'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with db_path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * (size // 2))

    done = command("check")

    assert done.returncode == 1
    assert done.stdout.startswith("The file is damaged, says SQLite: ")
    assert "--skip-damaged" in done.stdout


def test_an_export_names_the_damaged_run_or_leaves_it_out(
    command: CommandRunner, two_runs: str, damaged: str, tmp_path: Path
) -> None:
    refused = command("export", "--all", "--output", "all.json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert damaged in refused.stderr

    done = command(
        "export", "--all", "--skip-damaged", "--format", "otlp", "--output", str(tmp_path / "rest.json")
    )
    assert done.returncode == 0
    assert f"Run {damaged} is damaged and left out." in done.stderr
    new = {"TRACE_DB_PATH": str(tmp_path / "new.db")}
    command("import", str(tmp_path / "rest.json"), **new)
    assert [run["id"] for run in json.loads(command("runs", "--json", **new).stdout)["runs"]] == [two_runs]


def test_the_doctor_sends_to_the_check(command: CommandRunner, damaged: str) -> None:
    done = command("doctor")

    assert done.returncode == 1
    assert "fix: See what can be saved: agent-inspector check" in done.stdout


@pytest.mark.parametrize("verb", ["backup", "restore"])
def test_a_store_is_no_backup_of_itself(command: CommandRunner, db_path: Path, verb: str) -> None:
    before = db_path.stat().st_ino

    refused = command(verb, str(db_path), "--force")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "is the store itself" in refused.stderr
    assert db_path.stat().st_ino == before


def test_a_vacuum_never_reports_that_the_store_grew(command: CommandRunner) -> None:
    report = json.loads(command("vacuum", "--json").stdout)

    assert report["bytes_after"] <= report["bytes_before"]
