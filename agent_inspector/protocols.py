"""Protocols: what a user may put in the place of our own exporter, sampler and store."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from agent_inspector.config import TraceConfig

_log = logging.getLogger("agent_inspector")


@runtime_checkable
class Exporter(Protocol):
    """Takes the steps of runs as dictionaries, redacted, in the shape of events.

    All methods are called from a background thread. What they raise is logged once and counted.
    """

    def initialize(self) -> None:
        """Get ready; called once, before the first batch."""

    def export_batch(self, events: list[dict[str, Any]]) -> None:
        """Take these events: `event_id`, `run_id`, `type`, `name`, `status`, `timestamp_ms` and the fields of the type."""

    def shutdown(self) -> None:
        """Let go of everything; called once, at the end of the process."""


@runtime_checkable
class Sampler(Protocol):
    """Decides which runs are recorded."""

    def should_sample(self, run_id: str, run_name: str, config: TraceConfig) -> bool:
        """Whether to record this run; called in the agent's thread when the run begins. An error means yes."""


class CompositeExporter:
    """Hands every batch to several exporters; one that fails does not keep the others from it.

    Raises:
        ValueError: there are no exporters.
    """

    def __init__(self, exporters: Sequence[Exporter]) -> None:
        if not exporters:
            raise ValueError("CompositeExporter needs at least one exporter.")
        self.exporters = list(exporters)

    def initialize(self) -> None:
        for exporter in self.exporters:
            exporter.initialize()

    def export_batch(self, events: list[dict[str, Any]]) -> None:
        for exporter in self.exporters:
            try:
                exporter.export_batch(events)
            except Exception as problem:  # noqa: BLE001  (the others still get the batch)
                _log.warning("%s could not export: %s.", type(exporter).__name__, type(problem).__name__)

    def shutdown(self) -> None:
        for exporter in reversed(self.exporters):
            try:
                exporter.shutdown()
            except Exception as problem:  # noqa: BLE001  (as above)
                _log.warning("%s could not shut down: %s.", type(exporter).__name__, type(problem).__name__)


class ReadStore(Protocol):
    """What the original's API read from; `agent_inspector.query` offers the same of our own store."""

    def get_stats(self) -> dict[str, Any]: ...

    def list_runs(self, limit: int = 100, offset: int = 0, **filters: Any) -> list[dict[str, Any]]: ...

    def get_run(self, run_id: str) -> dict[str, Any] | None: ...

    def get_run_steps(
        self, run_id: str, limit: int | None = None, offset: int = 0
    ) -> list[dict[str, Any]]: ...

    def get_run_timeline(self, run_id: str, include_data: bool = False) -> list[dict[str, Any]]: ...

    def get_step_data(self, step_id: str) -> bytes | None: ...
