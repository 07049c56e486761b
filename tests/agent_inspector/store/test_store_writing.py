from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from agent_inspector.config import TraceConfig
from agent_inspector.model import RunFilter, Tokens
from agent_inspector.store import RunSelection, SpanStore, open_store
from otel_bridge.record import SpanEvent, SpanLink, SpanRecord

Make = Callable[..., SpanRecord]
TRACE = f"{1:032x}"


def read_back(store: SpanStore, record: SpanRecord) -> SpanRecord:
    return store.read_records(record.trace_id, [record.span_id])[record.span_id]


def test_a_whole_span_comes_back_as_it_was_written(store: SpanStore, span: Make) -> None:
    record = span(
        1,
        kind="client",
        status="error",
        status_message="no",
        attributes={"text": "é", "blob": b"\x00\xff", "list": [1, 2.5, None, {"deep": True}], "big": 2**70},
        events=(SpanEvent("exception", 5, {"exception.type": "E"}),),
        links=(SpanLink(f"{2:032x}", f"{3:016x}", {"why": "join"}),),
        resource={"service.name": "agent"},
        scope_name="scope",
        scope_version="1",
        parent_is_remote=True,
        dropped_attributes=1,
        redactions={"email": 2},
        process_id=store.process_id,
    )

    store.write([record])

    assert record == read_back(store, record)


def test_nan_and_lone_surrogates_survive(store: SpanStore, span: Make) -> None:
    record = span(1, name="bad \ud800 name", attributes={"nan": math.nan, "user.id": "\udfff"})

    store.write([record])
    found = read_back(store, record)

    assert record.name == found.name
    assert math.isnan(found.attributes["nan"])  # type: ignore[arg-type]  # it is a float
    assert store.read_runs(RunSelection())[0].user_id == "\\udfff"


def test_an_open_version_is_updated_and_then_replaced_by_the_finished_one(
    store: SpanStore, span: Make
) -> None:
    for version in (span(1, end=None, name="a"), span(1, end=None, name="b"), span(1, name="c")):
        store.write([version])
        assert version == read_back(store, version)
    store.write([span(1, end=None, name="late")])

    assert read_back(store, span(1)).name == "c"
    assert store.read_runs(RunSelection())[0].step_count == 1


def test_an_open_version_never_replaces_a_finished_one_of_the_same_batch(
    store: SpanStore, span: Make
) -> None:
    store.write([span(1, name="done"), span(1, end=None, name="open")])

    row = store.read_runs(RunSelection())[0]
    assert (row.name, row.status, row.step_count) == ("done", "completed", 1)


def test_one_bad_span_does_not_harm_its_neighbours(store: SpanStore, span: Make) -> None:
    class Trap(dict[str, object]):
        def items(self):  # type: ignore[no-untyped-def]
            raise RuntimeError

        def __iter__(self):  # type: ignore[no-untyped-def]
            raise RuntimeError

        def get(self, *_: object) -> object:
            raise RuntimeError

    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    nonsense = SpanRecord("not hex", "x", None, "lost", 0, 1)
    store.write(
        [span(1), span(2, parent=1, attributes=Trap()), span(3, parent=1, attributes={"a": deep}), nonsense]
    )
    store.beat({})

    rows = store.read_spans(TRACE)
    assert [row.status for row in rows] == ["completed", "failed", "failed"]
    assert rows[1].facts["error_message"] == "could not be recorded: RuntimeError"
    assert store.read_totals(0).losses == {"unreadable": 1}


def test_a_run_takes_its_name_and_status_from_the_root_whenever_it_arrives(
    store: SpanStore, span: Make
) -> None:
    store.write([span(2, parent=1, start=1, name="child", attributes={"user.id": "u1"})])
    before = store.read_runs(RunSelection())[0]
    store.write([span(1, name="root", status="error")])
    after = store.read_runs(RunSelection())[0]

    assert (
        before.name,
        before.status,
        before.root_span_id,
        before.user_id,
    ) == ("child", "running", None, "u1")
    assert ("root", "failed", f"{1:016x}", "u1") == (
        after.name,
        after.status,
        after.root_span_id,
        after.user_id,
    )


