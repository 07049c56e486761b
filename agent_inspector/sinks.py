"""Sinks beside the store itself: the user's exporter, and the store that keeps only runs in which something failed."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from agent_inspector.protocols import Exporter
from agent_inspector.query.passing import event_of
from agent_inspector.store import SpanStore
from otel_bridge.dialects import read
from otel_bridge.record import SpanRecord

REMEMBERED: Final = 10_000
"""Clean runs whose late steps are still recognised."""


class EventSink:
    """Gives finished spans to an exporter of the user's, as events."""

    def __init__(self, exporter: Exporter) -> None:
        self._exporter = exporter
        self._process_id = uuid.uuid4().hex
        self._is_ready = False

    @property
    def process_id(self) -> str:
        return self._process_id

    def write(self, records: Sequence[SpanRecord]) -> None:
        if not self._is_ready:
            self._exporter.initialize()
            self._is_ready = True
        events: list[dict[str, Any]] = [event_of(record) for record in records if record.end_ns is not None]
        if events:
            self._exporter.export_batch(events)

    def beat(self, losses: Mapping[str, int]) -> None:
        return

    def close(self) -> None:
        if self._is_ready:
            self._exporter.shutdown()


class NoSink:
    """Keeps nothing: the spans go to exporters of OpenTelemetry alone."""

    process_id: str = ""

    def write(self, records: Sequence[SpanRecord]) -> None:
        return

    def beat(self, losses: Mapping[str, int]) -> None:
        return

    def close(self) -> None:
        return


class FailedRunsSink:
    """Keeps everything while a run goes on, and removes the run at its end if nothing in it failed.

    So a run that is killed leaves its evidence, which a buffer in memory would take with it.
    """

    def __init__(self, store: SpanStore, on_decision: Callable[[str, bool], None]) -> None:
        self._store = store
        self._on_decision = on_decision
        self._clean: OrderedDict[str, None] = OrderedDict()

    @property
    def process_id(self) -> str:
        return self._store.process_id

    def write(self, records: Sequence[SpanRecord]) -> None:
        kept = [record for record in records if record.trace_id not in self._clean]
        if not kept:
            return
        self._store.write(kept)
        ended = [record for record in kept if _is_root(record) and record.end_ns is not None]
        clean = [record.trace_id for record in ended if not self._has_failed(record)]
        if clean:
            self._store.delete_runs(clean)
        for record in ended:
            self._decide(record.trace_id, record.trace_id not in clean)

    def beat(self, losses: Mapping[str, int]) -> None:
        self._store.beat(losses)

    def close(self) -> None:
        self._store.close()

    def _has_failed(self, root: SpanRecord) -> bool:
        if read(root).outcome != "completed":
            return True
        run = self._store.read_run(root.trace_id)
        return run is not None and run.error_count > 0

    def _decide(self, trace_id: str, keeps: bool) -> None:
        if not keeps:
            self._clean[trace_id] = None
            if len(self._clean) > REMEMBERED:
                self._clean.popitem(last=False)
        self._on_decision(trace_id, keeps)


def _is_root(record: SpanRecord) -> bool:
    return record.parent_id is None or record.parent_is_remote
