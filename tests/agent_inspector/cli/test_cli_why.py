"""`agent-inspector why`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from otel_bridge.record import SpanEvent, SpanRecord
from tests.agent_inspector.cli.conftest import CommandRunner
from tests.agent_inspector.server.example_spans import FAILED_TRACE_ID, failed_run


@pytest.fixture
def failing(record: Callable[[Sequence[SpanRecord]], None]) -> None:
    root = failed_run()[0]
    event = SpanEvent(
        "exception", root.start_ns, {"exception.type": "E", "exception.message": "\x1b[2Jno city"}
    )
    record([replace(root, events=[event])])


@pytest.mark.usefixtures("failing")
def test_the_newest_failed_run_is_explained(command: CommandRunner) -> None:
    told = command("why")

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"Run {FAILED_TRACE_ID}: failed\n")
    assert "no city" in told.stdout
    assert "\x1b" not in told.stdout


@pytest.mark.usefixtures("failing")
def test_json_keeps_to_the_limit(command: CommandRunner) -> None:
    told = command("why", FAILED_TRACE_ID[:8], "--json", "--max-tokens", "600")
    pack = json.loads(told.stdout)

    assert pack["run_id"] == FAILED_TRACE_ID
    assert len(told.stdout) <= 600 * 4


def test_without_any_failed_run_one_is_asked_for(command: CommandRunner, recorded: str) -> None:
    told = command("why")

    assert told.returncode == 1
    assert told.stderr == "agent-inspector: No run has failed; name the run to explain.\n"
