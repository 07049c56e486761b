"""What holds for every verb: help, JSON, wrong use, and stores that are missing, empty, damaged or locked."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from agent_inspector.cli.verbs import VERBS, load_verb
from agent_inspector.config import TraceConfig
from agent_inspector.store import open_store
from tests.agent_inspector.cli.conftest import CommandRunner
from tests.agent_inspector.cli.test_cli_conformance import corpus
from tests.agent_inspector.server.example_spans import FAILED_TRACE_ID, completed_run, failed_run

__all__ = ["corpus"]

A, B = "a1" * 16, "c3" * 16
SPEAKING_FOR_ANOTHER = {"run", "mcp"}
"""What they print is not theirs: a program's, and messages of the Model Context Protocol, which are JSON."""
WITH_A_PROGRAM = {"replay", "test-from"}
"""What they print is told in the tests of replaying and of writing tests."""
LOCKED = {"TRACE_ENCRYPTION_ENABLED": "true"}

AS_JSON: dict[str, list[str]] = {
    "init": [],
    "runs": [],
    "show": [A[:6]],
    "why": [FAILED_TRACE_ID],
    "diff": [A, B],
    "search": ["weather"],
    "stats": [],
    "tail": [FAILED_TRACE_ID],
    "export": [A],
    "import": ["runs.json"],
    "delete": [B, "--yes"],
    "prune": ["--retention-days", "100000"],
    "vacuum": [],
    "reindex": [],
    "check": [],
    "backup": ["copy.db"],
    "restore": ["kept.db", "--force"],
    "redact": ["my password is hunter2secret"],
    "keys": ["list"],
    "doctor": [],
    "conformance": ["corpus"],
    "config": [],
}
"""Arguments by which each verb has something to say."""

WRONG: dict[str, list[tuple[list[str], int]]] = {
    "init": [(["--profile", "chaos"], 2), (["extra"], 2)],
    "run": [([], 2), (["--", "no-such-command-at-all"], 127), (["no-such-file.py"], 127)],
    "server": [
        (["--port", "65536"], 2),
        (["--log-level", "LOUD"], 2),
        (["--host", "0.0.0.0"], 2),
        (["--host", "no.such.host.invalid", "--port", "0"], 2),
        (["--port", "0", "--log-file", "/no/such/folder/log"], 1),
    ],
    "runs": [(["--status", "done"], 2), (["--limit", "0"], 2)],
    "show": [(["ffff"], 1), (["zz"], 1), ([A, "extra"], 2)],
    "why": [(["ffff"], 1), (["--max-tokens", "1"], 2)],
    "diff": [([], 2), (["ffff"], 1), ([A, "ffff"], 1)],
    "search": [
        (["x", "--kind", "nonsense"], 2),
        (["x", "--since", "yesterday"], 2),
        (["x", "--cursor", "?"], 1),
    ],
    "replay": [([], 2), ([A], 2), (["ffff", "--", sys.executable, "-V"], 1)],
    "test-from": [([], 2), ([A], 2), (["ffff", "--", "python", "desk.py"], 1)],
    "mcp": [(["extra"], 2)],
    "stats": [(["extra"], 2)],
    "tail": [(["ffff"], 1), (["--nonsense"], 2)],
    "export": [
        ([], 2),
        ([A, "--all"], 2),
        ([A, "--skip-damaged"], 2),
        (["ffff"], 1),
        ([A, "--format", "pdf"], 2),
        ([A, "--format", "html", "--json"], 2),
        ([A, "-o", "/no/such/folder/run.json"], 1),
    ],
    "import": [([], 2), (["no-such-file.json"], 1), (["."], 1)],
    "delete": [([], 2), (["ffff"], 1)],
    "prune": [
        (["--retention-days", "-1"], 2),
        (["--retention-max-bytes", "many"], 2),
        (["--log-level", "LOUD"], 2),
    ],
    "vacuum": [(["extra"], 2)],
    "reindex": [(["extra"], 2)],
    "check": [(["extra"], 2)],
    "backup": [([], 2), (["kept.db"], 1), (["/no/such/folder/copy.db"], 1)],
    "restore": [
        ([], 2),
        (["no-such-file.db", "--force"], 1),
        (["runs.json", "--force"], 1),
        (["kept.db"], 1),
    ],
    "redact": [(["x", "--file", "y"], 2), (["--file", "no-such-file"], 1), (["--run", "ffff"], 1)],
    "keys": [([], 2), (["make"], 2), (["rotate"], 2)],
    "doctor": [(["--", "no-such-command-at-all"], 1)],
    "conformance": [([], 2), (["no-such-folder"], 1)],
    "config": [(["--profile", "chaos"], 2), (["extra"], 2)],
}
"""For each verb arguments that it must refuse, and the exit code."""

