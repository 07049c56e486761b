"""Runs that are deleted or pruned are gone, in the lists as in the bytes of the files."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.errors import ConfigError
from agent_inspector.model import RunFilter
from agent_inspector.store import RetentionLimits, RunSelection, SpanStore, open_store
from agent_inspector.store.retention import apply_retention
from agent_inspector.store.sqlite.orphans import TERM_COLUMNS
from otel_bridge.record import SpanRecord

Make = Callable[..., SpanRecord]
MILLION = 1_000_000
START_NS = 1_700_000_000_000_000_000


def incompressible(seed: int, length: int) -> str:
    return Random(seed).randbytes(length // 2).hex()


def trace(number: int) -> str:
    return f"{number:032x}"


def names(store: SpanStore) -> list[str]:
    return [row.name for row in store.read_runs(RunSelection(descending=False, limit=1000))]


def count(config: TraceConfig, table: str) -> int:
    connection = sqlite3.connect(config.db_path)
    found = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
    connection.close()
    return int(found)


def bytes_on_disk(config: TraceConfig) -> bytes:
    path = Path(config.db_path)
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))


def test_a_deleted_run_is_gone_with_everything_that_was_its_own(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    for number in (1, 2):
        store.write(
            [
                span(1, trace=number, name=f"run {number}", resource={"service.name": f"service {number}"}),
                span(
                    2,
                    trace=number,
                    parent=1,
                    attributes={
                        "gen_ai.operation.name": "execute_tool",
                        "gen_ai.tool.name": f"tool {number}",
                        "gen_ai.tool.call.result": f"result {number}",
                        "user.id": f"user {number}",
                    },
                ),
            ]
        )

    deleted = store.delete_runs([trace(1)])
    store.sweep()

    assert list(deleted) == [trace(1)]
    assert names(store) == ["run 2"]
    assert {table: count(config, table) for table in ("runs", "spans", "bodies", "resources")} == {
        "runs": 1,
        "spans": 2,
        "bodies": 2,
        "resources": 2,
    }
    kinds = [count(config, f"terms WHERE kind = '{kind}'") for kind in ("run", "tool", "user")]
    assert kinds == [1, 1, 1]
    assert store.count_runs(RunFilter(user_id="user 1")) == 0
    assert store.count_runs(RunFilter(user_id="user 2")) == 1


def test_every_place_that_names_a_term_is_known_to_the_sweep(config: TraceConfig, store: SpanStore) -> None:
    store.write([])
    connection = sqlite3.connect(config.db_path)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    places = {
        (table, key[3])
        for table in tables
        for key in connection.execute(f"PRAGMA foreign_key_list({table})")
        if key[2] == "terms"
    }
    connection.close()

    facets = {("spans", "agent"), ("spans", "model"), ("spans", "tool")}
    assert places - facets - {("spans", "provider")} == set(TERM_COLUMNS)


def test_a_running_run_is_deleted_only_by_force(store: SpanStore, span: Make) -> None:
    store.write([span(1, end=None, process_id=store.process_id)])

    assert list(store.delete_runs([trace(1)])) == []
    assert list(store.delete_runs([trace(1)], force=True)) == [trace(1)]
    assert names(store) == []


def test_an_unknown_run_is_passed_over(store: SpanStore, span: Make) -> None:
    store.write([span(1)])

    assert list(store.delete_runs([trace(9), trace(1), trace(9)])) == [trace(1)]


def test_a_large_run_goes_in_several_transactions_while_others_write(store: SpanStore, span: Make) -> None:
    store.write([span(1), *(span(number, parent=1) for number in range(2, 1800))])
    store.write([span(1, trace=2, name="kept")])

    store.delete_runs([trace(1)])

    assert names(store) == ["kept"]
    assert store.count_spans(trace(1)) == 0


def test_what_was_deleted_is_in_no_file(config: TraceConfig, store: SpanStore, span: Make) -> None:
    config.compression_enabled = False
    plain = open_store(config)
    secrets = [f"Rumpelstiltskin{number}" for number in range(300)]
    for number, secret in enumerate(secrets, 1):
        message = f'[{{"role": "user", "parts": [{{"type": "text", "content": "{secret} {"x " * 500}"}}]}}]'
        attributes = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": message, "user.id": secret}
        plain.write([span(1, trace=number, name=f"run {secret}", attributes=attributes)])
    assert all(secret.encode() in bytes_on_disk(config) for secret in secrets)

    plain.delete_runs(trace(number) for number in range(1, 301))
    plain.vacuum()

    found = bytes_on_disk(config).lower()
    plain.close()
    assert [secret for secret in secrets if secret.lower().encode() in found] == []


def test_runs_beyond_their_age_go_and_younger_ones_stay(store: SpanStore, span: Make) -> None:
    for number in range(1, 5):
        store.write([span(1, trace=number, name=f"run {number}", start=number * 100, end=number * 100 + 50)])

    report = store.prune(RetentionLimits(ended_before_ns=START_NS + 300 * MILLION))

    assert (list(report.run_ids), report.steps) == ([trace(1), trace(2)], 2)
    assert names(store) == ["run 3", "run 4"]


def test_a_dry_run_names_the_same_runs_and_removes_none(store: SpanStore, span: Make) -> None:
    for number in range(1, 5):
        store.write([span(1, trace=number, start=number * 100, end=number * 100 + 50)])
    limits = RetentionLimits(ended_before_ns=START_NS + 300 * MILLION)

    foreseen = store.prune(limits, dry_run=True)

    assert len(names(store)) == 4
    assert foreseen.run_ids == store.prune(limits).run_ids


def test_the_oldest_runs_go_until_the_rest_fits_and_no_more(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    for number in range(1, 41):
        noise = incompressible(number, 20_000)
        store.write([span(1, trace=number, name=f"run {number}", start=number, attributes={"a": noise})])
    before = store.prune(RetentionLimits(), dry_run=True).bytes_before
    limit = before - 200_000

    report = store.prune(RetentionLimits(max_bytes=limit))

    assert limit - 60_000 < report.bytes_after <= limit
    assert report.fits
    assert names(store) == [f"run {number}" for number in range(41 - len(names(store)), 41)]
    assert store.vacuum().bytes_after <= limit + 60_000


def test_a_running_run_is_never_pruned(store: SpanStore, span: Make) -> None:
    store.write([span(1, end=None, name="running", process_id=store.process_id)])
    store.write([span(1, trace=2, name="done", start=1)])

    report = store.prune(RetentionLimits(ended_before_ns=time.time_ns()))

    assert list(report.run_ids) == [trace(2)]
    assert names(store) == ["running"]


def test_a_limit_that_no_store_can_keep_is_refused_and_nothing_is_removed(
    store: SpanStore, span: Make
) -> None:
    store.write([span(1)])

    with pytest.raises(ConfigError, match="empty store"):
        store.prune(RetentionLimits(max_bytes=1000))
    assert len(names(store)) == 1


def test_retention_by_itself_spares_runs_that_were_stored_lately(store: SpanStore, span: Make) -> None:
    store.write([span(1)])

    report = apply_retention(store, TraceConfig(db_path="unused", retention_days=1))

    assert report is not None
    assert list(report.run_ids) == []
    assert len(names(store)) == 1


def test_retention_by_itself_removes_runs_that_were_stored_long_ago(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    store.write([span(1)])
    connection = sqlite3.connect(config.db_path)
    connection.execute("UPDATE runs SET created_ns = 0")
    connection.commit()
    connection.close()

    report = apply_retention(store, TraceConfig(db_path="unused", retention_days=1))

    assert report is not None
    assert list(report.run_ids) == [trace(1)]


def test_retention_by_itself_happens_once_an_hour(store: SpanStore) -> None:
    config = TraceConfig(db_path="unused", retention_days=1)

    reports = [apply_retention(store, config) for _ in range(3)]

    assert [report is None for report in reports] == [False, True, True]
    assert apply_retention(store, config, every_s=0) is not None


def test_retention_without_limits_does_nothing(store: SpanStore) -> None:
    config = TraceConfig(db_path="unused", retention_days=None, retention_max_bytes=None)

    assert apply_retention(store, config) is None


def test_a_retention_that_cannot_be_applied_is_logged_and_not_raised(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "runs.db").mkdir()
    config = TraceConfig(db_path=str(tmp_path / "runs.db"), retention_days=1)

    assert apply_retention(open_store(config), config) is None
    assert "Old runs are not removed" in caplog.text


def test_vacuum_gives_space_back(store: SpanStore, span: Make) -> None:
    for number in range(1, 30):
        noise = incompressible(number, 30_000)
        store.write([span(1, trace=number, attributes={"a": noise})])

    store.delete_runs(trace(number) for number in range(1, 30))
    report = store.vacuum()

    assert report.bytes_after < report.bytes_before / 3
