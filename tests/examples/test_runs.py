"""Every example runs from any folder without a key, and records the runs and steps that it promises."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.model import RunFilter, Step
from agent_inspector.query import list_runs, list_steps
from agent_inspector.store import open_store
from tests.examples.promises import EXAMPLES, Example, Recorded

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What running an example came to."""

    example: Example
    process: subprocess.CompletedProcess[str]
    db_path: Path


@pytest.fixture(scope="module", params=EXAMPLES, ids=str)
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    example: Example = request.param
    folder = tmp_path_factory.mktemp("example")
    script, *arguments = example.command.split()
    around = [sys.executable, "-m", "agent_inspector", "run", "--"] if example.zero_code else []
    process = subprocess.run(
        [*around, sys.executable, str(ROOT / "examples" / script), *arguments],
        cwd=folder,
        env=environment(folder / "runs.db"),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Outcome(example, process, folder / "runs.db")


def environment(db_path: Path) -> dict[str, str]:
    """Return this environment without settings of its own: no key, a quick model, a store of the test's."""
    own = ("OPENAI_", "MODEL_", "TRACE_", "OTEL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    path = os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
    settings = {"OPENAI_API_KEY": "", "MODEL_SERVER_LATENCY_MS": "1", "TRACE_DB_PATH": str(db_path)}
    return {**kept, **settings, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}


def test_an_example_runs_from_any_folder_without_a_key(outcome: Outcome) -> None:
    assert outcome.process.stderr == ""
    assert outcome.process.returncode == 0
    assert outcome.example.says in outcome.process.stdout
    assert "http://127.0.0.1:8000/ui/" in outcome.process.stdout.splitlines()[-1]


def test_an_example_records_the_runs_that_it_promises(outcome: Outcome) -> None:
    with closing(open_store(TraceConfig(db_path=str(outcome.db_path)), read_only=True)) as store:
        runs = list_runs(store, RunFilter(), limit=100, descending=False).runs
        found = [Recorded(run.name, draw(list_steps(store, run.id)), run.status) for run in runs]

    assert found == [*outcome.example.runs]


def draw(steps: Sequence[Step]) -> str:
    """Draw a run's steps as a tree of text."""
    return "\n".join(_lines(steps, parent=None, depth=0))


def _lines(steps: Sequence[Step], parent: str | None, depth: int) -> Iterator[str]:
    for step in _in_stable_order([step for step in steps if step.parent_event_id == parent]):
        failed = " (failed)" if step.status == "failed" else ""
        yield f"{'  ' * depth}{step.kind} {step.name}{failed}"
        yield from _lines(steps, step.id, depth + 1)


def _in_stable_order(siblings: Sequence[Step]) -> Iterator[Step]:
    # A framework runs the tools of one turn in threads, so that any of them may start first.
    for kind, together in groupby(siblings, key=lambda step: step.kind):
        yield from sorted(together, key=lambda step: step.name if kind == "tool" else "")