def test_a_local_root_outranks_a_remote_one(store: SpanStore, span: Make) -> None:
    store.write([span(5, parent=2, parent_is_remote=True, name="server")])
    assert store.read_runs(RunSelection())[0].name == "server"

    store.write([span(1, start=3, name="client")])
    assert store.read_runs(RunSelection())[0].name == "client"


def test_tokens_and_cost_are_counted_once_in_any_order_of_arrival(store: SpanStore, span: Make) -> None:
    usage = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 200,
    }
    inner, between, outer = (
        span(4, parent=3, attributes=usage),
        span(3, parent=2),
        span(2, parent=1, attributes=usage),
    )
    for record in (outer, inner, between, span(1)):
        store.write([record])
    store.price_pending()

    row = store.read_runs(RunSelection())[0]
    assert (row.tokens.input, row.tokens.output, row.tokens.cached_input) == (1000, 100, 200)
    assert pytest.approx(0.00325) == row.cost_usd
    assert row.llm_calls == 1
    assert {f"{4:016x}"} == {found.span_id for found in store.read_spans(TRACE) if found.counted}


def test_the_price_of_an_unknown_model_is_unknown(store: SpanStore, span: Make) -> None:
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "made-up",
        "gen_ai.usage.input_tokens": 5,
    }
    store.write([span(1, attributes=attributes)])
    looked_at = store.price_pending()

    row = store.read_runs(RunSelection())[0]
    assert (row.tokens.input, row.tokens.output, row.cost_usd) == (5, None, None)
    assert (looked_at, store.price_pending()) == (1, 0)


def test_a_price_that_arrives_later_is_a_change_of_the_run(store: SpanStore, span: Make) -> None:
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 100,
    }
    store.write([span(1, attributes=attributes)])
    before, _ = store.read_changes(2**62)
    store.price_pending()

    after, changed = store.read_changes(before)
    assert after > before
    assert changed == [TRACE]
    store.write([span(1, attributes=attributes)])
    store.price_pending()
    assert store.read_runs(RunSelection())[0].cost_usd == pytest.approx(0.0035)


def test_a_store_that_has_priced_calls_prices_the_next_ones_at_once(store: SpanStore, span: Make) -> None:
    def call(number: int, model: str, **more: Any) -> SpanRecord:
        attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": model,
            "gen_ai.usage.input_tokens": 1000,
        }
        return span(number, attributes=attributes, **more)

    store.write([call(1, "gpt-4o")])
    store.price_pending()
    store.write([call(2, "gpt-4o", end=None), call(3, "gpt-4o", parent=1), call(4, "made-up", parent=1)])
    store.write([call(2, "gpt-4o")])

    costs = {row.span_id[-1]: row.cost_usd for row in store.read_spans(TRACE)}
    assert costs == {
        "1": pytest.approx(0.0025),
        "2": pytest.approx(0.0025),
        "3": pytest.approx(0.0025),
        "4": None,
    }
    assert store.price_pending() == 0
    assert store.read_runs(RunSelection())[0].cost_usd == pytest.approx(0.0025 * 2)


def test_a_failure_that_passes_through_several_spans_counts_once(store: SpanStore, span: Make) -> None:
    store.write(
        [span(3, parent=2, status="error"), span(2, parent=1, status="error"), span(1, status="error")]
    )
    store.write([span(4, parent=1, status="error")])

    assert store.read_runs(RunSelection())[0].error_count == 2


def test_facets_follow_the_present_versions(store: SpanStore, span: Make) -> None:
    def chat(model: str) -> dict[str, str]:
        return {"gen_ai.operation.name": "chat", "gen_ai.request.model": model}

    store.write([span(1), span(2, parent=1, end=None, attributes=chat("draft"))])
    store.write([span(2, parent=1, attributes=chat("final")), span(3, parent=1, attributes=chat("final"))])

    assert store.read_runs(RunSelection())[0].models == ["final"]


