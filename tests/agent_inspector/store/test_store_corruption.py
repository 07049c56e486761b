"""A damaged store costs what was in it, never what is recorded next; and whatever is damaged is kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.errors import StoreDamaged, StoreError, StoreTooNew
from agent_inspector.store import RunSelection, SpanStore, open_store
from otel_bridge.record import SpanRecord

Make = Callable[..., SpanRecord]
PAGE = 4096


def fill(store: SpanStore, span: Make, runs: int = 40) -> None:
    for number in range(1, runs + 1):
        store.write([span(1, trace=number, name=f"old {number}", attributes={"text": "word " * 300})])


def names(store: SpanStore) -> list[str]:
    return [row.name for row in store.read_runs(RunSelection(limit=1000))]


def kept(config: TraceConfig) -> list[str]:
    folder = Path(config.db_path).parent
    return sorted(path.name for path in folder.iterdir() if ".corrupt-" in path.name)


def overwrite(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)


def garbage_header(path: Path) -> None:
    overwrite(path, 0, b"garbage " * 100)


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // PAGE * PAGE + 100)


def flip_bytes(path: Path) -> None:
    random = Random(7)
    for page in range(1, path.stat().st_size // PAGE):
        overwrite(path, page * PAGE, random.randbytes(200))


@pytest.mark.parametrize("damage", [garbage_header, cut_in_half, flip_bytes])
def test_a_damaged_store_is_kept_and_a_fresh_one_takes_what_comes(
    config: TraceConfig,
    store: SpanStore,
    span: Make,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    fill(store, span)
    store.close()
    damage(Path(config.db_path))
    damaged = Path(config.db_path).read_bytes()

    for number in range(3):
        store.write([span(1, trace=100 + number, name=f"new {number}")])
    store.beat({})

    assert sorted(names(store)) == ["new 0", "new 1", "new 2"]
    (name,) = [name for name in kept(config) if not name.endswith(("-wal", "-shm"))]
    assert (Path(config.db_path).parent / name).read_bytes() == damaged
    told = [record.getMessage() for record in caplog.records]
    assert [name in sentence and "\n" not in sentence for sentence in told] == [True]


def test_a_store_damaged_while_it_is_open_is_set_aside_too(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    fill(store, span)
    other = open_store(config)
    other.read_runs(RunSelection())
    sqlite3.connect(config.db_path).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
    flip_bytes(Path(config.db_path))
    os.truncate(config.db_path, 2 * PAGE)

    store.write([span(1, trace=100, name="new")])

    assert names(store) == ["new"]
    assert names(other) == ["new"]
    other.close()


def test_an_empty_file_becomes_a_store(config: TraceConfig, store: SpanStore, span: Make) -> None:
    fill(store, span, 1)
    store.close()
    Path(config.db_path).write_bytes(b"")

    store.write([span(1, name="new")])

    assert names(store) == ["new"]


def test_a_garbage_log_costs_nothing_but_itself(config: TraceConfig, store: SpanStore, span: Make) -> None:
    fill(store, span)
    store.close()
    Path(config.db_path + "-wal").write_bytes(b"garbage " * 5000)

    store.write([span(1, trace=100, name="new")])

    assert len(names(store)) == 41
    assert kept(config) == []


def test_a_log_without_its_database_is_kept(
    config: TraceConfig, span: Make, caplog: pytest.LogCaptureFixture
) -> None:
    Path(config.db_path).parent.mkdir()
    Path(config.db_path + "-wal").write_bytes(b"log " * 5000)
    store = open_store(config)

    store.write([span(1, name="new")])

    assert names(store) == ["new"]
    (name,) = kept(config)
    assert (Path(config.db_path).parent / name).read_bytes() == b"log " * 5000
    assert name.removesuffix("-wal") in caplog.text
    store.close()


def test_a_store_deleted_while_it_is_open_is_made_anew(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    fill(store, span, 2)
    Path(config.db_path).unlink()

    store.write([span(1, name="new")])

    assert names(store) == ["new"]


def test_reading_a_damaged_store_is_one_sentence_and_moves_nothing(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    fill(store, span)
    store.close()
    garbage_header(Path(config.db_path))

    with pytest.raises(StoreDamaged) as raised:
        open_store(config, read_only=True)
    with pytest.raises(StoreDamaged):
        store.read_runs(RunSelection())

    assert "\n" not in str(raised.value)
    assert kept(config) == []


def test_several_processes_that_meet_the_damage_set_it_aside_once(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    fill(store, span)
    store.close()
    garbage_header(Path(config.db_path))

    outcomes = run_writers(config, processes=4, threads=1, runs=5)

    assert [error for error in outcomes if "damaged" not in error and error] == []
    assert len(names(store)) == 20
    assert len([name for name in kept(config) if not name.endswith(("-wal", "-shm"))]) == 1


def test_a_damaged_search_index_costs_no_run(config: TraceConfig, store: SpanStore, span: Make) -> None:
    fill(store, span)
    store.close()
    connection = sqlite3.connect(config.db_path)
    connection.execute("UPDATE search_words_data SET block = X'00FF00FF00FF00FF'")
    connection.commit()
    connection.close()

    store.write([span(1, trace=100, name="new", attributes={"gen_ai.tool.call.result": "fresh words"})])

    assert len(names(store)) == 41
    assert kept(config) == []


@pytest.mark.parametrize(
    "seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(12, 60))]
)
def test_a_torn_log_still_holds_the_batches_before_the_tear(tmp_path: Path, seed: int, span: Make) -> None:
    config = TraceConfig(db_path=str(tmp_path / "live" / "runs.db"))
    store = open_store(config)
    for number in range(1, 31):
        store.write([span(number, parent=1 if number > 1 else None, start=number)])
    image = tmp_path / "image" / "runs.db"
    image.parent.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(config.db_path + suffix, f"{image}{suffix}")
    store.close()
    tear(Path(f"{image}-wal"), Random(seed))

    torn = open_store(TraceConfig(db_path=str(image)))

    found = [row.span_id for row in torn.read_spans(f"{1:032x}")] if torn.find_traces(f"{1:032x}") else []
    assert found == [f"{number:016x}" for number in range(1, len(found) + 1)]
    torn.write([span(99, trace=99)])
    torn.close()
    connection = sqlite3.connect(image)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    assert not list(image.parent.glob("*.corrupt-*"))


def tear(log: Path, random: Random) -> None:
    """Cut the log somewhere, or flip a byte of its second half."""
    size = log.stat().st_size
    if random.random() < 0.5:
        os.truncate(log, random.randrange(size))
    else:
        at = random.randrange(size // 2, size)
        byte = log.read_bytes()[at]
        overwrite(log, at, bytes([byte ^ (1 << random.randrange(8))]))


def test_a_store_of_a_newer_version_is_left_as_it_is_whatever_is_asked_of_it(
    config: TraceConfig, store: SpanStore, span: Make, tmp_path: Path
) -> None:
    fill(store, span, 2)
    store.close()
    connection = sqlite3.connect(config.db_path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = Path(config.db_path).read_bytes()

    for ask in (
        lambda: store.write([span(1)]),
        lambda: store.beat({}),
        lambda: store.delete_runs(["1" * 32]),
        store.vacuum,
        lambda: store.back_up(tmp_path / "copy.db"),
        lambda: store.restore(tmp_path / "copy.db", overwrite=True),
    ):
        with pytest.raises(StoreTooNew, match="999"):
            ask()

    assert Path(config.db_path).read_bytes() == before
    assert kept(config) == []


def test_every_file_is_private_whatever_the_umask(
    config: TraceConfig, store: SpanStore, span: Make, tmp_path: Path
) -> None:
    umask = os.umask(0)
    try:
        fill(store, span)
        store.back_up(tmp_path / "copy.db")
        store.vacuum()
        store.close()
        garbage_header(Path(config.db_path))
        store.write([span(1)])
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode)
            for folder in (Path(config.db_path).parent, tmp_path)
            for path in folder.iterdir()
            if path.is_file()
        }
    finally:
        os.umask(umask)

    assert {"store.db", "store.db-wal", "copy.db"} <= set(modes)
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(Path(config.db_path).parent.stat().st_mode) == 0o700


WRITER = """
import sys, threading, time
from agent_inspector.config import TraceConfig
from agent_inspector.store import open_store
from otel_bridge.record import SpanRecord
path, worker, threads, runs = sys.argv[1], *map(int, sys.argv[2:])
store = open_store(TraceConfig(db_path=path))
def record(thread):
    for number in range(runs):
        trace = f"{worker + 1:08x}{thread + 1:08x}{number:016x}"
        store.write([SpanRecord(trace, f"{step + 1:016x}", f"{1:016x}" if step else None, "run", 10**18 + number,
                                10**18 + number + 5, attributes={"text": "word " * 100}) for step in range(5)])
