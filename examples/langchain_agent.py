"""A LangChain agent in a warehouse: Agent Inspector is not imported, only started around it.

agent-inspector run -- python examples/langchain_agent.py
opentelemetry-instrument python examples/langchain_agent.py
"""

from __future__ import annotations

from endpoint import open_endpoint
from langchain.agents import create_agent
from langchain_core.tools import ToolException, tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import SecretStr

STOCK = {"blue lamp": 30, "red lamp": 4}
QUESTIONS = ("Can 12 blue lamps be in Oslo by Monday? Today is Thursday.", "Then please reserve 40 of them.")


@tool
def check_stock(product: str) -> int:
    """Count how many of a product are in the warehouse."""
    return STOCK.get(product, 0)


@tool
def shipping_days(city: str) -> int:
    """Say how many days a parcel takes to a city."""
    return {"Oslo": 3, "Lisbon": 4}.get(city, 7)


@tool
def reserve(product: str, quantity: int) -> str:
    """Set a quantity of a product aside for a customer."""
    if quantity > STOCK.get(product, 0):
        raise ToolException(f"Only {STOCK.get(product, 0)} of {product} are in stock.")
    return "reservation R-77"


# The message of a failed reservation goes to the model instead of ending the agent.
reserve.handle_tool_error = True


def main() -> None:
    endpoint = open_endpoint()
    agent = create_agent(
        model=ChatOpenAI(
            model=endpoint.model,
            base_url=endpoint.base_url,
            api_key=SecretStr(endpoint.api_key),
            temperature=endpoint.temperature,
            timeout=endpoint.timeout_s,
        ),
        tools=[check_stock, shipping_days, reserve],
        system_prompt="You answer for a warehouse. Promise nothing that your tools do not say.",
        checkpointer=InMemorySaver(),
        name="warehouse",
    )
    for question in QUESTIONS:
        print(f"Customer: {question}")
        state = agent.invoke(
            {"messages": [{"role": "user", "content": question}]},
            {"configurable": {"thread_id": "customer-12"}},
        )
        print(f"Warehouse: {state['messages'][-1].text}")
    print("\nTo see this run, start it with `agent-inspector run --`, then `agent-inspector server`:")
    print("http://127.0.0.1:8000/ui/")


if __name__ == "__main__":
    main()
