from __future__ import annotations

import math
import os
import stat
import subprocess
import sys
import sysconfig
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from agent_inspector.config import TraceConfig
from agent_inspector.errors import StoreTooNew, StoreUnavailable
from agent_inspector.model import RunFilter, Tokens
from agent_inspector.store import RunSelection, SpanStore, open_store
from agent_inspector.store.sqlite import checkpoint
from otel_bridge.record import SpanEvent, SpanLink, SpanRecord

Make = Callable[..., SpanRecord]
TRACE = f"{1:032x}"


def run_python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), sysconfig.get_path("purelib")])},
    )


def read_back(store: SpanStore, record: SpanRecord) -> SpanRecord:
    return store.read_records(record.trace_id, [record.span_id])[record.span_id]


def test_importing_the_store_does_not_load_sqlite() -> None:
    process = run_python("import agent_inspector.store, sys; print('sqlite3' in sys.modules)")

    assert process.communicate() == ("False\n", "")


def test_a_whole_span_comes_back_as_it_was_written(store: SpanStore, span: Make) -> None:
    record = span(
        1,
        kind="client",
        status="error",
        status_message="no",
        attributes={"text": "é", "blob": b"\x00\xff", "list": [1, 2.5, None, {"deep": True}], "big": 2**70},
        events=(SpanEvent("exception", 5, {"exception.type": "E"}),),
        links=(SpanLink(f"{2:032x}", f"{3:016x}", {"why": "join"}),),
        resource={"service.name": "agent"},
        scope_name="scope",
        scope_version="1",
        parent_is_remote=True,
        dropped_attributes=1,
        redactions={"email": 2},
        process_id=store.process_id,
    )

    store.write([record])

    assert record == read_back(store, record)


def test_nan_and_lone_surrogates_survive(store: SpanStore, span: Make) -> None:
    record = span(1, name="bad \ud800 name", attributes={"nan": math.nan, "user.id": "\udfff"})

    store.write([record])
    found = read_back(store, record)

    assert record.name == found.name
    assert math.isnan(found.attributes["nan"])  # type: ignore[arg-type]  # it is a float
    assert store.read_runs(RunSelection())[0].user_id == "\\udfff"


def test_an_open_version_is_updated_and_then_replaced_by_the_finished_one(
    store: SpanStore, span: Make
) -> None:
    for version in (span(1, end=None, name="a"), span(1, end=None, name="b"), span(1, name="c")):
        store.write([version])
        assert version == read_back(store, version)
    store.write([span(1, end=None, name="late")])

    assert read_back(store, span(1)).name == "c"
    assert store.read_runs(RunSelection())[0].step_count == 1


def test_an_open_version_never_replaces_a_finished_one_of_the_same_batch(
    store: SpanStore, span: Make
) -> None:
    store.write([span(1, name="done"), span(1, end=None, name="open")])

    row = store.read_runs(RunSelection())[0]
    assert (row.name, row.status, row.step_count) == ("done", "completed", 1)


def test_one_bad_span_does_not_harm_its_neighbours(store: SpanStore, span: Make) -> None:
    class Trap(dict[str, object]):
        def items(self):  # type: ignore[no-untyped-def]
            raise RuntimeError

        def __iter__(self):  # type: ignore[no-untyped-def]
            raise RuntimeError

        def get(self, *_: object) -> object:
            raise RuntimeError

    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    nonsense = SpanRecord("not hex", "x", None, "lost", 0, 1)
    store.write(
        [span(1), span(2, parent=1, attributes=Trap()), span(3, parent=1, attributes={"a": deep}), nonsense]
    )
    store.beat({})

    rows = store.read_spans(TRACE)
    assert [row.status for row in rows] == ["completed", "failed", "failed"]
    assert rows[1].facts["error_message"] == "could not be recorded: RuntimeError"
    assert store.read_totals(0).losses == {"unreadable": 1}


def test_a_run_takes_its_name_and_status_from_the_root_whenever_it_arrives(
    store: SpanStore, span: Make
) -> None:
    store.write([span(2, parent=1, start=1, name="child", attributes={"user.id": "u1"})])
    before = store.read_runs(RunSelection())[0]
    store.write([span(1, name="root", status="error")])
    after = store.read_runs(RunSelection())[0]

    assert (
        before.name,
        before.status,
        before.root_span_id,
        before.user_id,
    ) == ("child", "running", None, "u1")
    assert ("root", "failed", f"{1:016x}", "u1") == (
        after.name,
        after.status,
        after.root_span_id,
        after.user_id,
    )


