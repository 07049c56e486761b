"""Which runs a list names, and what is counted over many runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.server import create_app
from agent_inspector.server.upkeep import upkeep
from agent_inspector.store import SpanStore, open_store
from otel_bridge.record import SpanRecord
from tests.agent_inspector.server.example_spans import (
    FAILED_TRACE_ID,
    START_NS,
    TRACE_ID,
    completed_run,
    span,
)

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client

PRICED_TRACE_ID = "c3" * 16


def priced_run() -> list[SpanRecord]:
    """A run of a user's session that took two seconds, cost something, and carries tags."""
    root = span(PRICED_TRACE_ID, "00000000000000c1", None, "invoke_agent seller", operation__name="invoke_agent",
                agent__name="seller", conversation__id="s-1")  # fmt: skip
    labels = {"user.id": "u-7", "agent_inspector.metadata": '{"tags": ["canary"], "version": "7"}'}
    call = span(PRICED_TRACE_ID, "00000000000000c2", "00000000000000c1", "chat gpt-4o", at_ms=1,
                operation__name="chat", provider__name="openai", request__model="gpt-4o",
                usage__input_tokens=4000, usage__output_tokens=1000)  # fmt: skip
    return [replace(root, end_ns=START_NS + 2_000_000_000, attributes={**root.attributes, **labels}), call]


@pytest.fixture
def store(store: SpanStore) -> SpanStore:
    store.write(priced_run())
    store.price_pending()
    return store


def ids(client: Client, query: str) -> set[str]:
    answer = client.get(f"/v1/runs?{query}")
    assert answer.status_code == 200, answer.text
    listed = answer.json()
    assert listed["total"] == len(listed["runs"])
    return {run["id"] for run in listed["runs"]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=tool", {TRACE_ID}),
        ("model=gpt-4o", {TRACE_ID, PRICED_TRACE_ID}),
        ("model=gpt-4o&tool=weather", {TRACE_ID}),
        ("agent=seller", {PRICED_TRACE_ID}),
        ("agent=sell", set()),
        ("has_error=true", {FAILED_TRACE_ID}),
        ("has_error=false", {TRACE_ID, PRICED_TRACE_ID}),
        ("error=value", {FAILED_TRACE_ID}),
        ("tag=canary", {PRICED_TRACE_ID}),
        ("tag=version", {PRICED_TRACE_ID}),
        ("tag=version%3D7", {PRICED_TRACE_ID}),
        ("tag=version%3D8", set()),
        ("min_tokens=5000", {PRICED_TRACE_ID}),
        ("max_tokens=4999", {TRACE_ID}),
        ("min_cost_usd=0.01", {PRICED_TRACE_ID}),
        ("min_cost_usd=1000", set()),
        ("min_duration_ms=2000", {PRICED_TRACE_ID}),
        ("max_duration_ms=1999", {TRACE_ID, FAILED_TRACE_ID}),
        ("text=weather+paris", {TRACE_ID}),
        ("text=seller", {PRICED_TRACE_ID}),
        ("text=nowhere", set()),
    ],
)
def test_each_filter_lists_the_runs_that_fit(client: Client, query: str, expected: set[str]) -> None:
    assert ids(client, query) == expected


def test_the_server_judges_runs_that_nobody_opens(
    client: Client, store: SpanStore, config: TraceConfig
) -> None:
    with upkeep(store, config):
        while client.get("/v1/runs?finding=error").json()["unjudged"]:
            pass

    assert ids(client, "finding=error") == {FAILED_TRACE_ID}
    assert client.get("/v1/runs/facets").json()["findings"] == [{"value": "error", "runs": 1}]
    assert client.get("/v1/runs?finding=luck").status_code == 422


def test_runs_are_judged_only_when_nothing_comes_in(
    client: Client, store: SpanStore, config: TraceConfig
) -> None:
    receiving, asked = threading.Event(), threading.Event()
    receiving.set()

    def is_receiving() -> bool:
        asked.set()
        return receiving.is_set()

    with upkeep(store, config, is_receiving):
        assert asked.wait(10)
        waiting = client.get("/v1/runs?finding=error").json()["unjudged"]
        receiving.clear()
        while client.get("/v1/runs?finding=error").json()["unjudged"]:
            pass

    assert waiting == 3


def test_text_is_found_in_an_encrypted_store_by_reading(
    tmp_path: Path, make_client: Callable[[Any], Client]
) -> None:
    config = TraceConfig(
        db_path=str(tmp_path / "sealed.db"),
        encryption_enabled=True,
        encryption_key="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        api_host="127.0.0.1",
    )
    sealed = open_store(config)
    sealed.write([*completed_run(), *priced_run()])

    assert ids(make_client(create_app(sealed, config)), "text=paris") == {TRACE_ID}
    sealed.close()


def test_runs_are_listed_without_their_words_where_the_key_is_not_at_hand(
    tmp_path: Path, make_client: Callable[[Any], Client]
) -> None:
    path = str(tmp_path / "sealed.db")
    key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    with closing(open_store(TraceConfig(db_path=path, encryption_enabled=True, encryption_key=key))) as store:
        store.write(completed_run())
    config = TraceConfig(db_path=path, api_host="127.0.0.1")

    with closing(open_store(config)) as store:
        client = make_client(create_app(store, config))
        assert client.get("/v1/runs").status_code == 409
        (run,) = client.get("/v1/runs?sealed=true&status=completed").json()["runs"]

    assert (run["id"], run["status"], run["name"]) == (TRACE_ID, "completed", "")
    assert (run["user_id"], run["models"], run["input_preview"]) == (None, [], None)
    assert run["duration_ms"] > 0
    assert run["outcome"] == f"Completed in {run['step_count']} steps"


