from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from otel_bridge.record import SpanRecord
from tests.agent_inspector.server.example_spans import FAILED_TRACE_ID, completed_run, failed_run

if TYPE_CHECKING:
    from tests.agent_inspector.cli.conftest import CommandRunner

STEERING = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def _steering_characters(text: str) -> set[str]:
    return {char for char in text if unicodedata.category(char) in STEERING and char != "\n"}


def test_runs_are_listed_with_a_short_id_that_show_understands(command: CommandRunner, recorded: str) -> None:
    listed = command("runs")

    short_id = listed.stdout.splitlines()[1].split()[0]
    assert recorded.startswith(short_id)
    assert command("show", short_id).returncode == 0


def test_runs_of_one_status(command: CommandRunner, recorded: str) -> None:
    assert "planner" in command("runs", "--status", "completed").stdout
    assert command("runs", "--status", "failed").stdout == "No such runs are recorded.\n"


def test_runs_of_one_class_of_findings_are_judged_before_they_are_listed(
    command: CommandRunner, record: Callable[[Sequence[SpanRecord]], None]
) -> None:
    record([*completed_run(), *failed_run()])

    listed = command("runs", "--finding", "error", "--json")

    page = json.loads(listed.stdout)
    assert ([run["id"] for run in page["runs"]], page["unjudged"]) == ([FAILED_TRACE_ID], 0)
    assert command("runs", "--finding", "luck").returncode == 2


def test_a_status_that_does_not_exist_is_a_usage_error(command: CommandRunner) -> None:
    refused = command("runs", "--status", "done")

    assert refused.returncode == 2
    assert "completed" in refused.stderr


def test_runs_as_json_are_plain(command: CommandRunner, recorded: str) -> None:
    page = json.loads(command("runs", "--json").stdout)

    assert [run["id"] for run in page["runs"]] == [recorded]
    assert page["total"] == 1


def test_show_without_an_id_shows_the_newest_run(command: CommandRunner, recorded: str) -> None:
    shown = command("show").stdout

    assert shown.startswith(f"planner  ({recorded})\n")
    assert "tool" in shown


def test_show_as_json_holds_the_run_and_its_steps(command: CommandRunner, recorded: str) -> None:
    shown = json.loads(command("show", recorded, "--json").stdout)

    assert shown["run"]["id"] == recorded
    assert [step["number"] for step in shown["steps"]] == [1, 2]


@pytest.mark.parametrize("arguments", [["runs"], ["show"], ["stats"], ["runs", "--json"], ["show", "--json"]])
def test_recorded_text_cannot_steer_the_terminal(
    command: CommandRunner, recorded: str, arguments: list[str]
) -> None:
    printed = command(*arguments)

    assert printed.returncode == 0
    assert _steering_characters(printed.stdout) <= ({"\u202e"} if "--json" in arguments else set())


def test_steering_characters_are_written_out(command: CommandRunner, recorded: str) -> None:
    assert r"\x1b]0;owned\x07" in command("show").stdout


@pytest.mark.parametrize("verb", ["show", "export"])
def test_an_unknown_run_is_one_sentence(command: CommandRunner, recorded: str, verb: str) -> None:
    refused = command(verb, "ffff")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("agent-inspector: ")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["runs"], ["show"], ["stats"], ["export", "--all"], ["export", "aaaa"]]
)
def test_without_a_store_every_verb_says_so_and_makes_none(
    command: CommandRunner, db_path: Path, arguments: list[str]
) -> None:
    refused = command(*arguments)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert str(db_path) in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not db_path.exists()


def test_stats_are_printed_and_given_as_json(command: CommandRunner, recorded: str) -> None:
    assert command("stats").stdout.startswith("Runs:           1 ")
    assert json.loads(command("stats", "--json").stdout)["total_steps"] == 2


def test_one_run_is_exported_with_all_its_content(command: CommandRunner, recorded: str) -> None:
    exported = json.loads(command("export", recorded[:6]).stdout)

    assert exported["run"]["id"] == recorded
    assert exported["timeline"][1]["data"]["tool_args"] == {"city": "Paris"}


def test_all_runs_are_exported_to_a_file_for_its_owner_only(
    command: CommandRunner, recorded: str, tmp_path: Path
) -> None:
    file = tmp_path / "runs.json"

    done = command("export", "--all", "-o", str(file))

    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(file.read_text())["total"] == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs.json", "store"]


@pytest.mark.parametrize("arguments", [[], ["aaaa", "--all"], ["--all", "--limit", "0"]])
def test_an_export_of_nothing_in_particular_is_a_usage_error(
    command: CommandRunner, arguments: list[str]
) -> None:
    assert command("export", *arguments).returncode == 2


def test_a_file_that_cannot_be_written_is_one_sentence(command: CommandRunner, recorded: str) -> None:
    refused = command("export", "--all", "-o", "/no/such/folder/runs.json")

    assert refused.returncode == 1
    assert refused.stderr.startswith("agent-inspector: The file /no/such/folder/runs.json cannot be written")
    assert refused.stderr.count("\n") == 1


def test_a_failed_export_leaves_no_file(command: CommandRunner, recorded: str, tmp_path: Path) -> None:
    assert command("export", "ffff", "-o", str(tmp_path / "run.json")).returncode == 1

    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]


def test_an_export_goes_to_a_device_too(command: CommandRunner, recorded: str) -> None:
    assert command("export", "--all", "-o", os.devnull).returncode == 0


def test_a_reader_that_has_left_is_no_failure_to_tell_of(environment: dict[str, str], recorded: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "agent_inspector", "export", "--all"]

    done = subprocess.run(command, env=environment, stdout=writing, stderr=subprocess.PIPE, check=False)

    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_terminal_that_knows_only_ascii_is_no_obstacle(command: CommandRunner, recorded: str) -> None:
    for verb in ("runs", "show", "stats"):
        assert command(verb, PYTHONIOENCODING="ascii:strict").returncode == 0


def test_db_names_another_store(command: CommandRunner, recorded: str, tmp_path: Path) -> None:
    refused = command("--db", str(tmp_path / "other.db"), "runs")

    assert refused.returncode == 1
    assert "other.db" in refused.stderr
