"""The files of a store: private, ours or refused, locked, gone; opened for reading only."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.errors import StoreTooNew, StoreUnavailable
from agent_inspector.store import RunSelection, SpanStore, open_store
from agent_inspector.store.sqlite import checkpoint
from otel_bridge.record import SpanRecord

Make = Callable[..., SpanRecord]
TRACE = f"{1:032x}"


def test_the_log_is_cut_once_it_has_been_moved_into_the_file(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    log = Path(f"{config.db_path}-wal")
    while not (log.exists() and log.stat().st_size >= checkpoint.LOG_BYTES):
        store.write([span(number, attributes={"a": os.urandom(2000).hex()}) for number in range(200)])
    store.write([span(1)])

    assert log.stat().st_size < checkpoint.LOG_BYTES


def test_files_are_private_even_without_a_umask(config: TraceConfig, span: Make) -> None:
    before = os.umask(0)
    try:
        store = open_store(config)
        store.write([span(1)])
        directory = Path(config.db_path).parent
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()}
        assert {0o600} == set(modes.values())
        assert {"store.db", "store.db-wal", "store.db-shm"} <= set(modes)
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        store.close()
    finally:
        os.umask(before)


def test_a_symbolic_link_is_refused(config: TraceConfig, tmp_path: Path, span: Make) -> None:
    path = Path(config.db_path)
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere.db")

    with pytest.raises(StoreUnavailable, match="symbolic link"):
        open_store(config).write([span(1)])
    assert not (tmp_path / "elsewhere.db").exists()


def test_a_newer_store_is_refused_and_left_alone(config: TraceConfig, store: SpanStore, span: Make) -> None:
    import sqlite3

    store.write([span(1)])
    store.close()
    connection = sqlite3.connect(config.db_path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    content = Path(config.db_path).read_bytes()

    with pytest.raises(StoreTooNew, match="newer version"):
        open_store(config).write([span(2)])
    with pytest.raises(StoreTooNew):
        open_store(config, read_only=True)
    assert content == Path(config.db_path).read_bytes()


def test_the_database_of_another_program_is_refused(config: TraceConfig, span: Make) -> None:
    import sqlite3

    Path(config.db_path).parent.mkdir()
    connection = sqlite3.connect(config.db_path)
    connection.execute("CREATE TABLE runs (id TEXT)")
    connection.close()

    with pytest.raises(StoreUnavailable, match="another program"):
        open_store(config).write([span(1)])


def test_a_file_that_is_no_database_is_refused(config: TraceConfig, span: Make) -> None:
    Path(config.db_path).parent.mkdir()
    Path(config.db_path).write_bytes(b"not a database at all, only text" * 100)

    with pytest.raises(StoreUnavailable, match="not a store"):
        open_store(config).write([span(1)])


def test_reading_a_store_that_is_not_there_says_so(config: TraceConfig) -> None:
    with pytest.raises(StoreUnavailable, match=r"no store at .* yet"):
        open_store(config, read_only=True)
    assert not Path(config.db_path).exists()


def test_a_store_opened_for_reading_cannot_be_written(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    store.write([span(1)])
    reader = open_store(config, read_only=True)

    assert len(reader.read_runs(RunSelection())) == 1
    with pytest.raises(StoreUnavailable, match="only be read"):
        reader.write([span(2)])
    reader.close()


def test_a_locked_store_is_reported_in_bounded_time(
    config: TraceConfig, store: SpanStore, span: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    store.write([span(1)])
    store.close()
    holder = sqlite3.connect(config.db_path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("agent_inspector.store.sqlite.connections._SETTINGS", ("PRAGMA busy_timeout = 50",))
    with pytest.raises(StoreUnavailable, match="locked by another process"):
        store.write([span(2)])
    holder.execute("COMMIT")
    holder.close()

    store.write([span(2)])
    assert store.read_runs(RunSelection())[0].step_count == 2


def test_a_store_that_was_deleted_is_made_anew(config: TraceConfig, store: SpanStore, span: Make) -> None:
    store.write([span(1)])
    for file in Path(config.db_path).parent.iterdir():
        file.unlink()
    store.write([span(2, trace=2)])

    assert [f"{2:032x}"] == [row.trace_id for row in store.read_runs(RunSelection())]
