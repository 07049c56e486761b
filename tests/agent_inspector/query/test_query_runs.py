from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from agent_inspector.errors import NotFound
from agent_inspector.model import RunFilter, Stats
from agent_inspector.query import (
    QueryError,
    changed_runs,
    count_steps,
    export_run,
    get_run,
    get_stats,
    get_step,
    list_details,
    list_runs,
    list_steps,
)
from agent_inspector.query.cursor import read_cursor, write_cursor
from agent_inspector.store import ORDERS, SpanStore
from otel_bridge.record import SpanEvent, SpanRecord

Make = Callable[..., SpanRecord]
TRACE = f"{1:032x}"
AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "support-desk"}
CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.provider.name": "openai",
    "gen_ai.input.messages": "hello",
    "gen_ai.output.messages": "good day",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 100,
}


def test_the_whole_of_a_run(store: SpanStore, span: Make) -> None:
    attributes = AGENT | {
        "gen_ai.output.messages": "It ships on Monday.",
        "gen_ai.input.messages": "When does it ship?",
        "agent_inspector.metadata": '{"version": 7}',
        "user.id": "u1",
        "session.id": "s1",
    }
    store.write([span(1, attributes=attributes), span(2, parent=1, start=1, attributes=CHAT)])
    store.price_pending()

    run = asdict(get_run(store, TRACE))
    assert run.pop("created_at") > 0
    assert run == snapshot(
        {
            "id": "00000000000000000000000000000001",
            "name": "support-desk",
            "status": "completed",
            "started_at": 1700000000000,
            "completed_at": 1700000000009,
            "duration_ms": 9.0,
            "outcome": 'Answered "It ships on Monday."',
            "root_step_id": "0000000000000001",
            "agent_type": None,
            "user_id": "u1",
            "session_id": "s1",
            "metadata": {"version": 7},
            "step_count": 2,
            "llm_calls": 1,
            "tool_calls": 0,
            "error_count": 0,
            "tokens": {
                "input": 1000,
                "output": 100,
                "cached_input": None,
                "cache_write": None,
                "reasoning": None,
            },
            "cost_usd": 0.0035,
            "models": ["gpt-4o"],
            "agents": ["support-desk"],
            "tools": [],
            "dropped_spans": 0,
            "input_preview": "When does it ship?",
            "output_preview": "It ships on Monday.",
        }
    )


def test_the_whole_of_a_step(store: SpanStore, span: Make) -> None:
    store.write([span(1, attributes=AGENT), span(2, parent=1, start=1, attributes=CHAT)])
    store.price_pending()

    assert asdict(list_steps(store, TRACE)[1]) == snapshot(
        {
            "id": "0000000000000002",
            "run_id": "00000000000000000000000000000001",
            "parent_event_id": "0000000000000001",
            "number": 2,
            "type": "llm_call",
            "kind": "llm",
            "name": "gpt-4o",
            "sentence": 'gpt-4o wrote "good day"',
            "status": "completed",
            "timestamp": 1700000000001,
            "offset_ms": 1.0,
            "duration_ms": 8.0,
            "agent": None,
            "model": "gpt-4o",
            "provider": "openai",
            "tool_name": None,
            "tokens": {
                "input": 1000,
                "output": 100,
                "cached_input": None,
                "cache_write": None,
                "reasoning": None,
            },
            "counted": True,
            "cost_usd": 0.0035,
            "error_type": None,
            "error_message": None,
            "framework": False,
        }
    )


def test_the_whole_of_a_detail(store: SpanStore, span: Make) -> None:
    record = span(
        2,
        attributes={
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "f",
            "blob": b"\x00",
            "error.type": "E",
        },
        status="error",
        events=(
            SpanEvent("exception", 5, {"exception.message": "m" * 300, "exception.stacktrace": "Traceback"}),
        ),
        resource={"service.name": "s"},
        scope_name="scope",
        scope_version="2",
        redactions={"email": 1},
    )
    store.write([record])
    detail = asdict(get_step(store, TRACE, f"{2:016x}"))

    json.dumps(detail)
    assert detail["error"].pop("message") == "m" * 300
    detail.pop("step")
    assert detail["events"][0]["attributes"].pop("exception.message") == "m" * 300
    assert detail == snapshot(
        {
            "content": {
                "input_messages": None,
                "output_messages": None,
                "system_instructions": None,
                "tool_definitions": None,
                "parameters": {},
                "finish_reason": None,
                "first_token_ms": None,
                "tool_call_id": None,
                "tool_arguments": None,
                "tool_result": None,
                "input_value": None,
                "output_value": None,
            },
            "error": {"type": "E", "stack_trace": "Traceback"},
            "redactions": {"email": 1},
            "attributes": {
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": "f",
                "blob": "AA==",
                "error.type": "E",
            },
            "resource": {"service.name": "s"},
            "events": [
                {
                    "name": "exception",
                    "time_ns": 5,
                    "attributes": {
                        "exception.stacktrace": "Traceback",
                    },
                }
            ],
            "links": [],
            "scope": "scope 2",
            "span_name": "span 2",
            "dropped_attributes": 0,
        }
    )


