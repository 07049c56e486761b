"""What a call costs by kind of token: the parts make up the whole, and each price has a source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.model import StepCost
from agent_inspector.store import open_store
from otel_bridge.record import SpanRecord

TRACE_ID = "c0" * 16
SPAN_ID = "00000000000000c1"
START_NS = 1_750_000_000_000_000_000


def cost_of(tmp_path: Path, used: Mapping[str, Any], prices: dict[str, Any] | None = None) -> StepCost | None:
    """Record a call and read what it costs."""
    given = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.provider.name": "openai",
    }
    span = SpanRecord(
        trace_id=TRACE_ID,
        span_id=SPAN_ID,
        parent_id=None,
        name="chat",
        start_ns=START_NS,
        end_ns=START_NS + 1_000_000,
        attributes={
            **given,
            **{f"gen_ai.{key.replace('__', '.')}": value for key, value in used.items()},
        },
    )
    config = TraceConfig(db_path=str(tmp_path / "spans.db"))
    if prices is not None:
        (tmp_path / "prices.json").write_text(json.dumps(prices))
        config = TraceConfig(db_path=str(tmp_path / "spans.db"), prices_file=str(tmp_path / "prices.json"))
    tmp_path.mkdir(exist_ok=True)
    store = open_store(config)
    try:
        store.write([span])
        store.price_pending()
        return store.read_cost(TRACE_ID, SPAN_ID)
    finally:
        store.close()


USED = {
    "usage__input_tokens": 6104,
    "usage__output_tokens": 212,
    "usage__cache_read__input_tokens": 2048,
    "usage__reasoning__output_tokens": 148,
}


def test_a_price_of_the_list_is_told_for_each_kind(tmp_path: Path) -> None:
    cost = cost_of(tmp_path, USED)

    assert cost is not None
    assert (cost.source, cost.priced_as) == ("price_list", "openai/gpt-4o")
    assert cost.list_version is not None
    assert [(part.kind, part.tokens, part.usd_per_million) for part in cost.parts] == [
        ("input", 4056, 2.5),
        ("cached_input", 2048, 1.25),
        ("cache_write", None, 2.5),
        ("output", 212, 10.0),
    ]
    assert sum(part.cost_usd or 0 for part in cost.parts) == pytest.approx(cost.cost_usd)


def test_a_model_that_costs_more_for_long_inputs_has_the_price_of_its_length(tmp_path: Path) -> None:
    long = {"request__model": "gemini-2.5-pro", "provider__name": "google", "usage__output_tokens": 10}
    short = cost_of(tmp_path / "short", {**long, "usage__input_tokens": 1000})
    cost = cost_of(tmp_path / "long", {**long, "usage__input_tokens": 300_000})

    assert short is not None
    assert cost is not None
    assert [part.usd_per_million for part in short.parts] == [1.25, 0.125, 1.25, 10]
    assert [part.usd_per_million for part in cost.parts] == [2.5, 0.25, 2.5, 15]
    assert sum(part.cost_usd or 0 for part in cost.parts) == pytest.approx(cost.cost_usd)


def test_the_file_of_the_user_comes_first_and_may_price_reasoning_apart(tmp_path: Path) -> None:
    cost = cost_of(tmp_path, USED, {"gpt-4*": {"input": 1, "output": 4, "reasoning": 6}})

    assert cost is not None
    assert (cost.source, cost.priced_as, cost.list_version) == ("price_file", "gpt-4*", None)
    assert [(part.kind, part.tokens, part.usd_per_million) for part in cost.parts] == [
        ("input", 4056, 1),
        ("cached_input", 2048, 1),
        ("cache_write", None, 1),
        ("output", 64, 4),
        ("reasoning", 148, 6),
    ]
    assert sum(part.cost_usd or 0 for part in cost.parts) == pytest.approx(cost.cost_usd)


def test_a_cost_that_the_span_states_has_no_price_of_a_kind(tmp_path: Path) -> None:
    cost = cost_of(tmp_path, {**USED, "usage__cost": 0.25})

    assert cost is not None
    assert (cost.source, cost.cost_usd) == ("span", 0.25)
    assert {part.usd_per_million for part in cost.parts} == {None}


def test_an_unknown_price_is_nowhere_zero(tmp_path: Path) -> None:
    cost = cost_of(tmp_path, {**USED, "request__model": "house-model", "provider__name": "house"})

    assert cost is not None
    assert (cost.source, cost.cost_usd) == (None, None)
    assert [(part.usd_per_million, part.cost_usd) for part in cost.parts] == [(None, None)] * 4


def test_a_step_of_another_kind_has_no_price(tmp_path: Path) -> None:
    assert cost_of(tmp_path, {"operation__name": "execute_tool", "tool__name": "look_up"}) is None
