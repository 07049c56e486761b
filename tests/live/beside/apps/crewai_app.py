"""CrewAI: a crew of a clerk with tools and a writer."""

from __future__ import annotations

import os
from contextlib import nullcontext

from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool

from agent_inspector.adapters import enable_crewai


@tool("check_stock")
def check_stock(product: str) -> str:
    """Count how many of a product are in the warehouse."""
    return "30"


@tool("shipping_days")
def shipping_days(city: str) -> str:
    """Say how many days a parcel takes to a city."""
    return "3"


llm = LLM(model="openai/gpt-4o-mini", base_url=os.environ["MODEL_URL"], api_key="none")
clerk = Agent(role="Clerk", goal="Help.", backstory="Old.", llm=llm, tools=[check_stock, shipping_days])
writer = Agent(role="Writer", goal="Help.", backstory="Old.", llm=llm)
tasks = [
    Task(description=os.environ["QUESTION"], expected_output="Words", agent=clerk, name="lamps"),
    Task(description="about zinc", expected_output="Words", agent=writer, name="zinc"),
]
with enable_crewai(run_name="crew") if os.environ.get("ADAPTER") else nullcontext():
    print(Crew(agents=[clerk, writer], tasks=tasks, name="press").kickoff())