def test_an_empty_list_says_what_leaving_out_each_filter_would_bring(client: Client) -> None:
    listed = client.get("/v1/runs?model=gpt-4o&tool=weather&min_tokens=1000").json()

    assert listed["runs"] == []
    assert listed["removals"] == [
        {"parameter": "tool", "runs": 1},
        {"parameter": "min_tokens", "runs": 1},
        {"parameter": "model", "runs": 0},
    ]


def test_filters_hold_on_every_page(client: Client, store: SpanStore) -> None:
    for number in range(5):
        store.write(completed_run(f"{number:032x}", at_ms=number * 1000))
    seen, cursor = list[str](), ""

    while True:
        page = client.get(f"/v1/runs?tool=weather&limit=2{cursor}").json()
        seen += [run["id"] for run in page["runs"]]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert len(seen) == len(set(seen)) == page["total"] == 6


def test_only_the_fields_that_were_asked_for_are_sent(client: Client) -> None:
    listed = client.get("/v1/runs?fields=id,status&status=failed").json()

    assert listed["runs"] == [{"id": FAILED_TRACE_ID, "status": "failed"}]
    assert client.get("/v1/runs?fields=secret").status_code == 422


def test_activity_counts_every_step_once(client: Client) -> None:
    activity = client.get("/v1/runs?activity=true").json()["activity"]

    assert {run: sum(bins) for run, bins in activity.items()} == {
        TRACE_ID: 3,
        FAILED_TRACE_ID: 1,
        PRICED_TRACE_ID: 2,
    }
    assert {len(bins) for bins in activity.values()} == {24}


def test_facets_count_what_the_matching_runs_have(client: Client) -> None:
    facets = client.get("/v1/runs/facets?model=gpt-4o").json()

    assert facets == {
        "statuses": [{"value": "completed", "runs": 2}],
        "models": [{"value": "gpt-4o", "runs": 2}],
        "tools": [{"value": "weather", "runs": 1}],
        "agents": [{"value": "planner", "runs": 1}, {"value": "seller", "runs": 1}],
        "users": [{"value": "u-7", "runs": 1}],
        "sessions": [{"value": "s-1", "runs": 1}],
        "findings": [],
        "has_error": 0,
    }


def test_an_answer_that_has_not_changed_is_not_sent_again(client: Client, store: SpanStore) -> None:
    first = client.get("/v1/runs")
    again = client.get("/v1/runs", headers={"if-none-match": first.headers["etag"]})
    store.write(completed_run("d4" * 16))
    later = client.get("/v1/runs", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (later.status_code, later.json()["total"]) == (200, 4)


@pytest.fixture
def talks(store: SpanStore) -> SpanStore:
    for number in range(1, 6):
        records = completed_run(f"{number:032x}", at_ms=number * 1000)
        session = {"session.id": f"talk-{number % 3}", "user.id": f"u-{number}"}
        store.write([replace(records[0], attributes={**records[0].attributes, **session}), *records[1:]])
    return store


def test_sessions_are_listed_latest_first_over_pages(client: Client, talks: SpanStore) -> None:
    first = client.get("/v1/sessions?limit=2").json()
    rest = client.get(f"/v1/sessions?limit=2&cursor={first['next_cursor']}").json()

    assert [session["id"] for session in first["sessions"]] == ["talk-2", "talk-1"]
    assert [session["id"] for session in rest["sessions"]] == ["talk-0", "s-1"]
    assert (first["total"], rest["next_cursor"]) == (4, None)
    latest = first["sessions"][0]
    assert (latest["runs"], latest["user_id"], latest["last_run_id"]) == (2, "u-5", f"{5:032x}")
    assert latest["last_at"] - latest["first_at"] == 3000
    assert latest["tokens"]["input"] == 24


def test_statistics_sum_up_what_ran(client: Client, store: SpanStore) -> None:
    begin = START_NS // 1_000_000 - 1000
    found = client.get(
        f"/v1/stats/usage?started_after={begin}&started_before={begin + 4000}&periods=4"
    ).json()

    assert [period["runs"] for period in found["periods"]] == [0, 3, 0, 0]
    assert (found["total"]["runs"], found["total"]["failed_runs"]) == (3, 1)
    assert found["total"]["latency"] == {"p50_ms": 50.0, "p95_ms": 2000.0}
    assert found["total"]["tokens"]["input"] == 4012
    [model] = found["models"]
    assert (model["name"], model["runs"], model["steps"], model["failures"]) == ("gpt-4o", 2, 2, 0)
    assert model["cost_usd"] == pytest.approx(found["total"]["cost_usd"])
    assert [(tool["name"], tool["steps"]) for tool in found["tools"]] == [("weather", 1)]
    agents = {agent["name"]: agent["tokens"]["input"] for agent in found["agents"]}
    assert agents == {"planner": 12, "seller": 4000, "broken": None}


def test_a_time_that_ends_before_it_begins_holds_nothing(client: Client) -> None:
    found = client.get("/v1/stats/usage?started_after=5&started_before=4&periods=2").json()

    assert [period["runs"] for period in found["periods"]] == [0, 0]
    assert found["total"]["latency"] == {"p50_ms": None, "p95_ms": None}


def test_the_server_tells_how_it_was_set_up_and_no_secret(
    client_of: Callable[[TraceConfig], Client], config: TraceConfig
) -> None:
    info = client_of(replace(config, api_key="hush-hush")).get("/v1/info")

    assert info.json()["store_path"].endswith("store/runs.db")
    assert info.json()["encrypted"] is False
    assert "hush" not in info.text
