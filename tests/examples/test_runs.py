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
from agent_inspector.model import Run, RunFilter, Step
from agent_inspector.query import list_runs, list_steps
from agent_inspector.store import SpanStore, open_store
from tests.examples.promises import EXAMPLES, Example
from tests.examples.recordings import Recorded, customer_support

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
        env={**environment(folder / "runs.db"), **example.variables},
        capture_output=True,
        encoding="utf-8",
        timeout=100,
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
        found = [read(store, run) for run in runs]

    assert found == [*outcome.example.runs]


def test_the_support_team_works_without_the_package_of_openai(tmp_path: Path) -> None:
    (tmp_path / "without.py").write_text(
        "import runpy, sys\n"
        "class Blocker:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'openai': raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Blocker())\n"
        f"sys.path.insert(0, {str(ROOT / 'examples')!r})\n"
        f"runpy.run_path({str(ROOT / 'examples' / 'multi_agent.py')!r}, run_name='__main__')\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "without.py"], cwd=tmp_path, env=environment(tmp_path / "runs.db"),
        capture_output=True, encoding="utf-8", timeout=100, check=False,
    )  # fmt: skip
    with closing(open_store(TraceConfig(db_path=str(tmp_path / "runs.db")), read_only=True)) as store:
        (run,) = list_runs(store, RunFilter()).runs
        found = read(store, run)

    assert (done.returncode, done.stderr) == (0, "")
    assert "openai is not installed" in done.stdout.splitlines()[0]
    assert found == customer_support(default="simulated", tokens=(3550, 220))


def read(store: SpanStore, run: Run) -> Recorded:
    """Return a run as promises are written, having checked that its tokens are those of its model calls."""
    steps = list_steps(store, run.id)
    calls = [step.tokens for step in steps if step.kind == "llm" and step.tokens.input is not None]
    total = (sum(call.input or 0 for call in calls), sum(call.output or 0 for call in calls))
    tokens = (run.tokens.input, run.tokens.output)
    assert tokens == (total if calls else (None, None))
    return Recorded(run.name, draw(steps), run.status, tokens)


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
