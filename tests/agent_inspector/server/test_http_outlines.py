"""The timeline of a long run is rendered once, and holds for what is stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.query import judge_pending
from agent_inspector.query.outlines import LEAST_STEPS
from agent_inspector.store import SpanStore
from otel_bridge.record import SpanRecord
from tests.agent_inspector.server.example_spans import span

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client

LONG = "d4" * 16
PATH = f"/v1/runs/{LONG}/timeline"


def tool_call(number: int) -> SpanRecord:
    name = f"tool_{number}"
    return span(LONG, f"{number + 1:016x}", f"{1:016x}", f"execute_tool {name}", at_ms=number,
                operation__name="execute_tool", tool__name=name)  # fmt: skip


def model_call(number: int, scope: str, at_ms: int) -> SpanRecord:
    call = span(LONG, f"{number + 1:016x}", f"{1:016x}", "chat gpt-4o", at_ms=at_ms, operation__name="chat",
                request__model="gpt-4o", response__id="answer-1", usage__input_tokens=9)  # fmt: skip
    return replace(call, scope_name=scope)


def root() -> SpanRecord:
    return span(LONG, f"{1:016x}", None, "invoke_agent walker", operation__name="invoke_agent")


@pytest.fixture
def store(store: SpanStore) -> SpanStore:
    store.write([root(), *(tool_call(number) for number in range(1, LEAST_STEPS))])
    return store


def steps_in_file(config: TraceConfig) -> int:
    with closing(sqlite3.connect(config.db_path)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM outlines").fetchone()[0])


def test_a_kept_timeline_is_the_one_that_pages_give(client: Client) -> None:
    first = client.get(PATH).json()
    again = client.get(f"{PATH}?limit={LEAST_STEPS}").json()
    pages = [client.get(f"{PATH}?limit=400&offset={at}").json()["events"] for at in (0, 400, 800)]

    assert first == again
    assert first["total"] == len(first["events"]) == LEAST_STEPS
    assert [step for page in pages for step in page] == first["events"]


def test_a_run_that_grew_has_another_timeline(client: Client, store: SpanStore) -> None:
    client.get(PATH)

    store.write([tool_call(LEAST_STEPS)])

    grown = client.get(PATH).json()
    assert (grown["total"], grown["events"][-1]["tool_name"]) == (LEAST_STEPS + 1, f"tool_{LEAST_STEPS}")


def test_a_timeline_that_goes_on_is_always_the_one_that_pages_give(client: Client, store: SpanStore) -> None:
    """Whatever happens to it: a step begins, ends, or comes late, another library tells of a call, the root changes."""
    late = replace(tool_call(77_777), start_ns=tool_call(500).start_ns + 1)
    open_step = replace(tool_call(88_888), end_ns=None)
    changes: list[SpanRecord] = [
        open_step,
        late,
        model_call(9_001, "library", 700),
        model_call(9_002, "other library", 701),
        replace(late, status="error", attributes={}),
        replace(open_step, end_ns=open_step.start_ns + 10**9),
        replace(root(), start_ns=root().start_ns - 10**9, end_ns=None, name="invoke_agent runner"),
        replace(root(), status="error"),
    ]

    for change in changes:
        store.write([change])

        assert steps_of_pages(client) == without_time_so_far(client.get(PATH).json()["events"])


def steps_of_pages(client: Client) -> list[dict[str, object]]:
    pages = [client.get(f"{PATH}?limit=500&offset={at}").json()["events"] for at in (0, 500, 1000)]
    return without_time_so_far([step for page in pages for step in page])


def without_time_so_far(steps: list[dict[str, object]]) -> list[dict[str, object]]:
    return [step | {"duration_ms": None} if step["status"] == "running" else step for step in steps]


def test_a_timeline_that_is_still_growing_is_not_kept(
    client: Client, store: SpanStore, config: TraceConfig
) -> None:
    store.write([SpanRecord(LONG, f"{77_777:016x}", f"{1:016x}", "late", start_ns=2 * 10**18, end_ns=None)])

    assert client.get(PATH).json()["total"] == LEAST_STEPS + 1
    assert steps_in_file(config) == 0


def test_whoever_judges_a_run_prepares_its_timeline(
    client: Client, store: SpanStore, config: TraceConfig
) -> None:
    judge_pending(store)
    assert steps_in_file(config) == 1

    with closing(sqlite3.connect(config.db_path)) as connection, connection:
        connection.execute("UPDATE spans SET facts = x'00' WHERE kind = 'tool'")

    assert client.get(PATH).json()["events"][1]["tool_name"] == "tool_1"


def test_a_deleted_run_leaves_no_timeline(client: Client, store: SpanStore, config: TraceConfig) -> None:
    client.get(PATH)
    assert steps_in_file(config) == 1

    store.delete_runs([LONG])

    assert steps_in_file(config) == 0
