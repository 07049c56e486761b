"""SessionRecorder: records what happens in a test as one run, in a store of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from agent_inspector import trace
from agent_inspector.config import TraceConfig, get_config, set_config
from agent_inspector.errors import StoreError
from agent_inspector.store import SpanStore, open_store
from agent_inspector.testing.recorded import RecordedRun


class SessionRecorder:
    """Owns the store of one test session."""

    def __init__(self, db_path: Path) -> None:
        self.db_path = db_path
        self.runs = 0
        """How many tests were recorded."""

    @contextmanager
    def record(self, name: str) -> Iterator[RecordedRun]:
        """Record what happens inside as a run of this name; the configuration in force is put back afterwards."""
        before = get_config()
        config = replace(before, db_path=str(self.db_path), sample_rate=1.0, only_on_error=False)
        set_config(config)
        self.runs += 1
        try:
            with trace.run(name, agent_type="test") as run:
                yield RecordedRun(run.run_id, self.db_path, lambda: self._read(config), self._environment)
        finally:
            trace.flush()
            set_config(before)

    def _read(self, config: TraceConfig) -> SpanStore:
        trace.flush()
        with suppress(StoreError):  # unpriced is better than unread
            store = open_store(config)
            store.price_pending()
            store.close()
        return open_store(config, read_only=True)

    def _environment(self) -> dict[str, str]:
        """Return what a program needs to be recorded as a part of the active run."""
        return {"TRACE_DB_PATH": str(self.db_path), **trace.child_env()}
