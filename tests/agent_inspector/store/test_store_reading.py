from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.errors import KeyMissing, StoreError
from agent_inspector.model import RunFilter, Status
from agent_inspector.store import ORDERS, Order, RunSelection, SpanStore, open_store
from agent_inspector.store.sqlite import processes
from otel_bridge.record import SpanRecord

Make = Callable[..., SpanRecord]
TRACE = f"{1:032x}"


@pytest.fixture
def touched_tables(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Tables that connections made from now on have read."""
    touched: set[str] = set()
    connect = sqlite3.connect

    def watch(action: int, first: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ and first:
            touched.add(first)
        return sqlite3.SQLITE_OK

    def connect_watched(*args: object, **kwargs: object) -> sqlite3.Connection:
        connection = connect(*args, **kwargs)  # type: ignore[call-overload]  # passed on as they came
        connection.set_authorizer(watch)
        return connection  # type: ignore[no-any-return]  # of the overload above

    monkeypatch.setattr(sqlite3, "connect", connect_watched)
    return touched


def test_lists_never_touch_a_body(
    config: TraceConfig, store: SpanStore, span: Make, touched_tables: set[str]
) -> None:
    store.write([span(1), span(2, parent=1, end=None)])
    store.close()
    touched_tables.clear()

    with_filter = RunFilter(status="completed", user_id="u", session_id="s", search="x")
    store.read_runs(RunSelection(matching=with_filter, order_by="name"))
    store.read_runs(RunSelection())
    store.count_runs(with_filter)
    store.read_spans(TRACE)
    store.read_spans(TRACE, event_type="custom")
    store.read_span(TRACE, f"{2:016x}")
    store.read_open_spans([TRACE])
    store.read_totals(0)
    store.read_changes(0)

    assert {"runs", "spans", "terms"} <= touched_tables
    assert not {"bodies", "resources"} & touched_tables
    store.read_records(TRACE, [f"{1:016x}"])
    assert {"bodies", "resources"} <= touched_tables


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("descending", [True, False])
def test_paging_by_position_visits_every_run_once_in_order(
    store: SpanStore, span: Make, order: Order, descending: bool
) -> None:
    for trace in range(1, 12):
        end = None if trace % 5 == 0 else trace % 4 + 20
        store.write([span(1, trace=trace, name=f"Run {trace % 3}", start=trace % 6, end=end)])

    seen = []
    after = None
    while page := store.read_runs(RunSelection(order_by=order, descending=descending, after=after, limit=3)):
        seen += [row.position for row in page]
        after = page[-1].position

    assert sorted(seen, reverse=descending) == seen
    assert len(set(seen)) == 11


def test_filters(store: SpanStore, span: Make) -> None:
    store.write([span(1, trace=1, name="Alpha", attributes={"user.id": "u1", "session.id": "s1"})])
    store.write([span(1, trace=2, name="beta 100%", start=1000, end=2000, status="error")])

    origin = 1_700_000_000_000
    for matching, expected in (
        (RunFilter(user_id="u1"), {1}),
        (RunFilter(user_id="u2"), set()),
        (RunFilter(session_id="s1"), {1}),
        (RunFilter(search="ALPH"), {1}),
        (RunFilter(search="%"), {2}),
        (RunFilter(status="failed"), {2}),
        (RunFilter(status="completed"), {1}),
        (RunFilter(started_after=origin + 1000), {2}),
        (RunFilter(started_before=origin + 999), {1}),
        (RunFilter(started_after=-(10**30), started_before=10**30), {1, 2}),
    ):
        rows = store.read_runs(RunSelection(matching=matching))
        assert expected == {int(row.trace_id, 16) for row in rows}
        assert len(expected) == store.count_runs(matching)


def test_steps_come_in_order_of_start_and_keep_their_number_under_a_filter(
    store: SpanStore, span: Make
) -> None:
    tool = {"gen_ai.operation.name": "execute_tool"}
    store.write([span(3, parent=1, start=2, attributes=tool), span(2, parent=1, start=1), span(1, start=0)])

    assert [(row.number, int(row.span_id)) for row in store.read_spans(TRACE)] == [(1, 1), (2, 2), (3, 3)]
    assert [row.number for row in store.read_spans(TRACE, limit=1, offset=1)] == [2]
    assert [row.number for row in store.read_spans(TRACE, event_type="tool_call")] == [3]
    assert store.count_spans(TRACE, event_type="tool_call") == 1
    found = store.read_span(TRACE, f"{3:016x}")
    assert found is not None
    assert found.number == 3


def test_ids_are_found_by_prefix_and_by_span(store: SpanStore, span: Make) -> None:
    store.write([span(1, trace=0xABC << 116), span(2, trace=0xABD << 116)])

    assert store.find_traces("abc") == ["abc" + "0" * 29]
    assert len(store.find_traces("ab")) == 2
    assert store.find_traces_of_span(f"{2:016x}") == ["abd" + "0" * 29]


def test_a_missing_key_is_said_and_nothing_is_invented(
    encrypted_config: TraceConfig, encrypted_store: SpanStore, span: Make
) -> None:
    encrypted_store.write([span(1)])
    keyless = TraceConfig(db_path=encrypted_config.db_path, encryption_enabled=False, encryption_key=None)
    reader = open_store(keyless, read_only=True)

    with pytest.raises(KeyMissing, match="not at hand"):
        reader.read_records(TRACE, [f"{1:016x}"])
    with pytest.raises(KeyMissing):
        reader.read_runs(RunSelection())
    with pytest.raises(KeyMissing):
        reader.read_runs(RunSelection(order_by="name"))
    reader.close()


def test_bodies_that_were_swapped_are_refused(config: TraceConfig, store: SpanStore, span: Make) -> None:
    store.write([span(1), span(2)])
    store.close()
    connection = sqlite3.connect(config.db_path)
    connection.execute("UPDATE bodies SET body = (SELECT body FROM bodies WHERE span = 1) WHERE span = 2")
    connection.commit()
    connection.close()

    with pytest.raises(StoreError, match="belongs to another"):
        store.read_records(TRACE, [f"{2:016x}"])


def test_changes_name_the_runs_written_since(store: SpanStore, span: Make) -> None:
    store.write([span(1, trace=1)])
    revision, first = store.read_changes(0)
    store.write([span(1, trace=2), span(1, trace=3)])
    later, second = store.read_changes(revision)

    assert [f"{1:032x}"] == first
    assert {f"{2:032x}", f"{3:032x}"} == set(second)
    assert (later, []) == store.read_changes(later)


def test_a_killed_process_leaves_interrupted_runs(config: TraceConfig) -> None:
    code = """
        import sys, time
        from agent_inspector.config import TraceConfig
        from agent_inspector.store import open_store
        from otel_bridge.record import SpanRecord
        store = open_store(TraceConfig(db_path=sys.argv[1], encryption_enabled=False))
        now = time.time_ns()
        store.write([SpanRecord(f"{1:032x}", f"{1:016x}", None, "root", now, None, process_id=store.process_id),
                     SpanRecord(f"{1:032x}", f"{2:016x}", f"{1:016x}", "inner", now + 1, None, process_id=store.process_id)])
        print("written", flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), config.db_path],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    reader = open_store(config)
    revision, _ = reader.read_changes(0)
    assert _statuses(reader) == ("running", ["running", "running"], {"running": 1, "interrupted": 0})

    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    assert _statuses(reader) == ("interrupted", ["interrupted"] * 2, {"running": 0, "interrupted": 1})
    assert reader.read_changes(revision)[1] == [TRACE]
    reader.close()


