"""Zero-code recording, as a user starts it: `opentelemetry-instrument python app.py`, with and without a collector."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_inspector import TraceConfig, query
from agent_inspector.model import RunFilter, Step
from agent_inspector.store import open_store
from tests.collector import Collector

INSTRUMENT = Path(sys.executable).with_name("opentelemetry-instrument")
SECRET = "sk-" + "proj-" + "Zx9Yw8Vu7T" * 4
PROGRAM = f"""
from model_server.server import ModelServer
from openai import OpenAI
with ModelServer(latency_ms=0) as server:
    client = OpenAI(base_url=server.base_url, api_key="none")
    client.chat.completions.create(model="gpt-4o-mini", messages=[{{"role": "user", "content": "My key is {SECRET}"}}])
"""


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.server.shutdown()
    made.server.server_close()


TELLING = f"""{PROGRAM}
    from agent_inspector import trace
    asked = [{{"role": "user", "content": "What is an agent?"}}]
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=asked)
    text, usage = answer.choices[0].message.content, answer.usage
    trace.llm("gpt-4o-mini", asked, text, prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=asked)
    trace.llm("gpt-4o-mini", asked, answer.choices[0].message.content)
    trace.llm("gpt-4o-mini", asked, "The answer of a client that nobody instruments", prompt_tokens=1000)
"""


def run_program(folder: Path, program: str = PROGRAM, **settings: str) -> tuple[float, str]:
    """Run the program under auto-instrumentation; return how long it took, and what it wrote to stderr."""
    (folder / "app.py").write_text(program, encoding="utf-8")
    examples = Path(__file__).parents[2] / "examples"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "TRACE"))}
    environment = {
        **clean,
        "PYTHONPATH": str(examples),
        "TRACE_DB_PATH": str(folder / "store.db"),
        **settings,
    }
    began = time.monotonic()
    done = subprocess.run(
        [INSTRUMENT, sys.executable, folder / "app.py"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began, done.stderr


def stored_steps(folder: Path) -> list[Step]:
    store = open_store(TraceConfig(db_path=str(folder / "store.db")), read_only=True)
    runs = query.list_runs(store, RunFilter(), limit=10).runs
    return [step for run in runs for step in query.list_steps(store, run.id)]


def test_with_nothing_configured_the_run_is_stored_here(tmp_path: Path) -> None:
    _, complaints = run_program(tmp_path)
    (call,) = [step for step in stored_steps(tmp_path) if step.kind == "llm"]

    assert (call.model, call.status) == ("gpt-4o-mini", "completed")
    assert call.tokens.input is not None
    assert call.tokens.input > 0
    assert complaints == ""


def test_a_collector_gets_the_same_spans_redacted(tmp_path: Path, collector: Collector) -> None:
    run_program(
        tmp_path, OTEL_TRACES_EXPORTER="agent_inspector,otlp", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url
    )
    here = {step.id for step in stored_steps(tmp_path)}

    assert here == {span.span_id for span in collector.spans}
    assert here
    assert not any(SECRET.encode() in body for body in collector.bodies)
    assert any("[REDACTED:" in str(span.attributes) for span in collector.spans)


def test_a_collector_that_is_away_costs_two_seconds_at_most_and_says_each_thing_once(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{probe.getsockname()[1]}"
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    without, _ = run_program(tmp_path / "without")
    took, complaints = run_program(
        tmp_path / "with", OTEL_TRACES_EXPORTER="agent_inspector,otlp", OTEL_EXPORTER_OTLP_ENDPOINT=away
    )
    lines = [line for line in complaints.splitlines() if line.strip()]

    assert took - without < 6  # 2 s, and what a loaded machine adds to importing the exporter
    assert len(lines) == len(set(lines))
    assert len(lines) <= 3
    assert len(stored_steps(tmp_path / "with")) == len(stored_steps(tmp_path / "without"))


def test_a_call_that_the_program_tells_of_itself_is_counted_once(tmp_path: Path) -> None:
    run_program(tmp_path, TELLING, AGENT_INSPECTOR_RUN="app.py")
    store = open_store(TraceConfig(db_path=str(tmp_path / "store.db")), read_only=True)
    (run,) = query.list_runs(store, RunFilter(), limit=10).runs
    calls = [step for step in query.list_steps(store, run.id) if step.kind == "llm"]

    assert [call.counted for call in calls] == [True, True, False, True, False, True]
    assert not any(call.framework for call in calls)
    assert run.llm_calls == 4
    assert run.tokens.input == sum(call.tokens.input or 0 for call in calls if call.counted)
    assert run.tokens.input > 1000