MAKING = {
    "init",
    "import",
    "restore",
    "config",
    "keys",
    "redact",
    "doctor",
    "conformance",
    "server",
    "run",
    "mcp",
}
"""Verbs that make a store, or need none."""

WITHOUT_RUNS: dict[str, tuple[list[str], int]] = {
    "init": ([], 0),
    "runs": ([], 0),
    "show": ([], 1),
    "why": ([], 1),
    "diff": ([A], 1),
    "search": (["x"], 0),
    "replay": ([A, "--", sys.executable, "-V"], 1),
    "test-from": ([A, "--", "python", "desk.py"], 1),
    "stats": ([], 0),
    "tail": ([A], 1),
    "export": (["--all"], 0),
    "delete": ([A, "--yes"], 1),
    "prune": ([], 0),
    "vacuum": ([], 0),
    "reindex": ([], 0),
    "check": ([], 0),
    "backup": (["copy.db"], 0),
    "keys": (["list"], 0),
    "doctor": ([], 0),
    "config": ([], 0),
}
"""What each verb is asked of a store without any run, and how it ends."""

NEEDS_NO_KEY = {"stats", "config", "keys", "doctor", "backup", "vacuum", "prune", "check"}
"""What can be done to a locked store: it is counted, copied, cut and compacted as it is."""


@pytest.fixture
def command(forked_command: CommandRunner) -> CommandRunner:
    return forked_command


@pytest.fixture(autouse=True)
def own_configuration(environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"XDG_CONFIG_HOME": str(tmp_path / "configuration"), "HOME": str(tmp_path)}


@pytest.fixture
def filled(db_path: Path, tmp_path: Path, corpus: Path) -> None:
    """A store with runs, and beside it something to import, a backup and a corpus."""
    store = open_store(TraceConfig(db_path=str(db_path)))
    store.write([*completed_run(A), *completed_run(B), *failed_run()])
    store.back_up(tmp_path / "kept.db")
    store.close()
    step = {"id": "1" * 16, "timestamp": 1, "type": "tool_call", "name": "x", "data": {"tool_name": "x"}}
    (tmp_path / "runs.json").write_text(json.dumps({"run": {"id": "d4" * 16}, "timeline": [step]}))


@pytest.fixture
def locked(environment: dict[str, str], db_path: Path) -> None:
    """A store that is encrypted with a key that is gone."""
    config = TraceConfig(
        db_path=str(db_path), encryption_enabled=True, encryption_key=Fernet.generate_key().decode()
    )
    store = open_store(config)
    store.write([*completed_run(A), *completed_run(B), *failed_run()])
    store.close()


def is_one_sentence(text: str) -> bool:
    return (
        text.count("\n") == 1
        and text.startswith("agent-inspector: ")
        and text.endswith((".\n", "?\n"))
        and "Traceback" not in text
        and "should not have happened" not in text
    )


def test_the_tables_have_every_verb() -> None:
    assert set(AS_JSON) | SPEAKING_FOR_ANOTHER | WITH_A_PROGRAM | {"server"} == set(VERBS)
    assert set(WRONG) == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_says_what_a_verb_does_and_how_it_ends(command: CommandRunner, verb: str) -> None:
    told = command(verb, "--help")

    assert (told.returncode, told.stderr) == (0, "")
    assert f"Usage: agent-inspector {verb}" in told.stdout
    assert command(verb, "-h").stdout == told.stdout


