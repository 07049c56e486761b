from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from agent_inspector.server.streaming import MOST_STEPS, PAGE_STEPS
from agent_inspector.store import SpanStore
from agent_inspector.version import __version__
from tests.agent_inspector.server import example_spans
from tests.agent_inspector.server.example_spans import FAILED_TRACE_ID, LLM_ID, ROOT_ID, TOOL_ID, TRACE_ID

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client

INJECTIONS = (
    "'",
    '"',
    "' OR '1'='1",
    "1; DROP TABLE spans--",
    "%",
    "_",
    "a%",
    "\\",
    "\x00",
    "../../../etc/passwd",
    "[a-z]*",
    "${7*7}",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "-1",
    "9" * 400,
    "A1" * 16,
)


def test_health_says_which_version_answers(client: Client) -> None:
    before = time.time_ns() // 1_000_000

    health = client.get("/health").json()

    assert health["status"] == "healthy"
    assert health["version"] == __version__
    assert before <= health["timestamp"] <= time.time_ns() // 1_000_000


def test_runs_are_listed_with_their_number(client: Client) -> None:
    listed = client.get("/v1/runs").json()

    assert {run["id"] for run in listed["runs"]} == {TRACE_ID, FAILED_TRACE_ID}
    assert (listed["total"], listed["limit"], listed["offset"], listed["next_cursor"]) == (2, 100, 0, None)


@pytest.mark.parametrize("parameter", ["status", "run_status"])
@pytest.mark.parametrize(
    ("status", "ids"), [("completed", [TRACE_ID]), ("failed", [FAILED_TRACE_ID]), ("running", [])]
)
def test_both_names_of_the_status_filter_work(
    client: Client, parameter: str, status: str, ids: list[str]
) -> None:
    listed = client.get(f"/v1/runs?{parameter}={status}").json()

    assert [run["id"] for run in listed["runs"]] == ids
    assert listed["total"] == len(ids)


def test_pages_follow_each_other_by_cursor(client: Client, store: SpanStore) -> None:
    for number in range(5):
        store.write(example_spans.completed_run(f"{number:032x}", at_ms=number * 1000))
    seen: list[str] = []
    cursor = ""

    while True:
        page = client.get("/v1/runs?limit=2" + (f"&cursor={quote(cursor)}" if cursor else "")).json()
        seen += [run["id"] for run in page["runs"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert len(seen) == 7
    assert len(set(seen)) == 7


def test_an_offset_skips_runs(client: Client) -> None:
    first = client.get("/v1/runs?limit=1").json()["runs"]
    second = client.get("/v1/runs?limit=1&offset=1").json()["runs"]

    assert {first[0]["id"], second[0]["id"]} == {TRACE_ID, FAILED_TRACE_ID}


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("order", ["started_at", "completed_at", "duration_ms", "name"])
def test_runs_are_ordered_as_asked(client: Client, order: str, direction: str) -> None:
    runs = client.get(f"/v1/runs?order_by={order}&order_dir={direction}").json()["runs"]

    values = [run[order] for run in runs]
    assert values == sorted(values, reverse=direction == "DESC")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=x",
        "offset=-1",
        "offset=99999999999999999999",
        "status=nonsense",
        "order_by=id;DROP TABLE spans",
        "order_by=rowid",
        "order_dir=asc",
        "started_after=-1",
        "started_before=1e99",
        "stauts=failed",
    ],
)
def test_a_value_that_cannot_be_used_is_named_in_one_sentence(client: Client, query: str) -> None:
    answer = client.get(f"/v1/runs?{query}")

    assert answer.status_code == 422
    assert list(answer.json()) == ["detail"]
    assert answer.json()["detail"].startswith(query.partition("=")[0] + ":")


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("parameter", ["user_id", "session_id", "search", "cursor"])
def test_hostile_filters_match_nothing_and_break_nothing(client: Client, parameter: str, text: str) -> None:
    answer = client.get("/v1/runs", params={parameter: text})

    assert answer.status_code in {200, 400, 422}
    assert answer.status_code != 200 or answer.json()["total"] == 0


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize(
    "tail", ["", "/timeline", "/steps", "/export", f"/steps/{LLM_ID}", f"/steps/{LLM_ID}/data"]
)
def test_hostile_run_ids_find_nothing(client: Client, tail: str, text: str) -> None:
    answer = client.get(f"/v1/runs/{quote(text, safe='')}{tail}")

    assert answer.status_code in ({200, 404} if text == "A1" * 16 else {404})
    assert answer.status_code == 200 or list(answer.json()) == ["detail"]


