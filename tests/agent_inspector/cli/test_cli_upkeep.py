"""delete, prune, vacuum, backup, restore, search and keys, as a person runs them."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet

from otel_bridge.record import SpanRecord

if TYPE_CHECKING:
    from tests.agent_inspector.cli.conftest import CommandRunner

Record = Callable[[Sequence[SpanRecord]], None]
OTHER = "b2" * 16
ESCAPES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(autouse=True)
def own_configuration(environment: dict[str, str], tmp_path: Path) -> None:
    """Keep the keys of the person who runs the tests out of them, and those of the tests out of theirs."""
    environment |= {"XDG_CONFIG_HOME": str(tmp_path / "configuration"), "HOME": str(tmp_path)}


@pytest.fixture
def two_runs(recorded: str, record: Record) -> str:
    record([SpanRecord(OTHER, "00000000000000b1", None, "other", 10**18, 10**18 + 10**9)])
    return recorded


def runs(command: CommandRunner, **variables: str) -> list[str]:
    return [run["id"] for run in json.loads(command("runs", "--json", **variables).stdout)["runs"]]


def test_a_run_is_deleted_by_its_first_digits(command: CommandRunner, two_runs: str) -> None:
    done = command("delete", two_runs[:6])

    assert done.returncode == 0
    assert two_runs in done.stdout
    assert runs(command) == [OTHER]


def test_several_runs_are_deleted_at_once_and_told_as_json(command: CommandRunner, two_runs: str) -> None:
    done = command("delete", two_runs, OTHER, "--json")

    assert sorted(json.loads(done.stdout)["deleted"]) == sorted([two_runs, OTHER])
    assert runs(command) == []


def test_an_unknown_run_deletes_none(command: CommandRunner, two_runs: str) -> None:
    refused = command("delete", two_runs, "ffff")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "ffff" in refused.stderr
    assert len(runs(command)) == 2


def test_a_running_run_is_deleted_only_by_force(command: CommandRunner, record: Record) -> None:
    record([SpanRecord(OTHER, "00000000000000b1", None, "other", 10**18, None)])

    refused = command("delete", OTHER)

    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert command("delete", OTHER, "--force").returncode == 0


def test_prune_removes_what_is_older(command: CommandRunner, two_runs: str) -> None:
    foreseen = command("prune", "--retention-days", "5000", "--dry-run", "--json")
    assert json.loads(foreseen.stdout)["run_ids"] == [OTHER]
    assert len(runs(command)) == 2

    done = command("prune", "--retention-days", "5000", "--vacuum", "--json")

    told = json.loads(done.stdout)
    assert (told["runs"], told["steps"], told["dry_run"]) == (1, 1, False)
    assert told["db_size_bytes"] > 0
    assert runs(command) == [two_runs]


def test_prune_takes_its_limit_from_the_settings(command: CommandRunner, two_runs: str) -> None:
    done = command("prune", TRACE_RETENTION_DAYS="1")

    assert done.returncode == 0
    assert "Removed 2 runs" in done.stdout


def test_a_limit_of_size_that_cannot_be_kept_is_refused(command: CommandRunner, two_runs: str) -> None:
    refused = command("prune", "--retention-days", "100000", "--retention-max-bytes", "100")

    assert refused.returncode == 2
    assert "empty store" in refused.stderr
    assert len(runs(command)) == 2


def test_vacuum_tells_sizes(command: CommandRunner, two_runs: str) -> None:
    assert command("vacuum").stdout.startswith("Size on disk:")
    assert json.loads(command("vacuum", "--json").stdout)["bytes_after"] > 0


@pytest.mark.parametrize(
    "arguments", [["delete", "a1a1"], ["prune"], ["vacuum"], ["backup", "copy.db"], ["search", "x"]]
)
def test_without_a_store_nothing_is_made(command: CommandRunner, db_path: Path, arguments: list[str]) -> None:
    refused = command(*arguments)

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert not db_path.exists()


def test_a_backup_restores(command: CommandRunner, two_runs: str, tmp_path: Path) -> None:
    made = command("backup", "copy.db")
    assert made.returncode == 0
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert command("backup", "copy.db").returncode == 1
    assert command("backup", "copy.db", "--force", "--json").returncode == 0
    command("delete", two_runs)

    assert command("restore", "copy.db").returncode == 1
    done = command("restore", "copy.db", "--force", "--json")

    assert json.loads(done.stdout)["runs"] == 2
    assert len(runs(command)) == 2


def test_search_finds_steps_and_says_how(command: CommandRunner, two_runs: str) -> None:
    found = command("search", "paris")

    assert found.returncode == 0
    assert two_runs[:8] in found.stdout
    assert "index" in found.stdout
    assert command("search", "nowhere").stdout.startswith("No such steps")


def test_search_as_json_with_filters(command: CommandRunner, two_runs: str) -> None:
    page = json.loads(command("search", "sunny", "--kind", "tool", "--json").stdout)

    assert [(hit["run_id"], hit["step"]["id"]) for hit in page["hits"]] == [(two_runs, "00000000000000a2")]
    assert page["hits"][0]["snippet"] == "sunny"
    assert json.loads(command("search", "sunny", "--kind", "llm", "--json").stdout)["hits"] == []
    assert json.loads(command("search", "--since", "2020-01-01", "--json").stdout)["way"] == "columns"
    assert json.loads(command("search", "sunny", "--tag", "env", "--json").stdout)["hits"] == []
    assert command("search", "sunny", "--kind", "nonsense").returncode == 2
    assert command("search", "???").returncode == 1


@pytest.mark.parametrize("arguments", [["search", "sunny"], ["search", "--kind", "tool"], ["delete", "a1a1"]])
def test_recorded_text_cannot_steer_the_terminal(
    command: CommandRunner, two_runs: str, arguments: list[str]
) -> None:
    printed = command(*arguments)

    assert printed.returncode == 0
    assert ESCAPES.findall(printed.stdout) == []


def test_a_damaged_store_is_one_sentence(command: CommandRunner, two_runs: str, db_path: Path) -> None:
    db_path.write_bytes(b"garbage " * 1000)

    for arguments in (["runs"], ["search", "x"], ["prune"], ["backup", "copy.db"], ["delete", "a1a1"]):
        refused = command(*arguments)
        assert refused.returncode == 1
        assert refused.stdout == ""
        assert len(refused.stderr.splitlines()) == 1
    assert db_path.read_bytes().startswith(b"garbage ")


def test_keys_are_made_listed_and_rotated(
    command: CommandRunner, record: Record, tmp_path: Path, two_runs: str
) -> None:
    made = json.loads(command("keys", "generate", "--json").stdout)
    file = Path(made["file"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert command("keys", "generate").returncode == 1
    on = {"TRACE_ENCRYPTION_ENABLED": "true"}

    listed = json.loads(command("keys", "list", "--json", **on).stdout)
    assert listed["keys"] == [
        {"key_id": made["key_id"], "at_hand": True, "encrypts": True, "spans": 0},
        {"key_id": None, "at_hand": True, "encrypts": False, "spans": 3},
    ]
    assert command("keys", "rotate").returncode == 2

    first = json.loads(command("keys", "rotate", "--resume", "--json", **on).stdout)
    assert first["key_id"] == made["key_id"]
    second = json.loads(command("keys", "rotate", "--forget-old", "--json", **on).stdout)
    assert second["key_id"] != made["key_id"]

    assert len(runs(command, **on)) == 2
    secrets = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert len(secrets) == 1
    printed = command("keys", "list", **on).stdout
    assert second["key_id"] in printed
    assert secrets[0] not in printed
    file.unlink()
    refused = command("runs", **on)
    assert refused.returncode == 1
    assert second["key_id"] in refused.stderr


def test_a_key_in_the_environment_is_rotated_to(command: CommandRunner, two_runs: str) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    on = {"TRACE_ENCRYPTION_ENABLED": "true"}
    assert command("keys", "rotate", TRACE_ENCRYPTION_KEY=old, **on).returncode == 0

    done = command("keys", "rotate", TRACE_ENCRYPTION_KEY=f"{new},{old}", **on)

    assert done.returncode == 0
    assert len(runs(command, TRACE_ENCRYPTION_KEY=new, **on)) == 2
    assert command("runs", TRACE_ENCRYPTION_KEY=old, **on).returncode == 1


def test_a_key_is_printed_only_when_asked(command: CommandRunner, tmp_path: Path) -> None:
    printed = command("keys", "generate", "--print").stdout.strip()

    assert len(Fernet(printed).encrypt(b"x")) > 0
    assert not (tmp_path / "configuration").exists()


def test_a_key_file_that_others_can_read_is_refused(
    command: CommandRunner, two_runs: str, tmp_path: Path
) -> None:
    file = tmp_path / "keys"
    file.write_text(Fernet.generate_key().decode())
    file.chmod(0o644)

    refused = command("runs", TRACE_ENCRYPTION_ENABLED="true", TRACE_ENCRYPTION_KEY_FILE=str(file))

    assert refused.returncode == 2
    assert "chmod 600" in refused.stderr
    assert len(runs(command, TRACE_ENCRYPTION_KEY_FILE=str(file))) == 2


def test_a_key_in_the_keyring_is_used(command: CommandRunner, two_runs: str, tmp_path: Path) -> None:
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "keyring.py").write_text(
        "from pathlib import Path\n"
        "store = Path(__file__).with_name('entry')\n"
        "def get_password(service, user): return store.read_text() if store.exists() else None\n"
        "def set_password(service, user, text): store.write_text(text)\n"
    )
    path = os.pathsep.join([str(folder), str(Path.cwd())])
    on = {"TRACE_ENCRYPTION_ENABLED": "true", "PYTHONPATH": path}

    made = json.loads(command("keys", "generate", "--keyring", "--json", PYTHONPATH=path).stdout)

    assert json.loads(command("keys", "list", "--json", **on).stdout)["keys"][0]["key_id"] == made["key_id"]
    (folder / "entry").unlink()
    assert command("init", **on).returncode == 2
