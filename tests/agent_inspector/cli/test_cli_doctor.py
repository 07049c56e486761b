"""`agent-inspector doctor`: what it finds, and which fix it names, in an installation, a store and a program."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from otel_bridge.record import SpanRecord
from tests.agent_inspector.cli.conftest import CommandRunner

Record = Callable[[Sequence[SpanRecord]], None]
START = 10**18

FOREIGN_PROVIDER = """
from opentelemetry import trace
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
trace._TRACER_PROVIDER_SET_ONCE._done = False
class TheirProvider(TracerProvider): pass
trace.set_tracer_provider(TheirProvider(span_limits=SpanLimits(max_span_attributes=64)))
from agent_inspector import trace as facade
with facade.run("work"):
    facade.llm(model="gpt-4o", prompt="Hi", response="Hello")
"""


def checks(done: Any) -> Mapping[str, Any]:
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def span(number: int, parent: int | None = None, **attributes: Any) -> SpanRecord:
    trace_id = f"{attributes.pop('trace', 1):032x}"
    return SpanRecord(
        trace_id,
        f"{number:016x}",
        f"{parent:016x}" if parent else None,
        "chat",
        START,
        START + 10**9,
        attributes={name.replace("__", "."): value for name, value in attributes.items()},
    )


def test_it_knows_the_defect_of_an_older_sqlite(command: CommandRunner) -> None:
    check = checks(command("doctor", "--json"))["sqlite"]

    is_sound = sqlite3.sqlite_version_info >= (3, 51, 3)
    assert check["verdict"] == ("ok" if is_sound else "warning")
    assert sqlite3.sqlite_version in check["found"]
    assert bool(check["fix"]) != is_sound


@pytest.mark.parametrize("name", ["agent-inspector", "ai-agent-inspector"])
def test_a_package_that_installs_our_module_is_a_problem(
    command: CommandRunner, environment: dict[str, str], tmp_path: Path, name: str
) -> None:
    metadata = tmp_path / "site" / f"{name.replace('-', '_')}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "top_level.txt").write_text("agent_inspector\n")

    done = command("doctor", "--json", PYTHONPATH=f"{environment['PYTHONPATH']}:{tmp_path / 'site'}")

    clash = checks(done)["distribution"]
    assert (done.returncode, clash["verdict"]) == (1, "problem")
    assert f"pip uninstall {name}" in clash["fix"]


@pytest.mark.parametrize(
    ("variable", "value", "name"),
    [
        ("OTEL_SDK_DISABLED", "true", "sdk"),
        ("OTEL_TRACES_EXPORTER", "otlp", "exporter"),
        ("OTEL_TRACES_SAMPLER", "traceidratio", "sampler"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "128", "limits"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1000", "limits"),
        ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "false", "content"),
        ("TRACELOOP_TRACE_CONTENT", "false", "content"),
        ("TRACE_SAMPLE_RATE", "0.5", "sample rate"),
    ],
)
def test_a_setting_that_costs_spans_or_content_is_named_with_its_fix(
    command: CommandRunner, variable: str, value: str, name: str
) -> None:
    check = checks(command("doctor", "--json", **{variable: value}))[name]

    assert check["verdict"] in ("warning", "problem")
    assert variable in check["found"] + check["fix"]


def test_the_store_shows_orphans_lost_context_and_what_others_would_cut(
    command: CommandRunner, record: Record
) -> None:
    call: dict[str, Any] = {"gen_ai__operation__name": "chat", "gen_ai__request__model": "gpt-4o"}
    record(
        [
            *(span(number, trace=number, **call) for number in (10, 11, 12)),
            span(2, parent=99, **call, text="x" * 3000),
            span(3, parent=98, **call, text="x" * (5 * 2**20)),
        ]
    )

    found = checks(command("doctor", "--json"))

    assert found["orphans"]["found"].startswith("2 spans have a parent that never came")
    assert found["context"]["found"].startswith("3 runs are a single call")
    assert found["tempo"]["found"].startswith("Tempo would cut 2 attributes")
    assert found["jaeger"]["found"].startswith("Jaeger would refuse 1 spans")
    assert found["losses"]["verdict"] == "ok"


def test_a_program_is_looked_into_and_leaves_nothing(
    command: CommandRunner, db_path: Path, tmp_path: Path
) -> None:
    program = tmp_path / "app.py"
    program.write_text(
        "import openai\nfrom agent_inspector import trace\nwith trace.run('work'): print('hi')"
    )

    done = command("doctor", "--json", "--", sys.executable, str(program))

    found = checks(done)
    assert found["provider"]["found"] == "The tracer provider is the SDK's."
    assert "openai" in found["instrumentations"]["found"]
    assert found["recorded"]["found"] == "The latest 1 runs have 1 spans."
    assert "hi\n" in done.stderr
    assert not db_path.exists()


def test_somebody_elses_provider_and_its_limit_are_named(command: CommandRunner, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(FOREIGN_PROVIDER)

    found = checks(command("doctor", "--json", "--", sys.executable, str(tmp_path / "app.py")))

    assert "__main__.TheirProvider, which we join" in found["provider"]["found"]
    assert found["limits"]["found"].startswith("The provider keeps 64 attributes")
    assert found["recorded"]["found"] == "The latest 1 runs have 2 spans."


def test_a_program_that_is_not_python_is_a_problem(command: CommandRunner) -> None:
    done = command("doctor", "--", "true")

    assert done.returncode == 1
    assert "PROBLEM  provider: The program was not instrumented" in done.stdout
    assert "fix: Name the Python program itself" in done.stdout


def test_a_command_that_is_not_there_is_one_sentence(command: CommandRunner) -> None:
    done = command("doctor", "--", "no-such-command")

    assert (done.returncode, done.stderr) == (1, "agent-inspector: There is no command no-such-command.\n")
