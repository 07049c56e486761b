"""The OpenAI Agents SDK: an agent uses a tool, and then one that fails."""

from __future__ import annotations

import os

from agents import Agent, Runner, function_tool, set_default_openai_client
from openai import AsyncOpenAI

set_default_openai_client(AsyncOpenAI(base_url=os.environ["MODEL_URL"], api_key="none", max_retries=0))


@function_tool
def get_weather(city: str, day: str) -> str:
    """Say what the weather will be."""
    return f"{city} on {day}: showers, 15 degrees."


@function_tool
def calculate(expression: str) -> str:
    """Work out an expression."""
    raise ZeroDivisionError(f"{expression} has no value")


agent = Agent("weather-agent", instructions="Be brief.", model="gpt-4o-mini", tools=[get_weather, calculate])
for question in (os.environ["QUESTION"], "what is 1 / 0?"):
    print(Runner.run_sync(agent, question).final_output)
