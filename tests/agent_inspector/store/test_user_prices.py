"""The user's own prices: asked before the list, exact for every kind of token, and unknown is never 0."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.errors import ConfigError
from agent_inspector.store import open_store
from agent_inspector.store.user_prices import read_user_prices
from otel_bridge.dialects import Usage
from otel_bridge.record import SpanRecord

PRICES = {
    "house-model": {"input": 2, "cached_input": 0.2, "cache_write": 2.5, "output": 8, "reasoning": 10},
    "openai/gpt-4o": {"input": 1, "output": 1},
    "lab-*": {"input": 4},
    "lab-large*": {"input": 6, "output": 12},
}


@pytest.fixture
def prices_file(tmp_path: Path) -> Path:
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(PRICES))
    return path


@pytest.mark.parametrize(
    ("provider", "model", "usage", "nano_usd"),
    [
        # 100 fresh, 800 cached, 100 written; 20 said, 30 thought
        (None, "house-model", Usage(1000, 50, 800, 100, 30), 100 * 2000 + 800 * 200 + 100 * 2500 + 20 * 8000 + 30 * 10000),
        ("openai", "gpt-4o", Usage(10, 5, 4), 15_000),
        ("azure", "gpt-4o", Usage(10, 5), None),
        (None, "lab-large-2", Usage(10, 1), 72_000),
        (None, "lab-small", Usage(10, None), 40_000),
        (None, "lab-small", Usage(10, 1), None),
        (None, "lab-small", Usage(), None),
        (None, None, Usage(10, 5), None),
    ],
)  # fmt: skip
def test_each_kind_of_token_has_its_price(
    prices_file: Path, provider: str | None, model: str | None, usage: Usage, nano_usd: int | None
) -> None:
    assert read_user_prices(str(prices_file)).price_nano_usd(provider, model, usage) == nano_usd


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ("[]", "must hold an object of models"),
        ('{"m": {"inptu": 1}}', "'m' must have numbers"),
        ('{"m": {"input": -1}}', "'m' must have numbers"),
        ('{"m": {}}', "'m' must have numbers"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "prices.json").write_text(content)

    with pytest.raises(ConfigError, match=sentence):
        read_user_prices(str(tmp_path / "prices.json"))


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_user_prices(str(tmp_path / "none.json"))


def test_the_users_price_stands_before_the_lists(tmp_path: Path, prices_file: Path) -> None:
    call = SpanRecord(
        "a" * 32,
        "b" * 16,
        None,
        "chat gpt-4o",
        10**18,
        10**18 + 10**9,
        attributes={
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o",
            "gen_ai.usage.input_tokens": 10,
            "gen_ai.usage.output_tokens": 5,
        },
    )
    store = open_store(TraceConfig(db_path=str(tmp_path / "runs.db"), prices_file=str(prices_file)))
    store.write([call])
    store.price_pending()
    run = store.read_run("a" * 32)
    store.close()

    assert run is not None
    assert run.cost_usd == 15e-6
