"""Runs across threads, processes, and every way a program can end; each in a program of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent_inspector import TraceConfig, query
from agent_inspector.model import Run, RunFilter
from agent_inspector.store import open_store

PREAMBLE = "import os, sys, threading, time, signal, multiprocessing, subprocess\nfrom agent_inspector import trace\n"


class Program:
    """Runs Python text that records, and reads what it recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "TRACE_DB_PATH": str(folder / "store.db")}

    def run(self, code: str, expect: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, self._write(code)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert done.returncode == expect, done.stderr
        return done.stdout

    def start(self, code: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, self._write(code)], env=self.environment, stdout=subprocess.PIPE, text=True
        )

    def runs(self) -> Mapping[str, Run]:
        store = open_store(TraceConfig(db_path=str(self.folder / "store.db")), read_only=True)
        return {run.name: run for run in query.list_runs(store, RunFilter(), limit=1000).runs}

    def steps(self, name: str) -> list[tuple[str, str | None]]:
        """Step names of a run, each with its parent's."""
        store = open_store(TraceConfig(db_path=str(self.folder / "store.db")), read_only=True)
        steps = query.list_steps(store, self.runs()[name].id)
        names = {step.id: step.name for step in steps}
        return [(step.name, names.get(step.parent_event_id or "")) for step in steps]

    def _write(self, code: str) -> str:
        path = self.folder / "program.py"
        path.write_text(PREAMBLE + textwrap.dedent(code), encoding="utf-8")
        return str(path)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_threads_and_pools_belong_to_the_run_that_starts_them(program: Program) -> None:
    program.run("""
        from concurrent.futures import ThreadPoolExecutor
        with trace.run("agent"):
            thread = threading.Thread(target=lambda: trace.tool("in a thread", {}, 1)); thread.start(); thread.join()
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda n: trace.tool(f"in a pool {n}", {}, 1), range(3)))
    """)

    assert {name for name, parent in program.steps("agent") if parent == "agent"} == {
        "in a thread",
        "in a pool 0",
        "in a pool 1",
        "in a pool 2",
    }


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_children_of_multiprocessing_belong_to_the_run(program: Program, method: str) -> None:
    program.run(f"""
        def work(number):
            for _ in range(10):
                trace.tool(f"in child {{number}}", {{}}, 1)
        if __name__ == "__main__":
            context = multiprocessing.get_context("{method}")
            with trace.run("agent", user_id="u1"):
                children = [context.Process(target=work, args=(n,)) for n in range(3)]
                for child in children: child.start()
                for child in children: child.join()
    """)
    steps = program.steps("agent")

    assert len(steps) == 31
    assert [name for name, parent in steps if parent != "agent"] == ["agent"]


def test_a_pool_loses_nothing_when_it_is_terminated(program: Program) -> None:
    program.run("""
        def work(number):
            with trace.run(f"job {number}"):
                trace.tool("work", {}, number)
            return number
        if __name__ == "__main__":
            with trace.run("warm up"): pass
            with multiprocessing.get_context("fork").Pool(3) as pool:
                assert pool.map(work, range(12)) == list(range(12))
    """)
    runs = program.runs()

    assert {f"job {number}" for number in range(12)} <= set(runs)
    assert {run.step_count for name, run in runs.items() if name.startswith("job")} == {2}


def test_a_fork_that_leaves_by_os_exit_loses_nothing(program: Program) -> None:
    program.run("""
        with trace.run("parent"):
            trace.tool("before", {}, 1)
            for number in range(4):
                if os.fork() == 0:
                    with trace.run(f"child {number}"):
                        for _ in range(25): trace.tool("step", {}, 1)
                    os._exit(0)
            for _ in range(4): os.wait()
    """)
    steps = [name for name, _ in program.steps("parent")]

    assert steps.count("step") == 100
    assert steps.count("before") == 1
    assert program.runs()["parent"].status == "completed"