def _statuses(store: SpanStore) -> tuple[Status, list[Status], dict[Status, int]]:
    states: tuple[Status, ...] = ("running", "interrupted")
    by_filter = {status: store.count_runs(RunFilter(status=status)) for status in states}
    totals = store.read_totals(0).runs_by_status
    assert by_filter == {status: totals.get(status, 0) for status in states}
    return (
        store.read_runs(RunSelection())[0].status,
        [row.status for row in store.read_spans(TRACE)],
        by_filter,
    )


def test_a_process_that_ended_in_good_order_leaves_interrupted_runs_too(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    recorder = open_store(config)
    recorder.write([span(1, end=None, process_id=recorder.process_id)])
    assert store.read_runs(RunSelection())[0].status == "running"
    recorder.close()

    assert store.read_runs(RunSelection())[0].status == "interrupted"


def test_a_silent_process_is_taken_for_dead(
    config: TraceConfig, store: SpanStore, span: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write([span(1, end=None, process_id=store.process_id)])
    now_ns = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now_ns + processes.STALE_NS + 10**9)
    assert store.read_runs(RunSelection())[0].status == "interrupted"
    store.beat({})

    assert store.read_runs(RunSelection())[0].status == "running"


def test_a_run_from_elsewhere_ends_after_ten_minutes_of_silence(
    store: SpanStore, span: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write([span(2, parent=1)])
    assert store.read_runs(RunSelection())[0].status == "running"
    now_ns = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now_ns + processes.SILENT_NS + 10**9)

    assert store.read_runs(RunSelection())[0].status == "interrupted"
    assert set(get_args(Status)) >= set(store.read_totals(0).runs_by_status)


def test_stored_size_counts_the_log(config: TraceConfig, store: SpanStore, span: Make) -> None:
    store.write([span(1)])

    files = sum(Path(f"{config.db_path}{suffix}").stat().st_size for suffix in ("", "-wal", "-shm"))
    assert files == store.read_totals(0).size_bytes
