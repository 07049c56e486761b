"""SqliteStore: the SpanStore of one machine, one file; joins the modules of this package."""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from agent_inspector.errors import StoreError
from agent_inspector.model import RunFilter, StepCost
from agent_inspector.pipeline import Codec, make_codec
from agent_inspector.store.rows import RunRow, RunSelection, SpanRow, Totals
from agent_inspector.store.search import SearchResult, SearchSelection
from agent_inspector.store.sqlite import (
    call_costs,
    checkpoint,
    lookups,
    pricing,
    processes,
    segments,
    writer,
)
from agent_inspector.store.sqlite.connections import Connections
from agent_inspector.store.sqlite.draft import Draft, draft, stub
from agent_inspector.store.sqlite.judgements import Judgements
from agent_inspector.store.sqlite.log_rows import LogRows
from agent_inspector.store.sqlite.outlines import Outlines
from agent_inspector.store.sqlite.overviews import Overviews
from agent_inspector.store.sqlite.pieces import Scope, Scopes
from agent_inspector.store.sqlite.places import Places
from agent_inspector.store.sqlite.resources import Resources
from agent_inspector.store.sqlite.run_rows import RunReader
from agent_inspector.store.sqlite.search import Search
from agent_inspector.store.sqlite.search_index import Prepared, SearchIndex
from agent_inspector.store.sqlite.span_rows import SpanReader
from agent_inspector.store.sqlite.terms import Terms
from agent_inspector.store.sqlite.turns import begin_writing
from agent_inspector.store.sqlite.upkeep import Upkeep
from agent_inspector.store.user_prices import UserPrices, read_user_prices
from otel_bridge.record import LogRecord, SpanRecord

if TYPE_CHECKING:
    from agent_inspector.config import TraceConfig

UNREADABLE: Final = "unreadable"
"""Why a span was lost that had not even usable ids."""


