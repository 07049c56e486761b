"""SpanStore: what `query` and the exporter ask of whatever keeps the spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from agent_inspector.model import RunFacets, RunFilter, Session, Statistics, StepCost
from agent_inspector.store.judgements import Judgement
from agent_inspector.store.rows import Place, RunRow, RunSelection, SpanPart, SpanRow, Totals
from agent_inspector.store.search import SearchResult, SearchSelection
from agent_inspector.store.upkeep import KeyUse, Progress, PruneReport, RetentionLimits, SizeReport
from otel_bridge.record import LogRecord, SpanRecord, SpanSink


class SpanStore(SpanSink, Protocol):
    """A SpanSink that can be read back. Every method may raise StoreError; any thread may call it."""

    @property
    def process_id(self) -> str:
        """The id under which this process records; another one after a fork."""

    def read_runs(self, selection: RunSelection) -> Sequence[RunRow]:
        """Return the selected runs without touching any body."""

    def count_runs(self, matching: RunFilter) -> int:
        """Return how many runs match."""

    def read_facets(self, matching: RunFilter, limit: int = 20) -> RunFacets:
        """Return what the matching runs have, and how many have it; of each facet the most frequent values."""

    def read_sessions(
        self, limit: int, before: tuple[int, int] | None = None
    ) -> tuple[Sequence[tuple[tuple[int, int], Session]], int]:
        """Return sessions, the latest first, each with its place; and how many there are in all."""

    def read_statistics(self, started_after: int, started_before: int, periods: int) -> Statistics:
        """Return what the runs took that began between these milliseconds, in so many periods."""

    def read_activity(self, trace_ids: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """Return for each run how many of its steps began in each part of its time; for runs that are not too long."""

    def read_run(self, trace_id: str) -> RunRow | None:
        """Return one run."""

    def find_traces(self, prefix: str, limit: int = 2) -> Sequence[str]:
        """Return the runs of traces whose ids begin with these hex digits."""

    def find_traces_of_span(self, span_id: str, limit: int = 2) -> Sequence[str]:
        """Return the ids of the traces that have a span of this id."""

    def read_spans(
        self, trace_id: str, *, event_type: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Sequence[SpanRow]:
        """Return spans of a run in order of start, without touching any body."""

    def read_span_parts(self, trace_id: str, most: int) -> Sequence[SpanPart]:
        """Return all spans of a run in order of start, in parts of at most so many."""

    def count_spans(self, trace_id: str, *, event_type: str | None = None) -> int:
        """Return how many spans of a run match."""

    def read_span(self, trace_id: str, span_id: str) -> SpanRow | None:
        """Return one span without its body."""

    def read_cost(self, trace_id: str, span_id: str) -> StepCost | None:
        """Return what a model call costs by kind of token; None for a step of another kind.

        Raises:
            ConfigError: the user's price file cannot be read.
        """

    def read_open_spans(self, trace_ids: Sequence[str]) -> Mapping[str, SpanRow]:
        """Return for each run the span that started last among those without an end."""

    def read_records(self, trace_id: str, span_ids: Sequence[str]) -> Mapping[str, SpanRecord]:
        """Return whole spans by span id, exactly as they were written.

        Raises:
            KeyMissing: the content is encrypted with a key that is not at hand.
            StoreError: the content is damaged.
        """

    def keep_logs(self, logs: Sequence[LogRecord]) -> None:
        """Keep redacted log records durably, until the spans that they tell of are there and as long as those."""

    def has_logs(self) -> bool:
        """Whether there are any log records."""

    def read_logs(
        self, trace_ids: Iterable[str], sessions: Iterable[str], *, since_ns: int = 0
    ) -> Sequence[LogRecord]:
        """Return the log records of these traces, and those of these sessions since then, oldest first."""

    def find_turn(self, session: str, time_ns: int) -> int:
        """Return when the user's last prompt in a session up to this time was given; 0 if none is known."""

    def claim_logs(self, logs: Iterable[LogRecord], trace_id: str | None) -> None:
        """Let log records belong to this run, and go with it; to none, if the trace is None."""

    def read_places(self, trace_ids: Iterable[str]) -> Mapping[str, Place]:
        """Return those of these traces that are kept as steps of another run, each with its place."""

    def keep_places(self, places: Mapping[str, Place]) -> None:
        """Remember the places of traces for as long as the runs that they are in; those in them come along."""

    def read_totals(self, since_ns: int) -> Totals:
        """Return the store in numbers."""

    def read_changes(self, since_revision: int, limit: int = 1000) -> tuple[int, Sequence[str]]:
        """Return the present revision, and the ids of runs that changed after the given one."""

    def search(self, selection: SearchSelection) -> SearchResult:
        """Return spans by the words of their content, newest first.

        Raises:
            KeyMissing: content that has to be read is encrypted with a key that is not at hand.
        """

    def read_judgement(self, trace_id: str, rules: str) -> Judgement | None:
        """Return what these rules have said of a run last, whatever has become of the run since.

        Raises:
            KeyMissing: it is encrypted with a key that is not at hand.
        """

    def keep_judgement(self, trace_id: str, judgement: Judgement) -> None:
        """Keep what rules say of a run in the place of what was said before; nothing if the run is gone."""

    def find_unjudged(self, limit: int) -> Sequence[str]:
        """Return runs that changed since they were judged, the newest first; those that go on after a while only."""

    def count_unjudged(self) -> int:
        """Return how many runs changed since they were judged, or never were."""

    def forget_judgements(self, rules: str) -> None:
        """Let all runs that were not judged by these rules count as unjudged."""

    def read_outline(self, trace_id: str, revision: int, version: str) -> bytes | None:
        """Return what `keep_outline` was given for this revision of a run by this version of its maker.

        Raises:
            KeyMissing: it is encrypted with a key that is not at hand.
        """

    def keep_outline(self, trace_id: str, revision: int, version: str, rendered: bytes) -> None:
        """Keep what was made of a run's spans, in the place of what was kept before; nothing if the run is gone."""

    def price_pending(self) -> int:
        """Fill in what model calls cost, by the price list; return how many were looked at.

        For programs that read the store: the list is too heavy for those that are traced.
        """

    def delete_runs(self, trace_ids: Iterable[str], *, force: bool = False) -> Sequence[str]:
        """Delete these runs and return the ids of those that were there; a running one only if forced.

        Names that no run uses any more stay until `sweep`.
        """

    def prune(
        self, limits: RetentionLimits, *, dry_run: bool = False, progress: Progress = lambda done, total: None
    ) -> PruneReport:
        """Remove the runs that these limits name, oldest first, or only say which; never a running one.

        `progress` is told how many runs and how many steps are gone.

        Raises:
            ConfigError: the limit of size is below that of an empty store.
        """

    def claim_upkeep(self, name: str, every_s: float) -> bool:
        """Whether this upkeep was last claimed longer ago than that; of several that ask at once, one is told yes."""

    def sweep(self) -> None:
        """Wipe what deleted runs have left: names, resources, indexed words, entries of the log."""

    def vacuum(self) -> SizeReport:
        """Sweep, and give free space back to the disk."""

    def back_up(
        self,
        target: Path,
        *,
        overwrite: bool = False,
        progress: Progress = lambda done, total: None,
    ) -> int:
        """Copy the store as it is now to a private file, while others write; return its size in bytes.

        Raises:
            StoreUnavailable: there is a file already, or it cannot be written.
            StoreDamaged: the store is not sound.
        """

    def find_damage(self) -> Sequence[str]:
        """Return what is wrong with the file itself, a line each; reads all of it, but no content."""

    def restore(
        self,
        source: Path,
        *,
        overwrite: bool = False,
        progress: Progress = lambda done, total: None,
    ) -> int:
        """Put the content of a backup in the place of this store's; return how many runs there are.

        Raises:
            StoreError: the backup is not sound, or runs would be lost and `overwrite` is not set.
        """

    def rotate_keys(self, progress: Progress = lambda done, total: None) -> int:
        """Encrypt everything with the present key, in small transactions; return how many rows were changed.

        Raises:
            KeyMissing: something is encrypted with a key that is not at hand.
        """

    def read_key_use(self) -> Sequence[KeyUse]:
        """Return how many spans each key encrypts; reads every span."""
