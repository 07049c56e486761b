"""LangChain's agent, which is a LangGraph graph: it uses a tool, and then one that fails."""

from __future__ import annotations

import os

from langchain.agents import create_agent
from langchain.agents.middleware import wrap_tool_call
from langchain.messages import ToolMessage
from langchain.tools import tool
from langchain_openai import ChatOpenAI


@tool
def get_weather(city: str, day: str) -> str:
    """Say what the weather will be."""
    return f"{city} on {day}: showers, 15 degrees."


@tool
def calculate(expression: str) -> str:
    """Work out an expression."""
    raise ZeroDivisionError(f"{expression} has no value")


@wrap_tool_call
def tell_the_model(request, handler):
    """Give the model the error, as a message."""
    try:
        return handler(request)
    except ZeroDivisionError as error:
        return ToolMessage(content=str(error), tool_call_id=request.tool_call["id"], status="error")


model = ChatOpenAI(base_url=os.environ["MODEL_URL"], api_key="none", model="gpt-4o-mini", max_retries=0)
agent = create_agent(model, [get_weather, calculate], name="weather-agent", middleware=[tell_the_model])
for question in (os.environ["QUESTION"], "what is 1 / 0?"):
    print(agent.invoke({"messages": [{"role": "user", "content": question}]})["messages"][-1].content)
