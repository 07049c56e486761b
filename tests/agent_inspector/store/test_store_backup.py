"""A backup is whole, private and sound whatever others do meanwhile, and restoring it brings everything back."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.errors import StoreError, StoreTooNew, StoreUnavailable
from agent_inspector.store import RunSelection, SpanStore, open_store
from otel_bridge.record import SpanRecord

Make = Callable[..., SpanRecord]


def runs_in(path: Path, key: str | None = None) -> list[str]:
    config = TraceConfig(db_path=str(path), encryption_enabled=key is not None, encryption_key=key)
    store = open_store(config, read_only=True)
    found = [row.name for row in store.read_runs(RunSelection(descending=False, limit=1000))]
    store.close()
    return found


def test_a_backup_holds_everything_and_is_private(store: SpanStore, span: Make, tmp_path: Path) -> None:
    store.write([span(1, name="kept")])
    target = tmp_path / "copy.db"

    umask = os.umask(0)
    try:
        size = store.back_up(target)
    finally:
        os.umask(umask)

    assert runs_in(target) == ["kept"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert size > 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_file_is_replaced_only_when_told_so(store: SpanStore, span: Make, tmp_path: Path) -> None:
    store.write([span(1)])
    target = tmp_path / "copy.db"
    target.write_text("precious")

    with pytest.raises(StoreUnavailable, match="--force"):
        store.back_up(target)
    assert target.read_text() == "precious"
    store.back_up(target, overwrite=True)
    assert runs_in(target) == ["span 1"]


def test_a_backup_that_cannot_be_written_says_so(store: SpanStore, span: Make, tmp_path: Path) -> None:
    store.write([span(1)])

    with pytest.raises(Exception, match="cannot be written"):
        store.back_up(tmp_path / "missing" / "copy.db")
    with pytest.raises(StoreUnavailable, match="directory"):
        store.back_up(tmp_path, overwrite=True)


def test_what_is_encrypted_stays_encrypted(
    encrypted_store: SpanStore, encrypted_config: TraceConfig, span: Make, tmp_path: Path
) -> None:
    encrypted_store.write([span(1, name="Rumpelstiltskin", attributes={"a": "Rumpelstiltskin"})])
    target = tmp_path / "copy.db"

    encrypted_store.back_up(target)

    assert b"Rumpelstiltskin" not in target.read_bytes()
    assert runs_in(target, encrypted_config.encryption_key) == ["Rumpelstiltskin"]


WRITER = """
import sys
from agent_inspector.config import TraceConfig
from agent_inspector.store import open_store
from otel_bridge.record import SpanRecord
path, worker, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
store = open_store(TraceConfig(db_path=path))
for number in range(runs):
    trace = f"{worker + 1:08x}{number:024x}"
    store.write([SpanRecord(trace, f"{step + 1:016x}", f"{1:016x}" if step else None, f"run {worker} {number}",
                 10**18 + number, 10**18 + number + 5, attributes={"text": "word " * 200}) for step in range(5)])
    print(trace, flush=True)
store.close()
"""


def start_writer(config: TraceConfig, worker: int, runs: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), config.db_path, str(worker), str(runs)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )


def test_a_backup_under_three_writers_holds_all_that_was_there_when_it_began(
    config: TraceConfig, store: SpanStore, tmp_path: Path
) -> None:
    writers = [start_writer(config, worker, 120) for worker in range(3)]
    acknowledged = {writer.stdout.readline().strip() for writer in writers if writer.stdout}

    store.back_up(tmp_path / "copy.db")

    outcomes = [(*writer.communicate(timeout=60), writer.returncode) for writer in writers]
    assert "".join(error for _, error, _ in outcomes) == ""
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert acknowledged <= {row[0].hex() for row in copy.execute("SELECT trace_id FROM runs")}
    copy.close()


def test_pruning_and_vacuuming_under_three_writers_loses_no_new_run(
    config: TraceConfig, store: SpanStore
) -> None:
    writers = [start_writer(config, worker, 60) for worker in range(3)]
    for writer in writers:
        assert writer.stdout
        writer.stdout.readline()

    for _ in range(20):
        store.delete_runs(["f" * 32])
        store.vacuum()
        for writer in writers:
            assert writer.stdout
            writer.stdout.readline()

    outcomes = [(*writer.communicate(timeout=60), writer.returncode) for writer in writers]
    assert "".join(error for _, error, _ in outcomes) == ""
    assert len(store.read_runs(RunSelection(limit=1000))) == 180
    connection = sqlite3.connect(config.db_path)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()


def test_a_restored_backup_brings_everything_back(store: SpanStore, span: Make, tmp_path: Path) -> None:
    store.write([span(1, name="old")])
    store.back_up(tmp_path / "copy.db")
    store.write([span(1, trace=2, name="new")])

    with pytest.raises(StoreError, match="2 runs"):
        store.restore(tmp_path / "copy.db")
    runs = store.restore(tmp_path / "copy.db", overwrite=True)

    assert runs == 1
    assert [row.name for row in store.read_runs(RunSelection())] == ["old"]
    store.write([span(1, trace=3, name="later")])
    assert len(store.read_runs(RunSelection())) == 2


def test_a_backup_restores_into_a_place_where_nothing_is(
    store: SpanStore, span: Make, tmp_path: Path
) -> None:
    store.write([span(1, name="old")])
    store.back_up(tmp_path / "copy.db")
    fresh = open_store(TraceConfig(db_path=str(tmp_path / "elsewhere" / "runs.db")))

    assert fresh.restore(tmp_path / "copy.db") == 1
    fresh.close()


def test_a_damaged_store_is_set_aside_for_a_backup(
    config: TraceConfig, store: SpanStore, span: Make, tmp_path: Path
) -> None:
    store.write([span(1, name="old")])
    store.back_up(tmp_path / "copy.db")
    store.close()
    Path(config.db_path).write_bytes(b"garbage " * 2000)

    assert store.restore(tmp_path / "copy.db", overwrite=True) == 1
    assert len(list(Path(config.db_path).parent.glob("*.corrupt-*"))) == 1


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 99])
def test_what_is_no_backup_is_refused_and_the_store_stays(
    store: SpanStore, span: Make, tmp_path: Path, content: bytes
) -> None:
    store.write([span(1)])
    source = tmp_path / "copy.db"
    source.write_bytes(content)

    with pytest.raises(StoreError, match="not a sound backup"):
        store.restore(source, overwrite=True)
    with pytest.raises(StoreUnavailable, match="no backup"):
        store.restore(tmp_path / "missing.db", overwrite=True)
    assert len(store.read_runs(RunSelection())) == 1


def test_a_backup_of_a_newer_version_is_refused(store: SpanStore, span: Make, tmp_path: Path) -> None:
    store.write([span(1)])
    source = tmp_path / "copy.db"
    store.back_up(source)
    connection = sqlite3.connect(source)
    connection.execute("PRAGMA user_version = 999")
    connection.close()

    with pytest.raises(StoreTooNew, match="999"):
        store.restore(source, overwrite=True)
    assert len(store.read_runs(RunSelection())) == 1