threads = [threading.Thread(target=record, args=(thread,)) for thread in range(threads)]
for thread in threads: thread.start()
for thread in threads: thread.join()
store.close()
"""


def run_writers(config: TraceConfig, *, processes: int, threads: int, runs: int) -> list[str]:
    """Let processes write, and return what each printed to standard error."""
    started = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                textwrap.dedent(WRITER),
                config.db_path,
                str(worker),
                str(threads),
                str(runs),
            ],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        for worker in range(processes)
    ]
    return [process.communicate(timeout=390)[1] for process in started]


@pytest.mark.parametrize("runs", [10, pytest.param(400, marks=[pytest.mark.slow, pytest.mark.timeout(400)])])
def test_eight_processes_of_two_threads_lose_nothing(
    config: TraceConfig, store: SpanStore, runs: int
) -> None:
    outcomes = run_writers(config, processes=8, threads=2, runs=runs)

    assert outcomes == [""] * 8
    totals = store.read_totals(since_ns=0)
    assert (sum(totals.runs_by_status.values()), totals.spans) == (16 * runs, 16 * runs * 5)
    connection = sqlite3.connect(config.db_path)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()


def test_damage_that_cannot_be_set_aside_is_an_error(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    """A file without any sign of ours may be somebody's document."""
    Path(config.db_path).parent.mkdir()
    Path(config.db_path).write_text("Dear diary, " * 1000)

    with pytest.raises(StoreError, match="not a store"):
        store.write([span(1)])

    assert Path(config.db_path).read_text().startswith("Dear diary")
