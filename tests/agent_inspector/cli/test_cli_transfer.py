"""export, import, tail and show --follow, as a person runs them."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.store import open_store
from otel_bridge.record import SpanRecord

if TYPE_CHECKING:
    from tests.agent_inspector.cli.conftest import CommandRunner

Record = Callable[[Sequence[SpanRecord]], None]


def started(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "agent_inspector", *arguments],
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("form", "mark"),
    [("json", '{"run": '), ("otlp", '{"resourceSpans"'), ("md", "# planner"), ("html", "<!doctype")],
)
def test_a_run_is_exported_in_each_format(
    command: CommandRunner, recorded: str, form: str, mark: str
) -> None:
    exported = command("export", recorded, "--format", form)

    assert (exported.returncode, exported.stderr) == (0, "")
    assert exported.stdout.startswith(mark)
    assert "sunny" in exported.stdout
    assert "\x1b" not in exported.stdout or form == "md"


def test_a_format_that_does_not_exist_is_a_usage_error(command: CommandRunner, recorded: str) -> None:
    refused = command("export", recorded, "--format", "pdf")

    assert refused.returncode == 2
    assert "html" in refused.stderr


def test_all_means_all(command: CommandRunner, record: Record) -> None:
    record(
        [
            SpanRecord(
                f"{number + 1:032x}", "00000000000000b1", None, f"run {number}", 10**18 + number, 10**18 + 99
            )
            for number in range(1100)
        ]
    )

    document = json.loads(command("export", "--all").stdout)

    assert (document["total"], len(document["runs"])) == (1100, 1100)
    assert document["runs"][0]["run"]["name"] == "run 1099"
    assert len(json.loads(command("export", "--all", "--limit", "3").stdout)["runs"]) == 3


def test_a_terminal_shows_how_far_an_export_is(
    command: CommandRunner, recorded: str, environment: dict[str, str], tmp_path: Path
) -> None:
    terminal, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "agent_inspector", "export", "--all", "-o", str(tmp_path / "all.json")],
        env=environment | {"TERM": "xterm"},
        stderr=side,
    )
    os.close(side)
    shown = b""
    while process.poll() is None or select.select([terminal], [], [], 0)[0]:
        try:
            shown += os.read(terminal, 4096)
        except OSError:
            break
    os.close(terminal)

    assert process.wait() == 0
    assert b"Exporting" in shown
    assert stat.S_IMODE((tmp_path / "all.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("form", ["json", "otlp"])
def test_what_was_exported_is_imported_elsewhere(
    command: CommandRunner, recorded: str, tmp_path: Path, form: str
) -> None:
    command("export", "--all", "--format", form, "-o", "runs.json")
    elsewhere = {"TRACE_DB_PATH": str(tmp_path / "elsewhere" / "runs.db")}

    done = command("import", "runs.json", "--json", **elsewhere)

    assert json.loads(done.stdout) == {"runs": 1, "steps": 2, "already_there": []}
    shown = json.loads(command("show", recorded, "--json", **elsewhere).stdout)
    assert shown["run"]["name"] == "planner"
    again = command("import", "runs.json", **elsewhere)
    assert again.returncode == 0
    assert "already" in again.stdout


def test_imported_runs_are_redacted(command: CommandRunner, tmp_path: Path) -> None:
    step = {"id": "1" * 16, "timestamp": 1, "type": "tool_call", "name": "x", "duration_ms": 1,
            "data": {"tool_name": "login", "tool_args": {"password": "hunter2hunter2"}}}  # fmt: skip
    (tmp_path / "runs.json").write_text(json.dumps({"run": {"id": "2" * 32}, "timeline": [step]}))

    assert command("import", "runs.json").returncode == 0

    assert "hunter2" not in command("export", "--all").stdout


HOSTILE = {
    "an id that climbs": '{"run": {"id": "../../x"}, "timeline": [{"id": "y"}]}',
    "an id that is a statement": '{"run": {"id": "1; DROP TABLE runs"}, "timeline": [{"id": "y"}]}',
    "nesting": '{"run": {"id": "' + "2" * 32 + '"}, "timeline": ' + "[" * 10_000 + "]" * 10_000 + "}",
    "OTLP nesting": '{"resourceSpans": [{"scopeSpans": [{"spans": [{"attributes": '
    + '[{"key": "a", "value": {"arrayValue": {"values": [' * 2000,
    "nothing": "",
    "half a document": '{"run": {"id": "2',
    "no text": "\x00\x01\x02" * 1000,
    "another document": '{"hello": "world"}',
    "a script": "<script>alert(1)</script>",
    "a number": "1e999",
    "a pickle": "cos\nsystem\n(S'touch owned'\ntR.",
    "spans that are none": '{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "zz", "spanId": 5}]}]}]}',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_refused_leaves_no_store(
    command: CommandRunner, tmp_path: Path, db_path: Path, kind: str
) -> None:
    (tmp_path / "runs.json").write_text(HOSTILE[kind])

    refused = command("import", "runs.json")

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "Traceback" not in refused.stderr
    assert "should not have happened" not in refused.stderr
    assert not db_path.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["runs.json"]


def span(store_id: str, number: int, name: str, end: int | None) -> SpanRecord:
    parent = None if number == 1 else f"{1:016x}"
    attributes = {"agent_inspector.name": name, "agent_inspector.event_type": "custom"}
    return SpanRecord(
        "c3" * 16, f"{number:016x}", parent, name, 10**18 + number, end and 10**18 + end, attributes=attributes,
        process_id=store_id,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [["tail", "c3c3"], ["show", "--follow"]])
def test_a_run_is_followed_until_it_ends(
    environment: dict[str, str], db_path: Path, arguments: list[str]
) -> None:
    store = open_store(TraceConfig(db_path=str(db_path)))
    me = store.process_id
    store.write([span(me, 1, "agent", None), span(me, 2, "first\x1b[2J", 5)])
    following = started(environment, *arguments, "--json")
    assert following.stdout
    lines = [json.loads(following.stdout.readline())["id"]]

    store.write([span(me, 3, "second", 6)])
    lines.append(json.loads(following.stdout.readline())["id"])
    store.write([span(me, 1, "agent", 7)])
    rest, errors = following.communicate(timeout=20)
    store.close()

    assert lines == [f"{2:016x}", f"{3:016x}"]
    assert [json.loads(line)["id"] for line in rest.splitlines()] == [f"{1:016x}"]
    assert (following.returncode, errors) == (0, "")


def test_all_runs_are_followed_until_ctrl_c(
    environment: dict[str, str], db_path: Path, recorded: str
) -> None:
    store = open_store(TraceConfig(db_path=str(db_path)))
    me = store.process_id
    following = started(environment, "tail")
    assert following.stdout
    readable: Sequence[object] = []
    number = 2
    while not readable:  # what is written before it has begun to look is not its business
        store.write([span(me, 1, "agent", None), span(me, number, "step\x1b[2J", 5)])
        number += 1
        readable = select.select([following.stdout], [], [], 0.3)[0]

    line = following.stdout.readline()
    following.send_signal(signal.SIGINT)
    following.communicate(timeout=20)
    store.close()

    assert "c3c3c3c3" in line
    assert "\x1b" not in line
    assert following.returncode == 130
