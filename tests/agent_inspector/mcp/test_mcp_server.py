"""The MCP server, asked by a real client over standard input and output."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from agent_inspector.config import TraceConfig, get_config, set_config
from agent_inspector.mcp.tools import make_server
from agent_inspector.store import open_store
from tests.agent_inspector.query.comparing.agents import draw_plan, records_of
from tests.agent_inspector.server import example_spans

A, B = f"{1:032x}", f"{2:032x}"


@pytest.fixture
def db_path(tmp_path: Path) -> Path:
    path = tmp_path / "runs.db"
    store = open_store(TraceConfig(db_path=str(path)))
    plan = draw_plan(3)
    changed = plan.copy()
    changed.calls[0].attributes["gen_ai.request.temperature"] = 0.9
    store.write([*records_of(plan, 1), *records_of(changed, 2)])
    store.write([*example_spans.completed_run(), *example_spans.failed_run()])
    store.close()
    return path


def with_client(db_path: Path, use: Callable[[Client], Awaitable[Any]]) -> Any:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRACE_", "OTEL_"))
    }
    environment = inherited | {"TRACE_DB_PATH": str(db_path), "PYTHONPATH": str(Path(__file__).parents[3])}
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "agent_inspector", "mcp"],
        env=environment,
        cwd=str(db_path.parent),
    )

    async def run() -> Any:
        async with Client(started) as client:
            return await use(client)

    return anyio.run(run)


async def ask(client: Client, tool: str, **arguments: Any) -> tuple[bool, str]:
    result = await client.call_tool(tool, arguments)
    return bool(result.is_error), "".join(part.text for part in result.content if part.type == "text")


def call(db_path: Path, tool: str, **arguments: Any) -> tuple[bool, str]:
    """Ask the same server in this process, which takes a tenth of the time."""

    async def run() -> tuple[bool, str]:
        async with Client(make_server()) as client:
            return await ask(client, tool, **arguments)

    before = get_config()
    set_config(TraceConfig(db_path=str(db_path)))
    try:
        return anyio.run(run)
    finally:
        set_config(before)


def test_a_client_is_answered_over_standard_input_and_output(db_path: Path) -> None:
    async def use(client: Client) -> Any:
        listed = (await client.list_tools()).tools
        told = [await ask(client, "why"), await ask(client, "get_step", run_id=A, step="4")]
        return listed, [*told, await ask(client, "get_run", run_id="ffff")]

    tools, (why, step, problem) = with_client(db_path, use)

    assert why[0] is False
    assert "no such city" in why[1]
    assert step[1].count("\n> ") > 3
    assert problem[0] is True
    assert problem[1].endswith("There is no run 'ffff'; it may have been pruned.")
    assert [tool.name for tool in tools] == ["list_runs", "get_run", "get_step", "why", "search", "compare"]
    assert {tool.annotations.read_only_hint for tool in tools} == {True}


def test_runs_are_listed_and_shown(db_path: Path) -> None:
    listed = call(db_path, "list_runs", limit=2)[1]
    shown = call(db_path, "get_run", run_id=example_spans.TRACE_ID[:6])[1]

    assert "2 of 4 runs" in listed
    assert "cursor=" in listed
    assert "Steps 1 to 3 of 3:" in shown
    assert f"(id {example_spans.TOOL_ID}, tool)" in shown


@pytest.mark.parametrize("step", [example_spans.LLM_ID, "2"])
def test_a_step_is_shown_whole_by_id_or_number(db_path: Path, step: str) -> None:
    failed, shown = call(db_path, "get_step", run_id=example_spans.TRACE_ID, step=step)

    assert not failed
    assert "> What is the weather in Paris?" in shown


def test_why_explains_the_newest_failed_run(db_path: Path) -> None:
    told = call(db_path, "why")[1]

    assert example_spans.FAILED_TRACE_ID in told
    assert "no such city" in told


def test_words_are_searched(db_path: Path) -> None:
    assert f"run {example_spans.TRACE_ID} step 2" in call(db_path, "search", text="weather paris")[1]


def test_runs_are_compared(db_path: Path) -> None:
    told = call(db_path, "compare", run_a=A, run_b=B)[1]

    assert "> settings: `temperature` is 0.2 in A and 0.9 in B." in told
    assert "/parameters/temperature" in told


def test_a_long_answer_is_cut_and_can_be_read_on(db_path: Path) -> None:
    whole = call(db_path, "get_run", run_id=A, max_characters=50_000)[1]
    first = call(db_path, "get_run", run_id=A, max_characters=300)[1]
    second = call(db_path, "get_run", run_id=A, max_characters=300, offset=300)[1]

    assert f"[Characters 0-300 of {len(whole)}; call again with offset=300 for more.]" in first
    assert first[:300] + second[:300] == whole[:600]


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("get_run", {"run_id": "ffff"}, "There is no run 'ffff'"),
        ("get_step", {"run_id": A, "step": "nonsense"}, "has no step 'nonsense'"),
        ("list_runs", {"cursor": "nonsense"}, "cursor"),
        ("compare", {"run_a": example_spans.FAILED_TRACE_ID}, "No other run named 'broken' has completed"),
    ],
)
def test_a_problem_is_one_sentence(
    db_path: Path, tool: str, arguments: dict[str, str], sentence: str
) -> None:
    failed, told = call(db_path, tool, **arguments)

    assert failed
    assert sentence in told
    assert "Traceback" not in told


def test_without_a_store_the_answer_says_so(tmp_path: Path) -> None:
    failed, told = call(tmp_path / "runs.db", "list_runs")

    assert failed
    assert "There is no store" in told
