"""One store, many threads and processes: at once, forked, and loaded no sooner than needed."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.model import RunFilter
from agent_inspector.store import RunSelection, SpanStore, open_store
from otel_bridge.record import SpanRecord

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


def test_importing_the_store_does_not_load_sqlite() -> None:
    process = run_python("import agent_inspector.store, sys; print('sqlite3' in sys.modules)")

    assert process.communicate() == ("False\n", "")


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
