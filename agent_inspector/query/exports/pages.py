"""Exporting: the runs that go into a document, and their steps page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from agent_inspector.errors import KeyMissing, NotFound, StoreError, StoreUnavailable
from agent_inspector.model import Run, StepDetail
from agent_inspector.query.details import list_details
from agent_inspector.query.runs import get_run
from agent_inspector.store import SpanStore
from otel_bridge.record import SpanRecord

_PAGE_STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class Exporting:
    """What goes into one document."""

    store: SpanStore
    run_ids: Iterable[str]
    is_list: bool
    """The document may hold several runs."""
    on_run: Callable[[], None]
    """Called when a run is written."""

    def runs(self) -> Iterator[Run]:
        """Read the runs one after the other; each counts as written when the next one is asked for."""
        for run_id in self.run_ids:
            try:
                run = get_run(self.store, run_id)
            except NotFound:
                if self.is_list:  # pruned since the list was made
                    continue
                raise
            yield run
            self.on_run()

    def steps(self, run: Run) -> Iterator[StepDetail]:
        """Read the steps of a run in order of start."""
        offset = 0
        while True:
            with _named(run):
                page = list_details(self.store, run.id, limit=_PAGE_STEPS, offset=offset)
            yield from page
            if len(page) < _PAGE_STEPS:
                return
            offset += len(page)

    def records(self, run: Run) -> Iterator[Sequence[SpanRecord]]:
        """Read the spans of a run as they were recorded, in pages."""
        offset = 0
        while True:
            with _named(run):
                rows = self.store.read_spans(run.id, limit=_PAGE_STEPS, offset=offset)
                records = self.store.read_records(run.id, [row.span_id for row in rows])
            yield [records[row.span_id] for row in rows if row.span_id in records]
            if len(rows) < _PAGE_STEPS:
                return
            offset += len(rows)


@contextmanager
def _named(run: Run) -> Iterator[None]:
    """Say of which run something is damaged: one step of thousands of runs does not say it."""
    try:
        yield
    except (KeyMissing, StoreUnavailable):
        raise
    except StoreError as damage:
        raise StoreError(
            f"Run {run.id} is damaged: delete it, or leave it out with --all --skip-damaged; agent-inspector check"
            " says more."
        ) from damage