def test_a_program_started_with_child_env_belongs_to_the_run(program: Program) -> None:
    inner = "from agent_inspector import trace\nwith trace.run('inner'): trace.tool('deep', {}, 1)"
    program.run(f"""
        with trace.run("outer", session_id="s1"):
            subprocess.run([sys.executable, "-c", {inner!r}], env=os.environ | trace.child_env(), check=True)
    """)

    assert program.steps("outer") == [("outer", None), ("inner", "outer"), ("deep", "inner")]
    assert program.runs()["outer"].status == "completed"


ENDINGS = {
    "return": ("pass", 0, "completed"),
    "sys.exit": ("sys.exit(3)", 3, "cancelled"),
    "exception": ("raise ValueError('x')", 1, "failed"),
    "SIGINT": ("os.kill(os.getpid(), signal.SIGINT); time.sleep(5)", -signal.SIGINT, "cancelled"),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM); time.sleep(5)", -signal.SIGTERM, "interrupted"),
    "os._exit": ("os._exit(0)", 0, "interrupted"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_step_is_stored_however_the_program_ends(program: Program, ending: str) -> None:
    code, returned, status = ENDINGS[ending]
    program.run(
        f"with trace.run('agent'):\n    for number in range(100): trace.tool('step', {{}}, number)\n    {code}",
        returned,
    )
    run = program.runs()["agent"]

    errors = 1 if status == "failed" else 0
    assert (run.step_count, run.status) == (101 + errors, status)


def test_a_killed_run_is_interrupted_and_says_what_it_was_doing(program: Program) -> None:
    process = program.start("""
        with trace.run("agent"):
            trace.tool("first", {}, 1)
            with trace.tool_call("slow", {"x": 1}):
                print("ready", flush=True)
                time.sleep(60)
    """)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    until = time.monotonic() + 10
    while time.monotonic() < until and not _knows_slow_step(program):
        time.sleep(0.05)
    process.kill()
    process.wait()
    process.stdout.close()

    run = program.runs()["agent"]
    assert run.status == "interrupted"
    assert "slow" in run.outcome
    assert [name for name, _ in program.steps("agent")] == ["agent", "first", "slow"]


def _knows_slow_step(program: Program) -> bool:
    if not (program.folder / "store.db").exists() or "agent" not in program.runs():
        return False
    return ("slow", "agent") in program.steps("agent") and program.runs()["agent"].step_count == 3


def test_a_processor_that_is_added_to_our_provider_finds_whole_spans(program: Program) -> None:
    output = program.run(
        """
        from opentelemetry.trace import get_tracer_provider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        with trace.run("alone"):
            trace.tool("search", {"q": "a"}, "b")
        theirs = InMemorySpanExporter()
        get_tracer_provider().add_span_processor(SimpleSpanProcessor(theirs))
        with trace.run("together"):
            trace.tool("search", {"q": "a"}, "b")
        for span in theirs.get_finished_spans():
            print(span.name, span.attributes.get("gen_ai.tool.call.result"))
        """
    )

    assert output.splitlines() == ["execute_tool search b", "invoke_agent together None"]
    assert len(program.steps("alone")) == len(program.steps("together"))


def test_a_provider_that_comes_in_the_middle_of_a_run_finds_whole_spans(program: Program) -> None:
    output = program.run(
        """
        from opentelemetry import trace as otel
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        theirs = InMemorySpanExporter()
        with trace.run("agent"):
            trace.tool("search", {}, "alone")
            provider = TracerProvider()
            provider.add_span_processor(SimpleSpanProcessor(theirs))
            otel.set_tracer_provider(provider)
            trace.tool("search", {}, "together")
        for span in theirs.get_finished_spans():
            print(span.name, span.attributes.get("gen_ai.tool.call.result"))
        """
    )

    assert output.splitlines() == ["execute_tool search together", "invoke_agent agent None"]
    assert [name for name, _ in program.steps("agent")] == ["agent", "search", "search"]