def test_a_local_root_outranks_a_remote_one(store: SpanStore, span: Make) -> None:
    store.write([span(5, parent=2, parent_is_remote=True, name="server")])
    assert store.read_runs(RunSelection())[0].name == "server"

    store.write([span(1, start=3, name="client")])
    assert store.read_runs(RunSelection())[0].name == "client"


def test_tokens_and_cost_are_counted_once_in_any_order_of_arrival(store: SpanStore, span: Make) -> None:
    usage = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 200,
    }
    inner, between, outer = (
        span(4, parent=3, attributes=usage),
        span(3, parent=2),
        span(2, parent=1, attributes=usage),
    )
    for record in (outer, inner, between, span(1)):
        store.write([record])
    store.price_pending()

    row = store.read_runs(RunSelection())[0]
    assert (row.tokens.input, row.tokens.output, row.tokens.cached_input) == (1000, 100, 200)
    assert pytest.approx(0.00325) == row.cost_usd
    assert row.llm_calls == 1
    assert {f"{4:016x}"} == {found.span_id for found in store.read_spans(TRACE) if found.counted}


def test_the_price_of_an_unknown_model_is_unknown(store: SpanStore, span: Make) -> None:
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "made-up",
        "gen_ai.usage.input_tokens": 5,
    }
    store.write([span(1, attributes=attributes)])
    looked_at = store.price_pending()

    row = store.read_runs(RunSelection())[0]
    assert (row.tokens.input, row.tokens.output, row.cost_usd) == (5, None, None)
    assert (looked_at, store.price_pending()) == (1, 0)


def test_a_price_that_arrives_later_is_a_change_of_the_run(store: SpanStore, span: Make) -> None:
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 100,
    }
    store.write([span(1, attributes=attributes)])
    before, _ = store.read_changes(2**62)
    store.price_pending()

    after, changed = store.read_changes(before)
    assert after > before
    assert changed == [TRACE]
    store.write([span(1, attributes=attributes)])
    store.price_pending()
    assert store.read_runs(RunSelection())[0].cost_usd == pytest.approx(0.0035)


def test_a_failure_that_passes_through_several_spans_counts_once(store: SpanStore, span: Make) -> None:
    store.write(
        [span(3, parent=2, status="error"), span(2, parent=1, status="error"), span(1, status="error")]
    )
    store.write([span(4, parent=1, status="error")])

    assert store.read_runs(RunSelection())[0].error_count == 2


def test_facets_follow_the_present_versions(store: SpanStore, span: Make) -> None:
    def chat(model: str) -> dict[str, str]:
        return {"gen_ai.operation.name": "chat", "gen_ai.request.model": model}

    store.write([span(1), span(2, parent=1, end=None, attributes=chat("draft"))])
    store.write([span(2, parent=1, attributes=chat("final")), span(3, parent=1, attributes=chat("final"))])

    assert store.read_runs(RunSelection())[0].models == ["final"]


def test_the_whole_row_of_a_run(store: SpanStore, span: Make) -> None:
    store.write(
        [
            span(
                1,
                attributes={
                    "gen_ai.operation.name": "invoke_agent",
                    "gen_ai.agent.name": "support-desk",
                    "agent_inspector.agent_type": "router",
                    "agent_inspector.metadata": '{"version": "7"}',
                    "session.id": "s1",
                    "user.id": "u1",
                },
            ),
            span(
                2,
                parent=1,
                attributes={"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"},
            ),
        ]
    )
    row = store.read_runs(RunSelection())[0]

    shown = row._asdict()
    assert shown.pop("created_ns") == shown.pop("last_sign_ns")
    assert shown == snapshot(
        {
            "trace_id": "00000000000000000000000000000001",
            "position": (1700000000000000000, 1),
            "name": "support-desk",
            "status": "completed",
            "start_ns": 1700000000000000000,
            "end_ns": 1700000000009000000,
            "root_span_id": "0000000000000001",
            "agent_type": "router",
            "user_id": "u1",
            "session_id": "s1",
            "step_count": 2,
            "llm_calls": 0,
            "tool_calls": 1,
            "error_count": 0,
            "tokens": Tokens(),
            "cost_usd": None,
            "models": [],
            "agents": ["support-desk"],
            "tools": ["search"],
            "dropped_spans": 0,
            "revision": 1,
            "facts": {"name": "support-desk", "metadata": {"version": "7"}},
        }
    )


