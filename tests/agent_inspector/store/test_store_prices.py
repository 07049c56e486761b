from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timezone
from decimal import Decimal

import genai_prices
import pytest

from agent_inspector.store.prices import price_nano_usd
from otel_bridge.dialects import Usage

NOW_NS = 1_760_000_000_000_000_000


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-4o"),
        ("anthropic", "claude-sonnet-4-5"),
        ("gcp.vertex_ai", "gemini-2.5-pro"),
        ("aws.bedrock", "anthropic.claude-sonnet-4-20250514-v1:0"),
        ("x_ai", "grok-3"),
        (None, "gpt-4o-mini"),
    ],
)
@pytest.mark.parametrize("size", [1, 7_321, 300_000])
def test_prices_are_those_of_the_price_list(provider: str | None, model: str, size: int) -> None:
    usage = Usage(input=size * 3, output=size, cached_input=size, cache_write=size)
    stated = genai_prices.calc_price(
        genai_prices.Usage(
            input_tokens=size * 3, output_tokens=size, cache_read_tokens=size, cache_write_tokens=size
        ),
        model,
        provider_id=provider.replace("_", "-") if provider else None,
        genai_request_timestamp=datetime.fromtimestamp(NOW_NS // 10**9, timezone.utc),
    )
    price = price_nano_usd(provider, model, usage, NOW_NS)

    assert price is not None
    assert abs(Decimal(price) / 10**9 - stated.total_price) <= Decimal("1e-9")


def test_cached_tokens_that_the_input_leaves_out_are_added() -> None:
    apart = price_nano_usd("openai", "gpt-4o", Usage(input=10, output=0, cached_input=100), NOW_NS)

    assert apart == price_nano_usd("openai", "gpt-4o", Usage(input=110, output=0, cached_input=100), NOW_NS)


@pytest.mark.parametrize(
    ("provider", "model", "usage"),
    [
        ("openai", "made-up", Usage(input=1)),
        ("ollama", "llama3", Usage(input=1)),
        ("openai", None, Usage(input=1)),
        ("openai", "gpt-4o", Usage()),
    ],
)
def test_what_is_not_known_has_no_price(provider: str, model: str | None, usage: Usage) -> None:
    assert price_nano_usd(provider, model, usage, NOW_NS) is None


def test_the_price_list_is_loaded_only_when_it_is_needed() -> None:
    code = "import agent_inspector.store.sqlite, sys; print('genai_prices' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed == "False\n"