def test_the_whole_row_of_a_run(store: SpanStore, span: Make) -> None:
    store.write(
        [
            span(
                1,
                attributes={
                    "gen_ai.operation.name": "invoke_agent",
                    "gen_ai.agent.name": "support-desk",
                    "agent_inspector.agent_type": "router",
                    "agent_inspector.metadata": '{"version": "7"}',
                    "session.id": "s1",
                    "user.id": "u1",
                },
            ),
            span(
                2,
                parent=1,
                attributes={"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"},
            ),
        ]
    )
    row = store.read_runs(RunSelection())[0]

    shown = row._asdict()
    assert shown.pop("created_ns") == shown.pop("last_sign_ns")
    assert shown == snapshot(
        {
            "trace_id": "00000000000000000000000000000001",
            "position": (1700000000000000000, 1),
            "name": "support-desk",
            "status": "completed",
            "start_ns": 1700000000000000000,
            "end_ns": 1700000000009000000,
            "root_span_id": "0000000000000001",
            "agent_type": "router",
            "user_id": "u1",
            "session_id": "s1",
            "step_count": 2,
            "llm_calls": 0,
            "tool_calls": 1,
            "error_count": 0,
            "tokens": Tokens(),
            "cost_usd": None,
            "models": [],
            "agents": ["support-desk"],
            "tools": ["search"],
            "dropped_spans": 0,
            "revision": 1,
            "facts": {"name": "support-desk", "metadata": {"version": "7"}},
        }
    )


def test_losses_are_those_last_reported(store: SpanStore, span: Make) -> None:
    store.write([span(1, process_id=store.process_id)])
    store.beat({"queue": 3})
    store.beat({"queue": 5, "size": 1, "none": 0})

    assert store.read_totals(0).losses == {"queue": 5, "size": 1}
    assert store.read_runs(RunSelection())[0].dropped_spans == 6


def test_encryption_leaves_no_word_in_any_file(
    encrypted_config: TraceConfig, encrypted_store: SpanStore, span: Make
) -> None:
    secrets = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "SECRETTOOL",
        "gen_ai.agent.name": "SECRETAGENT",
        "gen_ai.tool.call.result": "SECRETRESULT",
        "user.id": "SECRETUSER",
        "session.id": "SECRETSESSION",
        "error.type": "SECRETERROR",
        "agent_inspector.metadata": '{"a": "SECRETMETA"}',
    }
    record = span(1, name="SECRETNAME", attributes=secrets, resource={"service.name": "SECRETSERVICE"})
    encrypted_store.write([record])

    files = [file.read_bytes() for file in Path(encrypted_config.db_path).parent.iterdir()]
    assert not any(b"SECRET" in content for content in files)
    assert record == read_back(encrypted_store, record)
    for matching in (
        RunFilter(user_id="SECRETUSER"),
        RunFilter(session_id="SECRETSESSION"),
        RunFilter(search="ttool"),
    ):
        assert encrypted_store.count_runs(matching) == 1


def test_old_content_stays_readable_and_findable_when_encryption_is_turned_on_and_off(
    config: TraceConfig, encrypted_config: TraceConfig, span: Make
) -> None:
    encrypted_config.db_path = config.db_path
    config.encryption_key = encrypted_config.encryption_key
    for trace, setting in enumerate((config, encrypted_config, config, encrypted_config), 1):
        store = open_store(setting)
        store.write([span(1, trace=trace, name="again", attributes={"user.id": "u"})])
        store.close()

    for setting in (config, encrypted_config):
        store = open_store(setting)
        assert [row.name for row in store.read_runs(RunSelection())] == ["again"] * 4
        assert 4 == store.count_runs(RunFilter(user_id="u")) == store.count_runs(RunFilter(search="AGA"))
        store.close()
