"""AutoGen: a team of a clerk with tools and a writer."""

from __future__ import annotations

import asyncio
import os
from contextlib import nullcontext

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_ext.models.openai import OpenAIChatCompletionClient

from agent_inspector.adapters import enable_autogen


def check_stock(product: str) -> int:
    """Count how many of a product are in the warehouse."""
    return 30


def shipping_days(city: str) -> int:
    """Say how many days a parcel takes to a city."""
    raise ValueError(f"nothing goes to {city}")


async def main() -> None:
    model = OpenAIChatCompletionClient(model="gpt-4o", base_url=os.environ["MODEL_URL"], api_key="none")
    clerk = AssistantAgent("clerk", model, tools=[check_stock, shipping_days], reflect_on_tool_use=True)
    team = RoundRobinGroupChat(
        [clerk, AssistantAgent("writer", model)], termination_condition=MaxMessageTermination(3)
    )
    with enable_autogen(run_name="team") if os.environ.get("ADAPTER") else nullcontext():
        result = await team.run(task=os.environ["QUESTION"])
    print(result.messages[-2].content)
    await model.close()


asyncio.run(main())
