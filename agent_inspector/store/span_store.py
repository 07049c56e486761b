"""SpanStore: what `query` and the exporter ask of whatever keeps the spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from agent_inspector.model import RunFilter
from agent_inspector.store.rows import RunRow, RunSelection, SpanRow, Totals
from otel_bridge.record import SpanRecord, SpanSink


class SpanStore(SpanSink, Protocol):
    """A SpanSink that can be read back. Every method may raise StoreError; any thread may call it."""

    @property
    def process_id(self) -> str:
        """The id under which this process records; another one after a fork."""

    def read_runs(self, selection: RunSelection) -> Sequence[RunRow]:
        """Return the selected runs without touching any body."""

    def count_runs(self, matching: RunFilter) -> int:
        """Return how many runs match."""

    def read_run(self, trace_id: str) -> RunRow | None:
        """Return one run."""

    def find_traces(self, prefix: str, limit: int = 2) -> Sequence[str]:
        """Return trace ids that begin with these hex digits."""

    def find_traces_of_span(self, span_id: str, limit: int = 2) -> Sequence[str]:
        """Return the ids of the traces that have a span of this id."""

    def read_spans(
        self, trace_id: str, *, event_type: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Sequence[SpanRow]:
        """Return spans of a run in order of start, without touching any body."""

    def count_spans(self, trace_id: str, *, event_type: str | None = None) -> int:
        """Return how many spans of a run match."""

    def read_span(self, trace_id: str, span_id: str) -> SpanRow | None:
        """Return one span without its body."""

    def read_open_spans(self, trace_ids: Sequence[str]) -> Mapping[str, SpanRow]:
        """Return for each run the span that started last among those without an end."""

    def read_records(self, trace_id: str, span_ids: Sequence[str]) -> Mapping[str, SpanRecord]:
        """Return whole spans by span id, exactly as they were written.

        Raises:
            KeyMissing: the content is encrypted with a key that is not at hand.
            StoreError: the content is damaged.
        """

    def read_totals(self, since_ns: int) -> Totals:
        """Return the store in numbers."""

    def read_changes(self, since_revision: int, limit: int = 1000) -> tuple[int, Sequence[str]]:
        """Return the present revision, and the ids of runs that changed after the given one."""
