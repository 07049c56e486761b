"""A run as Jaeger has it, by Jaeger's own API: one tree, with names, durations, attributes, errors and no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.jaeger.conftest import Jaeger

pytestmark = pytest.mark.jaeger

SECRET = "sk-" + "proj-" + "Zx9Yw8Vu7T" * 4
SAID = "The customer lives in Utrecht"
PROGRAM = f"""
import time
from agent_inspector import trace

with trace.run("support", agent_type="planner") as run:
    print(run.run_id, flush=True)
    with trace.run("researcher"):
        with trace.llm_call("gpt-4o", "{SAID}; my key is {SECRET}") as call:
            time.sleep(0.02)
            call.response = "Then {SECRET} it is"
            call.set(prompt_tokens=12, completion_tokens=7)
        try:
            with trace.tool_call("lookup", {{"key": "{SECRET}"}}):
                raise LookupError("no such customer, {SECRET}")
        except LookupError:
            pass
"""


@pytest.fixture
def fanned_out(jaeger: Jaeger, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, Any]:
    """The trace that Jaeger has of the program, sent by the protocol and in the mode of the parameter."""
    protocol, content = request.param
    address = jaeger.otlp_grpc if protocol == "grpc" else jaeger.otlp_http
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "TRACE_"))
    }
    environment = {
        **inherited,
        "TRACE_DB_PATH": str(tmp_path / "runs.db"),
        "TRACE_FAN_OUT": f"{address} {protocol} {content}",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    return jaeger.trace(done.stdout.strip(), spans=4)


def tags(span: dict[str, Any]) -> dict[str, Any]:
    return {tag["key"]: tag["value"] for tag in span["tags"]}


PROTOCOLS = ("http/protobuf", "http/json", "grpc")


@pytest.mark.parametrize("fanned_out", [(name, "full") for name in PROTOCOLS], indirect=True, ids=PROTOCOLS)
def test_a_run_arrives_as_one_tree(fanned_out: dict[str, Any]) -> None:
    spans = {span["spanID"]: span for span in fanned_out["spans"]}
    parents = {
        span["operationName"]: [spans[parent["spanID"]]["operationName"] for parent in span["references"]]
        for span in spans.values()
    }
    by_name = {span["operationName"]: span for span in spans.values()}
    call, tool = by_name["chat gpt-4o"], by_name["execute_tool lookup"]

    assert parents == {
        "invoke_agent support": [],
        "invoke_agent researcher": ["invoke_agent support"],
        "chat gpt-4o": ["invoke_agent researcher"],
        "execute_tool lookup": ["invoke_agent researcher"],
    }
    assert call["duration"] >= 20_000
    assert by_name["invoke_agent support"]["duration"] >= call["duration"]
    assert tags(call)["gen_ai.request.model"] == "gpt-4o"
    assert tags(call)["gen_ai.usage.input_tokens"] == 12
    assert SAID in tags(call)["gen_ai.input.messages"]
    assert (tags(tool)["error"], tags(tool)["otel.status_code"]) == (True, "ERROR")
    assert "error" not in tags(call)
    assert SECRET not in str(fanned_out)


@pytest.mark.parametrize(
    "fanned_out", [(name, "structure") for name in PROTOCOLS], indirect=True, ids=PROTOCOLS
)
def test_only_structure_arrives_where_that_was_asked_for(fanned_out: dict[str, Any]) -> None:
    by_name = {span["operationName"]: tags(span) for span in fanned_out["spans"]}

    assert by_name["chat gpt-4o"]["gen_ai.usage.output_tokens"] == 7
    assert by_name["execute_tool lookup"]["error"] is True
    assert SAID not in str(fanned_out)
    assert "no such customer" not in str(fanned_out)
    assert SECRET not in str(fanned_out)