class SqliteStore(Upkeep, Overviews, Judgements, Outlines, Places):
    """Keeps spans in one SQLite file and reads them back."""

    _pid: int
    _process_id: str
    _announced: bool
    """This process has a row that says when it was last heard of."""
    _reported_losses: Counter[str]

    def __init__(self, config: TraceConfig, *, read_only: bool = False) -> None:
        self._codec = make_codec(config)
        self._connections = Connections(config.db_path, read_only=read_only)
        self._terms = Terms(self._codec)
        self._runs = RunReader(self._codec, self._terms)
        self._spans = SpanReader(self._codec, self._terms)
        self._logs = LogRows(self._codec, self._terms)
        self._index = SearchIndex(self._spans, is_on=_indexes(config, self._codec))
        self._prices_file = config.prices_file
        self._own_prices: UserPrices | None = None
        self._own_losses: Counter[str] = Counter()
        self._begin_process()
        if read_only:
            with self._connections.lend():
                pass

    @property
    def process_id(self) -> str:
        if self._pid != os.getpid():
            self._begin_process()
        return self._process_id

    def write(self, records: Sequence[SpanRecord]) -> None:
        """Keep these spans durably; on StoreError none of them was kept, and the caller may try again."""
        process_id = self.process_id
        kept = 0

        def write(connection: sqlite3.Connection) -> None:
            nonlocal kept
            kept = self._write_drafts(connection, records, process_id)
            self._announced = True
            checkpoint.checkpoint_if_due(connection, self._connections.path)

        self._record(write)
        self._own_losses[UNREADABLE] += len(records) - kept

    def _write_drafts(
        self,
        connection: sqlite3.Connection,
        records: Sequence[SpanRecord],
        process_id: str,
    ) -> int:
        """Prepare these spans and write them; return how many could be prepared."""
        searchable = self._prepare_index(records)
        drafts = list(self._draft(records))
        shared = segments.pack(self._scopes.touched, self._codec)
        try:
            writer.write(
                connection,
                drafts,
                shared,
                process_id=process_id,
                terms=self._terms,
                before_commit=lambda places: self._index.add(connection, searchable, places),
            )
        except writer.RunGone:
            connection.rollback()
            self._scopes.forget()
            return self._write_drafts(connection, records, process_id)
        except BaseException:
            self._scopes.forget()  # whether it is stored is not known
            raise
        self._scopes.settle()
        return len(drafts)

    def beat(self, losses: Mapping[str, int]) -> None:
        """Say that this process is alive, and what it has lost so far."""
        process_id = self.process_id
        total = self._own_losses + Counter(losses)

        def beat(connection: sqlite3.Connection) -> None:
            begin_writing(connection)
            processes.beat(connection, process_id)
            if total != self._reported_losses:
                processes.report_losses(connection, process_id, total)
            connection.execute("COMMIT")
            self._announced = True

        self._record(beat)
        self._reported_losses = total

    def close(self) -> None:
        """Say that this process ends in good order; a store that is used again opens again."""
        process_id = self.process_id
        if self._announced:
            with suppress(StoreError):
                self._end_process(process_id)
        self._connections.close()

    def read_runs(self, selection: RunSelection) -> Sequence[RunRow]:
        with self._connections.lend() as connection:
            return self._runs.read(connection, selection)

    def count_runs(self, matching: RunFilter) -> int:
        with self._connections.lend() as connection:
            return self._runs.count(connection, matching)

    def read_run(self, trace_id: str) -> RunRow | None:
        with self._connections.lend() as connection:
            return self._runs.read_one(connection, trace_id)

    def find_traces(self, prefix: str, limit: int = 2) -> Sequence[str]:
        with self._connections.lend() as connection:
            return lookups.find_traces(connection, prefix, limit)

    def find_traces_of_span(self, span_id: str, limit: int = 2) -> Sequence[str]:
        with self._connections.lend() as connection:
            return lookups.find_traces_of_span(connection, span_id, limit)

    def read_spans(
        self, trace_id: str, *, event_type: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Sequence[SpanRow]:
        with self._connections.lend() as connection:
            return self._spans.read(connection, trace_id, event_type, -1 if limit is None else limit, offset)

    def count_spans(self, trace_id: str, *, event_type: str | None = None) -> int:
        with self._connections.lend() as connection:
            return self._spans.count(connection, trace_id, event_type)

    def read_span(self, trace_id: str, span_id: str) -> SpanRow | None:
        with self._connections.lend() as connection:
            return self._spans.read_one(connection, trace_id, span_id)

    def read_open_spans(self, trace_ids: Sequence[str]) -> Mapping[str, SpanRow]:
        with self._connections.lend() as connection:
            found = {trace_id: self._spans.read_open(connection, trace_id) for trace_id in trace_ids}
        return {trace_id: row for trace_id, row in found.items() if row is not None}

    def read_records(self, trace_id: str, span_ids: Sequence[str]) -> Mapping[str, SpanRecord]:
        with self._connections.lend() as connection:
            return self._spans.read_records(connection, trace_id, span_ids)

    def keep_logs(self, logs: Sequence[LogRecord]) -> None:
        self._record(lambda connection: self._logs.keep(connection, logs))

    def has_logs(self) -> bool:
        with self._connections.lend() as connection:
            return self._logs.has_any(connection)

    def read_logs(
        self, trace_ids: Iterable[str], sessions: Iterable[str], *, since_ns: int = 0
    ) -> Sequence[LogRecord]:
        with self._connections.lend() as connection:
            return self._logs.read(connection, trace_ids, sessions, since_ns)

    def find_turn(self, session: str, time_ns: int) -> int:
        with self._connections.lend() as connection:
            return self._logs.turn_began_ns(connection, session, time_ns) or 0

    def claim_logs(self, logs: Iterable[LogRecord], trace_id: str | None) -> None:
        self._record(lambda connection: self._logs.claim(connection, logs, trace_id))

    def read_totals(self, since_ns: int) -> Totals:
        with self._connections.lend() as connection:
            return lookups.read_totals(connection, since_ns, self._connections.path)

    def read_changes(self, since_revision: int, limit: int = 1000) -> tuple[int, Sequence[str]]:
        with self._connections.lend() as connection:
            return lookups.read_changes(connection, since_revision, limit)

    def price_pending(self) -> int:
        with self._connections.lend() as connection:
            if not pricing.has_unpriced(connection):
                return 0
        own = self._read_own_prices()
        priced = 0
        while True:
            with self._turn() as connection:
                looked_at = pricing.price_some(connection, self._terms, own)
            priced += looked_at
            if not looked_at:
                return priced

    def read_cost(self, trace_id: str, span_id: str) -> StepCost | None:
        with self._connections.lend() as connection:
            return call_costs.read_cost(connection, self._terms, self._read_own_prices(), trace_id, span_id)

    def _read_own_prices(self) -> UserPrices:
        self._own_prices = self._own_prices or read_user_prices(self._prices_file)
        return self._own_prices

    def search(self, selection: SearchSelection) -> SearchResult:
        with self._connections.lend() as connection:
            return Search(connection, self._spans, self._terms, selection).run()

    def _prepare_index(self, records: Iterable[SpanRecord]) -> Sequence[Prepared]:
        """Read what can be searched for; of several versions of a span, that of the last finished one."""
        prepared: dict[tuple[bytes, bytes], Prepared] = {}
        for record in records:
            with suppress(Exception):  # not even its ids can be kept
                place = bytes.fromhex(record.trace_id), bytes.fromhex(record.span_id)
                # A span that comes twice is read whole: its first version will not be indexed.
                scope = Scope() if place in prepared else self._scopes.of(record.trace_id)
                found = self._index.prepare(record, scope)
                if found is not None:
                    prepared[place] = found
        return list(prepared.values())

    def _draft(self, records: Iterable[SpanRecord]) -> Iterable[Draft]:
        """Prepare each span on its own, so that a bad one harms no other."""
        resources = Resources(self._codec)
        for record in records:
            try:
                prepared = draft(record, self._codec, resources, self._scopes)
                if self._own_prices is not None:
                    pricing.price(prepared, self._own_prices)
            except Exception as error:  # noqa: BLE001 (a span may hold anything; see safety of neighbours)
                with suppress(Exception):  # not even its ids can be kept
                    yield stub(record, error, self._codec, resources, self._scopes)
            else:
                yield prepared

    def _begin_process(self) -> None:
        self._pid = os.getpid()
        self._process_id = uuid.uuid4().hex
        self._announced = False
        self._reported_losses = Counter()
        self._writing = threading.Lock()
        self._scopes = Scopes()

    def _end_process(self, process_id: str) -> None:
        with self._connections.lend() as connection:
            processes.end(connection, process_id)
            checkpoint.checkpoint_at_end(connection, self._connections.path)


def _indexes(config: TraceConfig, codec: Codec) -> bool:
    """Whether words go into the index; not those of runs most of which are deleted as soon as they end well."""
    return config.search_index and codec.encrypt_with is None and not config.only_on_error