def test_pages_follow_each_other_and_end(store: SpanStore, span: Make) -> None:
    for trace in range(1, 8):
        store.write([span(1, trace=trace, start=trace)])

    for order in ORDERS:
        seen: list[str] = []
        cursor = None
        while True:
            page = list_runs(store, limit=3, cursor=cursor, order_by=order)
            assert page.total == 7
            seen += [run.id for run in page.runs]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert 7 == len(set(seen)) == len(seen)
    assert [f"{1:032x}"] == [run.id for run in list_runs(store, limit=3, offset=6).runs]


@given(st.sampled_from(ORDERS), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text())
def test_a_cursor_is_read_as_it_was_written(order: str, descending: bool, number: int, name: str) -> None:
    position = (name if order == "name" else number, 5)

    assert position == read_cursor(
        write_cursor(position, order, descending=descending), order, descending=descending
    )


@given(st.text())
def test_any_other_text_is_refused_as_a_cursor(text: str) -> None:
    with pytest.raises(QueryError):
        read_cursor(text, "started_at", descending=True)


def test_a_cursor_of_another_order_and_an_unknown_order_are_refused(store: SpanStore, span: Make) -> None:
    store.write([span(1, trace=1), span(1, trace=2)])
    cursor = list_runs(store, limit=1).next_cursor

    with pytest.raises(QueryError, match="another order"):
        list_runs(store, cursor=cursor, order_by="name")
    with pytest.raises(QueryError, match="cannot be sorted by 'id; DROP"):
        list_runs(store, order_by="id; DROP TABLE runs")


def test_ids_may_be_shortened_or_be_those_of_a_step(store: SpanStore, span: Make) -> None:
    first, second = 0xABCD1 << 108, 0xABCD2 << 108
    store.write([span(1, trace=first), span(0xBEEF, trace=second, parent=1)])

    assert f"{first:032x}" == get_run(store, "ABCD1").id
    assert f"{second:032x}" == get_run(store, f"{0xBEEF:016x}").id
    assert 1 == len(list_steps(store, "abcd2")) == count_steps(store, "abcd2")
    for wrong, sentence in (
        ("abcd", "Several runs"),
        ("abc", "not the id"),
        ("%", "not the id"),
        ("ffff", "no run"),
        ("0" * 33, "not the id"),
    ):
        with pytest.raises(NotFound, match=sentence):
            get_run(store, wrong)


def test_unknown_steps_are_not_found(store: SpanStore, span: Make) -> None:
    store.write([span(1, trace=1), span(2, trace=2)])

    for wrong in (f"{2:016x}", "1", "x" * 16):
        with pytest.raises(NotFound, match="has no step"):
            get_step(store, TRACE, wrong)


def test_an_empty_store_has_empty_answers(store: SpanStore) -> None:
    page = list_runs(store, RunFilter(search="x", user_id="u"))

    assert (page.runs, page.total, page.next_cursor) == ([], 0, None)
    assert changed_runs(store, 0) == (0, [])
    stats = get_stats(store)
    assert Stats(0, 0, 0, 0, 0, 0, 0, 0, stats.db_size_bytes, {}) == stats


def test_stats_count_runs_by_status(store: SpanStore, span: Make) -> None:
    store.write(
        [
            span(1, trace=1),
            span(1, trace=2, status="error"),
            span(1, trace=3, end=None),
            span(1, trace=4, attributes={"agent_inspector.outcome": "cancelled"}),
        ]
    )
    stats = get_stats(store)

    counts = (stats.completed_runs, stats.failed_runs, stats.running_runs, stats.cancelled_runs)
    assert counts == (1, 1, 1, 1)
    assert (stats.total_runs, stats.total_steps, stats.recent_runs_24h) == (4, 4, 0)


def test_an_export_is_json_whatever_was_recorded(store: SpanStore, span: Make) -> None:
    odd = {"bytes": b"\xff", "nan": float("nan"), "big": 2**80, "\ud800": "\udfff", "deep": [{"a": (1, 2)}]}
    store.write(
        [span(1, name="\ud800", attributes=odd | {"agent_inspector.metadata": odd}), span(2, parent=1)]
    )
    exported = export_run(store, TRACE)

    json.dumps(exported, ensure_ascii=False, allow_nan=False).encode()
    for detail in list_details(store, TRACE):
        json.dumps(asdict(detail), ensure_ascii=False, allow_nan=False).encode()
    assert 2 == exported["run"]["step_count"] == len(exported["timeline"])
    assert f"{1:016x}" == exported["timeline"][0]["data"]["event_id"]