def test_without_a_verb_the_help_is_told(command: CommandRunner) -> None:
    told = command()

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == command("--help").stdout


@pytest.mark.parametrize("verb", sorted(set(VERBS) - SPEAKING_FOR_ANOTHER))
def test_every_verb_can_speak_json(verb: str) -> None:
    assert any("--json" in parameter.opts for parameter in load_verb(verb).params)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("verb", AS_JSON)
def test_json_is_all_that_is_printed(command: CommandRunner, verb: str) -> None:
    told = command(verb, *AS_JSON[verb], "--json")

    assert (told.returncode, told.stderr) == (0, "")
    for document in told.stdout.splitlines() if verb == "tail" else [told.stdout]:
        assert isinstance(json.loads(document), dict)


def test_a_server_says_as_json_where_it_answers(environment: dict[str, str], db_path: Path) -> None:
    arguments = ["server", "--port", "0", "--otlp-port", "0", "--otlp-grpc-port", "0", "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "agent_inspector", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        told = ""
        while not told.endswith("}\n"):
            told += process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    where = json.loads(told)

    assert (rest, errors, process.returncode) == ("", "", 0)
    assert where["ui"] == where["url"] + "ui/"
    assert (where["store"], where["pid"]) == (str(db_path), process.pid)


def test_an_export_to_a_file_says_as_json_what_it_wrote(
    command: CommandRunner, filled: None, tmp_path: Path
) -> None:
    told = command("export", A, "--format", "html", "-o", "run.html", "--json")
    path = tmp_path / "run.html"

    assert (told.returncode, told.stderr) == (0, "")
    assert json.loads(told.stdout) == {"path": str(path), "format": "html", "bytes": path.stat().st_size}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("verb", "arguments", "code"), [(verb, *wrong) for verb, wrongs in WRONG.items() for wrong in wrongs]
)
def test_a_wrong_use_is_one_sentence(
    command: CommandRunner, verb: str, arguments: list[str], code: int
) -> None:
    refused = command(verb, *arguments)

    assert (refused.returncode, refused.stdout) == (code, "")
    assert is_one_sentence(refused.stderr), refused.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["rums"], ["--nonsense"], ["--db"]])
def test_a_wrong_use_of_the_command_itself_is_one_sentence(
    command: CommandRunner, arguments: list[str]
) -> None:
    refused = command(*arguments)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert is_one_sentence(refused.stderr), refused.stderr
    assert "agent-inspector --help" in refused.stderr


@pytest.mark.parametrize("verb", sorted(set(WITHOUT_RUNS) - MAKING))
def test_a_store_that_is_not_there_is_named_and_not_made(
    command: CommandRunner, db_path: Path, verb: str
) -> None:
    refused = command(verb, *WITHOUT_RUNS[verb][0])

    assert (refused.returncode, refused.stdout) == (1, "")
    assert is_one_sentence(refused.stderr), refused.stderr
    assert str(db_path) in refused.stderr
    assert not db_path.exists()


@pytest.mark.parametrize("verb", WITHOUT_RUNS)
def test_a_store_without_runs_is_no_trouble(command: CommandRunner, verb: str) -> None:
    command("init")
    arguments, code = WITHOUT_RUNS[verb]
    told = command(verb, *arguments)

    assert told.returncode == code
    if code:
        assert told.stdout == ""
        assert is_one_sentence(told.stderr), told.stderr
    else:
        assert told.stderr == ""
        assert told.stdout or verb == "export"


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize("verb", sorted(set(WITHOUT_RUNS) - {"init"}))
def test_a_locked_store_says_which_key_is_missing(command: CommandRunner, verb: str) -> None:
    told = command(verb, *WITHOUT_RUNS[verb][0], **LOCKED)

    if verb in NEEDS_NO_KEY:
        assert told.returncode in (0, 1) if verb == "doctor" else told.returncode == 0
    else:
        assert (told.returncode, told.stdout) == (1, "")
        assert is_one_sentence(told.stderr), told.stderr
        assert "TRACE_ENCRYPTION_KEY" in told.stderr
