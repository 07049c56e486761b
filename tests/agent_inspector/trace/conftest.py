"""A recording into a store of its own for each test, read back through the query layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent_inspector import TraceConfig, query, set_config, trace
from agent_inspector.model import Run, RunFilter, Step, StepDetail
from agent_inspector.store import SpanStore, open_store


@dataclass
class Recorded:
    """What the current test has recorded."""

    config: TraceConfig
    store: SpanStore

    def runs(self) -> Sequence[Run]:
        """Oldest first."""
        assert trace.flush()
        return query.list_runs(self.store, RunFilter(), limit=100, descending=False).runs

    def run(self) -> Run:
        (only,) = self.runs()
        return only

    def steps(self, run_id: str | None = None) -> Sequence[Step]:
        run_id = run_id or self.run().id
        return query.list_steps(self.store, run_id)

    def detail(self, name: str) -> StepDetail:
        run = self.run()
        (step,) = [step for step in query.list_steps(self.store, run.id) if step.name == name]
        return query.get_step(self.store, run.id, step.id)


Configure = Callable[..., Recorded]


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[Recorded]:
    """Record into a fresh store, with everything else at its default."""
    config = TraceConfig(db_path=str(tmp_path / "store.db"), batch_timeout_ms=20)
    set_config(config)
    store = open_store(config)
    yield Recorded(config, store)
    trace.flush()
    store.close()
