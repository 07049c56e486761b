from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent_inspector.cli.verbs import VERBS
from agent_inspector.version import __version__

if TYPE_CHECKING:
    from tests.agent_inspector.cli.conftest import CommandRunner

FERNET_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def test_the_version_is_told(command: CommandRunner) -> None:
    told = command("--version")

    assert (told.returncode, told.stdout) == (0, f"agent-inspector {__version__}\n")


def test_every_verb_is_in_the_list_and_explains_itself(command: CommandRunner) -> None:
    listed = command("--help").stdout

    assert [verb for verb in VERBS if verb not in listed] == []
    for verb in VERBS:
        explained = command(verb, "--help")
        assert explained.returncode == 0
        assert f"Usage: agent-inspector {verb}" in explained.stdout
        assert len(explained.stdout.splitlines()) > 8


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["runs", "--nonsense"], ["init", "--profile", "x"], ["run"]]
)
def test_a_wrong_use_exits_with_2_and_no_traceback(command: CommandRunner, arguments: list[str]) -> None:
    refused = command(*arguments)

    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_the_list_of_verbs_loads_none_of_their_needs() -> None:
    code = (
        "import sys, agent_inspector.cli as cli\n"
        "sys.argv = ['agent-inspector', '--help']\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "heavy = {'fastapi', 'uvicorn', 'cryptography', 'sqlite3', 'opentelemetry.sdk', 're2'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )

    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_init_creates_a_store_for_its_owner_only(command: CommandRunner, db_path: Path) -> None:
    done = command("init")

    assert done.returncode == 0
    assert str(db_path) in done.stdout
    assert "Sample rate:  1 (100% of runs)" in done.stdout
    assert "Encryption:   off" in done.stdout
    assert stat.S_IMODE(db_path.stat().st_mode) == 0o600


def test_init_leaves_a_store_as_it_is(command: CommandRunner, recorded: str) -> None:
    assert command("init").returncode == 0

    assert json.loads(command("stats", "--json").stdout)["total_runs"] == 1


def source(command: CommandRunner, name: str, **variables: str) -> list[str]:
    shown = command("config", "--show", **variables).stdout
    line = next(line for line in shown.splitlines() if line.startswith(f"{name} "))
    return line.split()[2:]


@pytest.fixture
def config_file(tmp_path: Path, environment: dict[str, str]) -> Path:
    environment["XDG_CONFIG_HOME"] = str(tmp_path / "configuration")
    return tmp_path / "configuration" / "agent-inspector" / "config.json"


def test_init_makes_a_profile_last(command: CommandRunner, config_file: Path) -> None:
    done = command("init", "--profile", "production")

    assert done.returncode == 0
    assert "Sample rate:  0.01" in done.stdout
    assert "no key" in done.stdout
    assert str(config_file) in done.stdout
    assert json.loads(config_file.read_text()) == {"profile": "production"}
    assert stat.S_IMODE(config_file.stat().st_mode) == 0o600
    assert source(command, "sample_rate") == ["profile", "0.01"]
    assert source(command, "encryption_enabled") == ["profile", "True"]


def test_each_source_wins_over_those_below_it(command: CommandRunner, config_file: Path) -> None:
    command("init", "--profile", "production")
    config_file.write_text(
        json.dumps({"profile": "production", "sample_rate": 0.2, "redact_keys": ["a", "b"]})
    )

    assert source(command, "sample_rate") == ["file", "0.2"]
    assert source(command, "redact_keys") == ["file", "a,", "b"]
    assert source(command, "log_level") == ["profile", "WARNING"]
    assert source(command, "batch_size") == ["default", "512"]
    assert source(command, "log_level", TRACE_PROFILE="debug") == ["profile", "DEBUG"]
    assert source(command, "sample_rate", TRACE_SAMPLE_RATE="0.4") == ["environment", "0.4"]
    assert source(command, "sample_rate", TRACE_SAMPLE_RATE="lots") == ["file", "0.2"]
    told = json.loads(command("config", "--show", "--json").stdout)
    assert told["sample_rate"] == {"value": 0.2, "from": "file"}


def test_init_keeps_what_else_the_file_says(command: CommandRunner, config_file: Path) -> None:
    config_file.parent.mkdir(parents=True)
    config_file.write_text('{"retention_days": 7}')

    told = json.loads(command("init", "--profile", "debug", "--json").stdout)

    assert told["profile"] == "debug"
    assert json.loads(config_file.read_text()) == {"retention_days": 7, "profile": "debug"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"sample_rate": 7}', "not a number between 0 and 1"),
        ('{"profile": "chaos"}', "not one of production"),
        ('{"sample_rat": 1}', "no setting"),
    ],
)
def test_a_bad_file_is_one_sentence_and_costs_only_itself(
    command: CommandRunner, config_file: Path, text: str, told: str
) -> None:
    config_file.parent.mkdir(parents=True)
    config_file.write_text(text)

    done = command("config")

    assert done.returncode == 0
    assert "Sample rate:  1" in done.stdout
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_that_everybody_may_write_is_left_out(command: CommandRunner, config_file: Path) -> None:
    command("init", "--profile", "production")
    config_file.chmod(0o666)

    done = command("config")

    assert "Sample rate:  1" in done.stdout
    assert "chmod o-w" in done.stderr


