"""Pydantic AI: a desk agent asks a specialist agent through a tool, and the specialist's first tool fails."""

from __future__ import annotations

import os

from pydantic_ai import Agent, ModelRetry
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

model = OpenAIChatModel(
    "gpt-4o-mini", provider=OpenAIProvider(base_url=os.environ["MODEL_URL"], api_key="none")
)
desk = Agent(model, name="desk-agent")
billing = Agent(model, name="billing-agent")


@desk.tool_plain
def find_order(order_id: str) -> str:
    """Find an order."""
    return f"{order_id}: 42.00 euros"


@desk.tool_plain
async def ask_billing(request: str) -> str:
    """Ask the specialist."""
    return (await billing.run(request)).output


@billing.tool_plain
def find_charge(charge_id: str) -> str:
    """Find a charge."""
    raise ModelRetry(f"There is no charge {charge_id}")


@billing.tool_plain
def list_charges(order_id: str) -> str:
    """List an order's charges."""
    return f"{order_id}: ch_9c41, ch_9c40"


@billing.tool_plain
def refund_charge(charge_id: str, amount_cents: int) -> str:
    """Refund a charge."""
    return f"{amount_cents} of {charge_id} refunded"


print(desk.run_sync(os.environ["QUESTION"]).output)
