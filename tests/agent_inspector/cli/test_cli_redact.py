"""redact, as a person runs it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from otel_bridge.record import SpanRecord

if TYPE_CHECKING:
    from tests.agent_inspector.cli.conftest import CommandRunner

MAIL = "jane.doe@corp.example.com"


def test_a_text_is_shown_as_it_would_be_stored(command: CommandRunner) -> None:
    shown = command("redact", f"write to {MAIL} now")

    assert shown.returncode == 0
    assert shown.stdout.startswith("write to [REDACTED:email")
    assert shown.stdout.endswith(" now\n")
    assert MAIL not in shown.stdout


def test_a_file_is_explained_by_place_and_rule(command: CommandRunner, tmp_path: Path) -> None:
    (tmp_path / "call.json").write_text(json.dumps({"to": MAIL, "options": {"password": "correct horse"}}))

    told = json.loads(command("redact", "--explain", "--json", "--file", "call.json").stdout)

    assert {(entry["place"], entry["rule"]) for entry in told["removed"]} == {
        ("$.to", "email"),
        ("$.options.password", "key"),
    }
    assert told["total"] == 2
    assert command("redact", "--explain", "nothing here").stdout == "Nothing is removed.\n"


def test_a_run_tells_what_was_removed_when_it_was_recorded(
    command: CommandRunner, record: Callable[[Sequence[SpanRecord]], None]
) -> None:
    removed = {"email": 2, "key": 1}
    record([SpanRecord("c3" * 16, "00000000000000c1", None, "mail", 10**18, 10**18 + 1, redactions=removed)])

    told = json.loads(command("redact", "--run", "c3c3", "--json").stdout)

    assert told["total"] == 3
    assert {entry["rule"]: entry["count"] for entry in told["removed"]} == removed


def test_what_cannot_be_read_is_told_in_one_sentence(command: CommandRunner) -> None:
    missing = command("redact", "--file", "missing.log")

    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr.count("\n") == 1
    assert command("redact", "text", "--run", "c3").returncode == 2
