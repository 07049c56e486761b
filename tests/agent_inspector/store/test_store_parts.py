"""Parts of a run: whoever kept what they made of one may use it again wherever its name comes up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings

from agent_inspector.config import TraceConfig
from agent_inspector.store import RunSelection, SpanRow, SpanStore, open_store
from otel_bridge.record import SpanRecord
from tests.agent_inspector.store.arrivals import arrivals

PART = 3


@settings(max_examples=100, deadline=None)
@given(arrivals())
def test_parts_of_one_name_hold_the_same_whatever_happened_between(batches: list[list[SpanRecord]]) -> None:
    known: dict[bytes, list[SpanRow]] = {}
    with TemporaryDirectory() as folder:
        store = open_store(TraceConfig(db_path=str(Path(folder, "store.db")), encryption_enabled=False))
        for record in chain.from_iterable(batches):
            store.write([record])
            store.beat({})
            for run in store.read_runs(RunSelection()):
                rows = [row for part in parts(store, run.trace_id, known) for row in part]
                assert rows == lasting(store.read_spans(run.trace_id))
        store.close()


def parts(store: SpanStore, trace_id: str, known: dict[bytes, list[SpanRow]]) -> list[list[SpanRow]]:
    """Return the spans of each part; of one whose name is known, those that it held when it was met first."""
    found = []
    for part in store.read_span_parts(trace_id, PART):
        rows = lasting(part.read())
        assert len(rows) == part.spans <= PART
        assert (part.name is None) == any(row.end_ns is None for row in rows)
        found.append(known.setdefault(part.name, rows) if part.name else rows)
    return found


def lasting(rows: Sequence[SpanRow]) -> list[SpanRow]:
    """Return the spans without the time when their process was last heard of, which only an open one needs."""
    return [row if row.end_ns is None else row._replace(last_sign_ns=0) for row in rows]


def test_a_run_that_grows_keeps_the_names_of_its_parts(
    store: SpanStore, span: Callable[..., SpanRecord]
) -> None:
    store.write([span(1, end=None), *(span(number, parent=1, start=number) for number in range(2, 9))])
    before = [part.name for part in store.read_span_parts(f"{1:032x}", PART)]

    store.write([span(9, parent=1, start=9)])
    after = [part.name for part in store.read_span_parts(f"{1:032x}", PART)]

    assert before[0] is None
    assert before[:3] == after[:3]
    assert before[3] != after[3]