def test_losses_are_those_last_reported(store: SpanStore, span: Make) -> None:
    store.write([span(1, process_id=store.process_id)])
    store.beat({"queue": 3})
    store.beat({"queue": 5, "size": 1, "none": 0})

    assert store.read_totals(0).losses == {"queue": 5, "size": 1}
    assert store.read_runs(RunSelection())[0].dropped_spans == 6


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


def test_several_threads_write_at_once(store: SpanStore, span: Make) -> None:
    def write(part: int) -> None:
        for number in range(part * 100 + 1, part * 100 + 31):
            store.write([span(number, trace=number % 3 + 1)])

    threads = [threading.Thread(target=write, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(row.step_count for row in store.read_runs(RunSelection())) == 120


def test_eight_processes_may_make_the_store_at_once(config: TraceConfig) -> None:
    code = """
        import os, sys
        from agent_inspector.config import TraceConfig
        from agent_inspector.store import open_store
        from otel_bridge.record import SpanRecord
        store = open_store(TraceConfig(db_path=sys.argv[1], encryption_enabled=False))
        number = int(sys.argv[2])
        sys.stdin.readline()
        for span in range(1, 11):
            store.write([SpanRecord(f"{number:032x}", f"{span:016x}", None, "s", span, span + 1)])
        store.close()
    """
    processes = []
    for number in range(1, 9):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), config.db_path, str(number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )  # fmt: skip
        processes.append(process)
    errors = [process.communicate("go\n")[1] for process in processes]

    assert errors == [""] * 8
    reader = open_store(config, read_only=True)
    assert [row.step_count for row in reader.read_runs(RunSelection())] == [10] * 8
    reader.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_records_as_another_process(store: SpanStore, span: Make) -> None:
    store.write([span(1, process_id=store.process_id)])
    parent_id = store.process_id
    reading, writing = os.pipe()
    # The test process has threads of its own (pytest-timeout); the child only writes and leaves.
    child = os.fork()
    if child == 0:
        try:
            store.write([span(2, trace=2, process_id=store.process_id)])
            os.write(writing, store.process_id.encode())
            store.close()
        finally:
            os._exit(0)
    os.close(writing)
    child_id = os.read(reading, 100).decode()
    os.close(reading)
    os.waitpid(child, 0)
    store.write([span(3)])

    assert parent_id == store.process_id
    assert child_id not in ("", parent_id)
    assert store.count_runs(RunFilter()) == 2


def test_encryption_leaves_no_word_in_any_file(
    encrypted_config: TraceConfig, encrypted_store: SpanStore, span: Make
) -> None:
    secrets = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "SECRETTOOL",
        "gen_ai.agent.name": "SECRETAGENT",
        "gen_ai.tool.call.result": "SECRETRESULT",
        "user.id": "SECRETUSER",
        "session.id": "SECRETSESSION",
        "error.type": "SECRETERROR",
        "agent_inspector.metadata": '{"a": "SECRETMETA"}',
    }
    record = span(1, name="SECRETNAME", attributes=secrets, resource={"service.name": "SECRETSERVICE"})
    encrypted_store.write([record])

    files = [file.read_bytes() for file in Path(encrypted_config.db_path).parent.iterdir()]
    assert not any(b"SECRET" in content for content in files)
    assert record == read_back(encrypted_store, record)
    for matching in (
        RunFilter(user_id="SECRETUSER"),
        RunFilter(session_id="SECRETSESSION"),
        RunFilter(search="ttool"),
    ):
        assert encrypted_store.count_runs(matching) == 1


def test_old_content_stays_readable_and_findable_when_encryption_is_turned_on_and_off(
    config: TraceConfig, encrypted_config: TraceConfig, span: Make
) -> None:
    encrypted_config.db_path = config.db_path
    config.encryption_key = encrypted_config.encryption_key
    for trace, setting in enumerate((config, encrypted_config, config, encrypted_config), 1):
        store = open_store(setting)
        store.write([span(1, trace=trace, name="again", attributes={"user.id": "u"})])
        store.close()

    for setting in (config, encrypted_config):
        store = open_store(setting)
        assert [row.name for row in store.read_runs(RunSelection())] == ["again"] * 4
        assert 4 == store.count_runs(RunFilter(user_id="u")) == store.count_runs(RunFilter(search="AGA"))
        store.close()