def test_a_store_that_cannot_be_made_is_one_sentence(command: CommandRunner) -> None:
    refused = command("init", TRACE_DB_PATH="/proc/no/such/place/runs.db")

    assert refused.returncode == 1
    assert "/proc/no/such/place" in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["config"], ["config", "--show"], ["config", "--json"]])
def test_settings_are_shown_without_secrets(command: CommandRunner, arguments: list[str]) -> None:
    secrets = {"TRACE_ENCRYPTION_KEY": FERNET_KEY, "TRACE_API_KEY": "very-secret"}

    shown = command(*arguments, TRACE_ENCRYPTION_ENABLED="true", **secrets)

    assert shown.returncode == 0
    assert FERNET_KEY not in shown.stdout + shown.stderr
    assert "very-secret" not in shown.stdout + shown.stderr


def test_every_setting_is_shown_with_its_variable_and_where_it_comes_from(command: CommandRunner) -> None:
    shown = command("config", "--show", TRACE_SAMPLE_RATE="0.25").stdout

    line = next(line for line in shown.splitlines() if line.startswith("sample_rate "))
    assert line.split() == ["sample_rate", "TRACE_SAMPLE_RATE", "environment", "0.25"]
    assert "TRACE_UI_PATH" in shown


def test_a_profile_is_shown_as_json(command: CommandRunner) -> None:
    assert json.loads(command("config", "--json", "--profile", "debug").stdout)["sample_rate"] == 1.0
    assert json.loads(command("config", "--json", "--profile", "production").stdout)["sample_rate"] == 0.01


def test_a_wrong_setting_is_one_sentence_and_the_command_goes_on(
    command: CommandRunner, recorded: str
) -> None:
    done = command("stats", TRACE_SAMPLE_RATE="lots")

    assert done.returncode == 0
    assert done.stderr.startswith("agent-inspector: TRACE_SAMPLE_RATE: 'lots' is not a number")
    assert done.stderr.count("\n") == 1


def test_settings_that_contradict_each_other_are_one_sentence(command: CommandRunner) -> None:
    refused = command("config", TRACE_API_KEY_REQUIRED="true")

    assert refused.returncode == 2
    assert "TRACE_API_KEY" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_the_server_refuses_other_machines_without_a_key(command: CommandRunner) -> None:
    refused = command("server", "--host", "0.0.0.0", "--port", "0")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "TRACE_API_KEY" in refused.stderr
    assert refused.stderr.count("\n") == 1
