"""Whoever comes from koladilip/ai-agent-inspector pastes what its README prints, and it records what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.model import RunFilter
from agent_inspector.query import event_data, get_step, list_runs, list_steps
from agent_inspector.store import open_store
from tests.examples.original_langchain import LANGCHAIN_PROGRAMS, REMOVED_FROM_LANGCHAIN
from tests.examples.original_readme import CUSTOM_CONFIGURATION, PROGRAMS, Program
from tests.examples.recordings import Recorded
from tests.examples.test_runs import draw, environment

if TYPE_CHECKING:
    from model_server.server import ModelServer

ROOT = Path(__file__).resolve().parents[2]


def run(text: str, folder: Path, **variables: str) -> None:
    """Run a program as somebody would who has pasted it into a file: without flush, without shutdown."""
    (folder / "pasted.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "pasted.py"],
        cwd=folder,
        env=environment(folder / "runs.db") | variables,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def read(path: Path) -> tuple[Sequence[Recorded], Sequence[Mapping[str, Any]]]:
    """Return the runs of a store, and the events of their steps below the roots."""
    with closing(open_store(TraceConfig(db_path=str(path)), read_only=True)) as store:
        runs = list_runs(store, RunFilter(), limit=100, descending=False).runs
        steps = {run.id: list_steps(store, run.id) for run in runs}
        events = [
            event_data(get_step(store, step.run_id, step.id))
            for run in runs
            for step in steps[run.id]
            if step.parent_event_id is not None
        ]
    drawn = [Recorded(run.name, draw(steps[run.id]), run.status) for run in runs]
    return drawn, events


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_a_printed_program_records_its_steps(program: Program, tmp_path: Path) -> None:
    run(program.text, tmp_path)
    runs, events = read(tmp_path / "runs.db")

    assert runs == [*program.runs]
    assert [
        {name: event[name] for name in said} for event, said in zip(events, program.said, strict=True)
    ] == [*program.said]


def test_the_printed_configuration_decides_where_and_what_is_recorded(tmp_path: Path) -> None:
    run(
        f"""{CUSTOM_CONFIGURATION}
from agent_inspector import get_config, trace
assert get_config() is config
with trace.run("configured"):
    trace.tool("pay", {{"password": "hunter2", "secret": ["deep"]}}, "the SSN is 219-09-6421")
""",
        tmp_path,
    )
    runs, (event,) = read(tmp_path / "custom_inspector.db")

    assert [(each.name, each.status) for each in runs] == [("configured", "completed")]
    assert not (tmp_path / "runs.db").exists()
    assert not {"hunter2", "deep", "219-09-6421"} & set(json.dumps(event).replace('"', " ").split())


@pytest.fixture(scope="module")
def model_server() -> Iterator[ModelServer]:
    from model_server.server import ModelServer

    with ModelServer(latency_ms=1) as server:
        yield server


@pytest.mark.parametrize("program", LANGCHAIN_PROGRAMS, ids=str)
def test_a_printed_program_of_langchain_records_its_steps(
    program: Program, tmp_path: Path, model_server: ModelServer
) -> None:
    pytest.importorskip("langchain_openai")
    run(
        REMOVED_FROM_LANGCHAIN + program.text,
        tmp_path,
        OPENAI_BASE_URL=model_server.base_url,
        OPENAI_API_KEY="none",
    )
    runs, events = read(tmp_path / "runs.db")
    spent = [event["total_tokens"] for event in events if event["type"] == "llm_call"]

    assert runs == [*program.runs]
    assert all(spent)
