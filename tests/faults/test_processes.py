"""Forks at any moment lose, duplicate and hang nothing (S13)."""

from __future__ import annotations

import importlib.util
import signal
import socket
import subprocess
import sys
import textwrap
import urllib.request
from collections import Counter

import pytest

from tests.faults.measures import wait_until
from tests.faults.programs import Program


def test_children_forked_while_threads_record_lose_nothing(program: Program) -> None:
    program.run("""
        stop = threading.Event()
        def busy(name):
            with trace.run(name):
                while not stop.is_set():
                    trace.tool("busy", {}, 1)
                    time.sleep(0.001)
        threads = [threading.Thread(target=busy, args=(f"thread {n}",)) for n in range(4)]
        for thread in threads: thread.start()
        for number in range(8):
            pid = os.fork()
            if pid == 0:
                with trace.run(f"child {number}"):
                    for step in range(25): trace.tool("step", {}, step)
                os._exit(0)
            _, status = os.waitpid(pid, 0)
            assert status == 0
        stop.set()
        for thread in threads: thread.join()
    """)
    names = Counter(step.name for step in program.all_steps())

    assert names["step"] == 200
    assert {f"child {number}" for number in range(8)} <= set(names)
    assert max(names[f"thread {number}"] for number in range(4)) == 1
    assert program.lost() == {}


@pytest.mark.parametrize(
    "pool",
    [
        "multiprocessing.get_context('fork').Pool(4)",
        "ProcessPoolExecutor(4, multiprocessing.get_context('fork'))",
    ],
)
def test_a_pool_of_forked_workers_loses_nothing(program: Program, pool: str) -> None:
    program.run(f"""
        from concurrent.futures import ProcessPoolExecutor
        def work(number):
            with trace.run(f"job {{number}}"):
                trace.tool("work", {{}}, number)
            return number
        if __name__ == "__main__":
            with trace.run("parent"): trace.tool("before", {{}}, 1)
            with {pool} as pool:
                assert list(pool.map(work, range(12))) == list(range(12))
    """)
    names = Counter(step.name for step in program.all_steps())

    assert names["work"] == 12
    assert names["before"] == 1
    assert program.lost() == {}


APPLICATION = """
from agent_inspector import trace

with trace.run("master"):
    trace.tool("loaded", {}, 1)

def application(environ, start_response):
    with trace.run("request", user_id=environ["QUERY_STRING"]):
        trace.llm("model", "prompt", "answer")
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("gunicorn") is None, reason="gunicorn is not installed")
def test_200_requests_to_four_prefork_workers_are_all_stored(program: Program) -> None:
    (program.folder / "served.py").write_text(textwrap.dedent(APPLICATION), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", "4", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [*command, "served:application"], cwd=program.folder, env=program.environment, stderr=subprocess.PIPE
    )

    def answers() -> bool:
        try:
            return bool(
                urllib.request.urlopen(f"http://127.0.0.1:{port}/?number=0", timeout=5).read() == b"ok"
            )
        except OSError:
            return False

    try:
        assert wait_until(answers, 30)
        assert all(answers() for _ in range(199))
    finally:
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=10)
    runs = Counter(run.name for run in program.runs())

    assert server.returncode == 0, errors
    assert runs["request"] == 200
    assert runs["master"] == 1
