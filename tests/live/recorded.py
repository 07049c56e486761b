"""A run that a program of somebody else's SDK left behind, as the store and the API tell it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from agent_inspector import TraceConfig, query
from agent_inspector.model import Run, RunFilter, Step, StepDetail
from agent_inspector.store import SpanStore, open_store

BIN = Path(sys.executable).parent
APPS = Path(__file__).parent / "apps"
SECRET = "sk-" + "proj-" + "Zx9Yw8Vu7T" * 4
LAUNCHERS: Mapping[str, Sequence[str]] = {
    "run": (str(BIN / "agent-inspector"), "run", "--"),
    "instrument": (str(BIN / "opentelemetry-instrument"),),
    "plain": (),
}


def start(command: Sequence[str], **settings: str) -> str:
    """Run a program to its end and return what it printed."""
    return start_and_hear(command, **settings)[0]


def start_and_hear(command: Sequence[str], **settings: str) -> tuple[str, str]:
    """Run a program to its end, without settings of the developer's; return what it printed, and complained of."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, env=kept | settings, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def start_app(launcher: str, app: str, **settings: str) -> tuple[str, str]:
    return start_and_hear(
        [*LAUNCHERS[launcher], sys.executable, str(APPS.parent / app if "/" in app else APPS / app)],
        **settings,
    )


@dataclass
class Recorded:
    """The only run of a store."""

    store: SpanStore
    printed: str = ""
    complaints: str = ""

    @classmethod
    def at(cls, path: Path, printed: str = "", complaints: str = "") -> Recorded:
        return cls(open_store(TraceConfig(db_path=str(path)), read_only=True), printed, complaints)

    @cached_property
    def run(self) -> Run:
        (run,) = query.list_runs(self.store, RunFilter(), limit=10).runs
        return run

    @cached_property
    def steps(self) -> Sequence[Step]:
        return query.list_steps(self.store, self.run.id)

    @property
    def shown(self) -> Sequence[Step]:
        """The steps that are no plumbing."""
        return [step for step in self.steps if not step.framework]

    def detail(self, step: Step) -> StepDetail:
        return query.get_step(self.store, self.run.id, step.id)

    def scope_of(self, step: Step) -> str:
        """Return the instrumentation that a step is from."""
        return self.store.read_records(self.run.id, [step.id])[step.id].scope_name

    def outline(self) -> list[str]:
        """Say of every model call and tool, in order: the step around it, what it is, and what became of it."""
        by_id = {step.id: step for step in self.steps}

        def around(step: Step) -> str:
            above = by_id[step.parent_event_id or ""]
            return above.name if not above.framework and above.kind in ("agent", "tool") else around(above)

        calls = [step for step in self.shown if step.kind in ("llm", "tool")]
        return [f"{around(step)} > {step.kind} {step.name} {step.status}" for step in calls]

    def of_kind(self, kind: str) -> list[StepDetail]:
        return [self.detail(step) for step in self.shown if step.kind == kind]

    def said(self, place: int = -1) -> str:
        """Return what a model call answered, as JSON."""
        return json.dumps(self.of_kind("llm")[place].content.output_messages)

    def everything(self) -> str:
        """Return all that is known of all steps, as text."""
        return "".join(str(self.detail(step)) for step in self.steps)


def fetch(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)
