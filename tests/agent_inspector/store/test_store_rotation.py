"""A key can be changed at any time: nothing is lost, and nothing is left under the old one."""

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
from random import Random

import pytest
from cryptography.fernet import Fernet

from agent_inspector.config import TraceConfig
from agent_inspector.errors import KeyMissing
from agent_inspector.model import RunFilter
from agent_inspector.pipeline.keys import parse_key
from agent_inspector.query import search
from agent_inspector.store import RunSelection, SpanStore, open_store
from otel_bridge.record import LogRecord, SpanRecord

Make = Callable[..., SpanRecord]
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def opened(path: Path, *keys: str) -> SpanStore:
    return open_store(
        TraceConfig(db_path=str(path), encryption_enabled=bool(keys), encryption_key=",".join(keys) or None)
    )


def example(span: Make, number: int) -> list[SpanRecord]:
    shared = {"resource": {"service.name": "agent"}}
    attributes = {
        "user.id": "ann",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "weather",
        "gen_ai.tool.call.result": f"secret {number}, " + "kept apart from the span, as it is long, " * 6,
    }
    return [
        span(1, trace=number, name="rumpelstiltskin", **shared),
        span(2, trace=number, parent=1, attributes=attributes, **shared),
    ]


def everything(store: SpanStore) -> list[SpanRecord]:
    records: list[SpanRecord] = []
    for row in store.read_runs(RunSelection(descending=False, limit=1000)):
        spans = [span.span_id for span in store.read_spans(row.trace_id)]
        records += store.read_records(row.trace_id, spans).values()
    return records


def key_ids(path: Path) -> set[str | None]:
    store = opened(path, OLD, NEW)
    found = {use.key_id for use in store.read_key_use()}
    store.close()
    return found


def test_after_a_rotation_the_new_key_reads_all_and_the_old_one_nothing(tmp_path: Path, span: Make) -> None:
    path = tmp_path / "runs.db"
    store = opened(path, OLD)
    for number in range(1, 30):
        store.write(example(span, number))
    before = everything(store)
    store.close()
    rotating = opened(path, NEW, OLD)

    rows = rotating.rotate_keys()

    rotating.vacuum()
    rotating.close()
    assert rows > 29 * 4
    new, old = opened(path, NEW), opened(path, OLD)
    assert everything(new) == before
    assert new.count_runs(RunFilter(user_id="ann")) == 29
    assert new.read_runs(RunSelection())[0].tools == ["weather"]
    assert {row.user_id for row in new.read_runs(RunSelection())} == {"ann"}
    with pytest.raises(KeyMissing):
        old.read_runs(RunSelection())
    new.close()
    old.close()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert parse_key(OLD).id not in content
    assert parse_key(NEW).id in content


def test_log_records_are_encrypted_anew_too(tmp_path: Path) -> None:
    path, trace = tmp_path / "runs.db", f"{1:032x}"
    store = opened(path, OLD)
    store.keep_logs([LogRecord(5, 5, trace_id=trace, body="what was said", attributes={"session.id": "s1"})])
    before = store.read_logs([trace], [])
    store.close()
    rotating = opened(path, NEW, OLD)

    rotating.rotate_keys()

    rotating.close()
    store = opened(path, NEW)
    assert len(before) == 1
    assert store.read_logs([trace], []) == before
    store.close()
    assert all(parse_key(OLD).id not in file.read_bytes() for file in tmp_path.iterdir())


def test_what_was_in_clear_is_encrypted_and_no_word_of_it_is_left(tmp_path: Path, span: Make) -> None:
    path = tmp_path / "runs.db"
    store = opened(path)
    store.write(example(span, 1))
    before = everything(store)
    assert search(store, "secret").way == "index"
    store.close()
    rotating = opened(path, NEW)

    rotating.rotate_keys()
    rotating.vacuum()

    assert everything(rotating) == before
    assert [hit.run_id for hit in search(rotating, "secret").hits] == [f"{1:032x}"]
    assert search(rotating, "secret").way == "scan"
    rotating.close()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"rumpelstiltskin" not in content
    assert b"secret" not in content


def test_names_that_both_keys_have_written_become_one(tmp_path: Path, span: Make) -> None:
    path = tmp_path / "runs.db"
    for number, keys in ((1, [OLD]), (2, [NEW])):
        store = opened(path, *keys)
        store.write(example(span, number))
        store.close()
    rotating = opened(path, NEW, OLD)

    rotating.rotate_keys()

    rotating.close()
    store = opened(path, NEW)
    assert store.count_runs(RunFilter(user_id="ann")) == 2
    assert [row.tools for row in store.read_runs(RunSelection())] == [["weather"], ["weather"]]
    store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT COUNT(*) FROM resources").fetchone()[0] == 1
    assert connection.execute("SELECT COUNT(*) FROM terms WHERE kind = 'user'").fetchone()[0] == 1
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_a_second_rotation_to_the_same_key_changes_nothing(tmp_path: Path, span: Make) -> None:
    store = opened(tmp_path / "runs.db", NEW)
    store.write(example(span, 1))

    assert store.rotate_keys() == 0
    store.close()


def test_a_key_that_is_missing_is_said_and_nothing_is_lost(tmp_path: Path, span: Make) -> None:
    path = tmp_path / "runs.db"
    store = opened(path, OLD)
    store.write(example(span, 1))
    before = everything(store)
    store.close()
    rotating = opened(path, NEW)

    with pytest.raises(KeyMissing):
        rotating.rotate_keys()

    rotating.close()
    reader = opened(path, OLD)
    assert everything(reader) == before
    reader.close()


ROTATION = """
import sys
from agent_inspector.config import TraceConfig
from agent_inspector.store import open_store
path, keys = sys.argv[1:]
store = open_store(TraceConfig(db_path=path, encryption_enabled=True, encryption_key=keys))
print("go", flush=True)
store.rotate_keys(lambda done, total: print(done, flush=True))
store.close()
"""


@pytest.mark.parametrize("points", [6, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(400)])])
def test_a_rotation_killed_anywhere_leaves_everything_readable_and_goes_on(
    tmp_path: Path, span: Make, points: int
) -> None:
    path, random = tmp_path / "runs.db", Random(3)
    store = opened(path, OLD)
    for number in range(1, 600, 40):
        store.write([record for run in range(number, number + 40) for record in example(span, run)])
    before = everything(store)
    store.close()

    kills = 0
    for _ in range(points):
        rotation = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(ROTATION), str(path), f"{NEW},{OLD}"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        assert rotation.stdout
        for _ in range(random.randrange(1, 8)):
            rotation.stdout.readline()
        time.sleep(random.random() * 0.02)
        rotation.send_signal(signal.SIGKILL)
        rotation.stdout.close()
        kills += rotation.wait() == -signal.SIGKILL
        reader = opened(path, NEW, OLD)
        assert everything(reader) == before
        reader.close()
    rotating = opened(path, NEW, OLD)
    rotating.rotate_keys()
    rotating.close()

    assert kills
    assert key_ids(path) == {parse_key(NEW).id.hex()}
    reader = opened(path, NEW)
    assert everything(reader) == before
    assert reader.count_runs(RunFilter(user_id="ann")) == len(before) // 2
    reader.close()
