"""The command as a person runs it: its own process, its own store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.store import open_store
from otel_bridge.record import SpanRecord
from tests.agent_inspector.cli.forking import Forker

CommandRunner = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def db_path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "runs.db"


@pytest.fixture
def environment(db_path: Path) -> dict[str, str]:
    """The environment that the command runs in: ours, without settings of the person who runs the tests."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRACE_", "OTEL_"))
    }
    return inherited | {"TRACE_DB_PATH": str(db_path), "PYTHONPATH": str(Path(__file__).parents[3])}


@pytest.fixture
def command(environment: dict[str, str], tmp_path: Path) -> CommandRunner:
    """Runs `agent-inspector` with these arguments; keywords are environment variables."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "agent_inspector", *arguments],
            env=environment | variables,
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def forker() -> Iterator[Forker]:
    with Forker() as running:
        yield running


@pytest.fixture
def forked_command(environment: dict[str, str], tmp_path: Path, forker: Forker) -> CommandRunner:
    """The same as `command`, for many calls: each forked from a process that has imported everything."""
    return lambda *arguments, **variables: forker.run([*arguments], environment | variables, tmp_path)


@pytest.fixture
def record(db_path: Path) -> Callable[[Sequence[SpanRecord]], None]:
    """Puts spans into the store that the command reads."""

    def write(spans: Sequence[SpanRecord]) -> None:
        store = open_store(TraceConfig(db_path=str(db_path)))
        store.write(spans)
        store.close()

    return write


@pytest.fixture
def recorded(record: Callable[[Sequence[SpanRecord]], None]) -> str:
    """A run of an agent that calls a tool; returns its id."""
    trace_id = "a1" * 16
    facts = {
        "00000000000000a1": (None, "invoke_agent planner", {"gen_ai.operation.name": "invoke_agent",
                                                            "gen_ai.agent.name": "planner"}),
        "00000000000000a2": ("00000000000000a1", "execute_tool \x1b]0;owned\x07", {
            "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "\x1b]0;owned\x07\x1b[2J\u202egnirts",
            "gen_ai.tool.call.arguments": '{"city": "Paris"}', "gen_ai.tool.call.result": "sunny"}),
    }  # fmt: skip
    record(
        [
            SpanRecord(trace_id, span_id, parent_id, name, start_ns=1_700_000_000_000_000_000 + number,
                       end_ns=1_700_000_000_050_000_000, attributes=attributes)
            for number, (span_id, (parent_id, name, attributes)) in enumerate(facts.items())
        ]
    )  # fmt: skip
    return trace_id
