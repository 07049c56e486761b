"""The current Vercel AI SDK, which sends OTLP to the server."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.conftest import Served
from tests.live.recorded import Recorded
from tests.live.test_sdks import check_run, check_tools

REFUNDED = "Charge ch_9c41 was the duplicate. I refunded its 42.00 euros"


def test_an_agent_of_the_ai_sdk_is_one_run(run_node: Callable[[str, str], str], served: Served) -> None:
    printed = run_node("vercel_app.mjs", "Refund the duplicate charge of order A-17.")
    recorded = Recorded.at(served.store, printed)

    assert recorded.run.status == "completed"
    assert [line.partition(" > ")[2] for line in recorded.outline()] == [
        "llm gpt-4o-mini completed",
        "tool find_charge failed",
        "llm gpt-4o-mini completed",
        "tool list_charges completed",
        "llm gpt-4o-mini completed",
        "tool refund_charge completed",
        "llm gpt-4o-mini completed",
    ]
    check_tools(
        recorded,
        ({"charge_id": "ch_1042"}, None),
        ({"order_id": "A-17"}, "A-17: ch_9c41, ch_9c40"),
        ({"charge_id": "ch_9c41", "amount_cents": 4200}, "4200 of ch_9c41 refunded"),
    )
    check_run(recorded, "gpt-4o-mini", "openai", REFUNDED)