def test_a_run_is_found_by_its_id_and_by_its_first_digits(client: Client) -> None:
    whole = client.get(f"/v1/runs/{TRACE_ID}").json()

    assert whole["name"] == "planner"
    assert whole["status"] == "completed"
    assert whole == client.get(f"/v1/runs/{TRACE_ID[:4]}").json()


def test_a_timeline_holds_every_step_without_content(client: Client) -> None:
    timeline = client.get(f"/v1/runs/{TRACE_ID}/timeline").json()

    assert timeline["run_id"] == TRACE_ID
    assert [step["id"] for step in timeline["events"]] == [ROOT_ID, LLM_ID, TOOL_ID]
    assert timeline["total"] == 3
    assert all("data" not in step for step in timeline["events"])


def test_a_timeline_holds_content_when_asked(client: Client) -> None:
    events = client.get(f"/v1/runs/{TRACE_ID}/timeline?include_data=true").json()["events"]

    assert [step["id"] for step in events] == [ROOT_ID, LLM_ID, TOOL_ID]
    assert "Paris" in json.dumps(events[1]["data"])


def test_an_export_holds_the_run_and_all_its_content(client: Client) -> None:
    exported = client.get(f"/v1/runs/{TRACE_ID}/export").json()

    assert exported["run"] == client.get(f"/v1/runs/{TRACE_ID}").json()
    assert (
        exported["timeline"] == client.get(f"/v1/runs/{TRACE_ID}/timeline?include_data=true").json()["events"]
    )


def test_a_run_of_many_pages_is_exported_whole_and_in_order(client: Client, store: SpanStore) -> None:
    trace_id, count = "e5" * 16, 2 * PAGE_STEPS + 1
    spans = [example_spans.span(trace_id, f"{n:016x}", None, "work", at_ms=n) for n in range(1, count + 1)]
    store.write(spans)

    exported = client.get(f"/v1/runs/{trace_id}/export").json()["timeline"]
    timeline = f"/v1/runs/{trace_id}/timeline?include_data=true"
    first, rest = client.get(timeline).json(), client.get(f"{timeline}&offset={MOST_STEPS}").json()
    steps = client.get(f"/v1/runs/{trace_id}/steps").json()

    assert [step["id"] for step in exported] == [span.span_id for span in spans]
    assert first["events"] + rest["events"] == exported
    assert (len(first["events"]), first["total"], rest["total"]) == (MOST_STEPS, count, count)
    assert steps == {"steps": first["events"], "total": count, "limit": MOST_STEPS, "offset": 0}


def test_the_store_is_told_in_numbers(client: Client) -> None:
    stats = client.get("/v1/stats").json()

    assert (stats["total_runs"], stats["completed_runs"], stats["failed_runs"]) == (2, 1, 1)
    assert stats["total_steps"] == 4
    assert stats["db_size_bytes"] > 0


def test_the_first_steps_of_a_timeline_say_how_many_there_are(client: Client) -> None:
    first = client.get(f"/v1/runs/{TRACE_ID}/timeline?limit=2").json()
    rest = client.get(f"/v1/runs/{TRACE_ID}/timeline?limit=2&offset=2").json()

    assert [step["number"] for step in first["events"] + rest["events"]] == [1, 2, 3]
    assert (first["total"], rest["total"]) == (3, 3)


def test_a_long_run_is_read_in_pieces_without_its_content(client: Client, store: SpanStore) -> None:
    run_id = "5a" * 16
    words = "w" * 2_000
    root = example_spans.span(run_id, f"{1:016x}", None, "invoke_agent long", operation__name="invoke_agent")
    tools = [
        example_spans.span(
            run_id, f"{number:016x}", root.span_id, "execute_tool look_up", at_ms=number,
            operation__name="execute_tool", tool__call__result=words,
        )
        for number in range(2, 2_001)
    ]  # fmt: skip
    store.write([root, *tools])
    answer = client.get(f"/v1/runs/{run_id}/timeline?limit=500")

    assert (len(answer.json()["events"]), answer.json()["total"]) == (500, 2_000)
    assert len(answer.content) < 500 * 1_000
    assert client.get("/v1/runs?limit=1001").status_code == 422
    assert client.get(f"/v1/runs/{run_id}/conversation?limit=1001").status_code == 422
    assert client.get("/v1/search?q=w&limit=201").status_code == 422
