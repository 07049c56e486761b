"""LangGraph: graphs, subgraphs, pauses and hand-overs of the real package, recorded and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import pytest

from agent_inspector import query
from agent_inspector.adapters import enable_langchain, get_callback_handler
from tests.agent_inspector.adapters.conftest import Recorded, tree

pytest.importorskip("langgraph")
pytest.importorskip("langchain_openai")

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import InjectedToolCallId, tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command, interrupt
from pydantic import SecretStr

if TYPE_CHECKING:
    from model_server.server import ModelServer


class Order(TypedDict, total=False):
    amount: int
    approved: str


def test_the_nodes_of_a_graph_are_steps_with_their_state(recorded: Recorded) -> None:
    def double(state: Order) -> Order:
        return {"amount": state["amount"] * 2}

    def approve(state: Order) -> Order:
        return {"approved": "yes"}

    graph = StateGraph(Order)
    graph.add_node("double", double)
    graph.add_node("approve", approve)
    graph.add_edge(START, "double")
    graph.add_edge("double", "approve")
    with enable_langchain(run_name="order"):
        graph.compile(name="order_graph").invoke({"amount": 21})
    steps = {step.name: step for step in recorded.steps()}
    content = query.get_step(recorded.store, recorded.run().id, steps["double"].id).content

    assert tree(recorded) == [
        (0, "agent", "order"),
        (1, "agent", "order_graph"),
        (2, "chain", "double"),
        (2, "chain", "approve"),
        (1, "final", "Final Answer"),
    ]
    assert (content.input_value, content.output_value) == ({"amount": 21}, {"amount": 42})


def test_a_graph_inside_a_node_is_an_agent_of_that_name(recorded: Recorded) -> None:
    def add(state: Order) -> Order:
        return {"amount": state["amount"] + 1}

    inner = StateGraph(Order)
    inner.add_node("add", add)
    inner.add_edge(START, "add")
    outer = StateGraph(Order)
    outer.add_node("billing", inner.compile())
    outer.add_edge(START, "billing")
    outer.compile(name="shop").invoke({"amount": 1}, {"callbacks": get_callback_handler()})

    assert tree(recorded) == [
        (0, "agent", "shop"),
        (1, "chain", "billing"),
        (2, "agent", "billing"),
        (3, "chain", "add"),
        (1, "final", "Final Answer"),
    ]


def test_a_graph_that_waits_for_a_person_has_not_failed(recorded: Recorded) -> None:
    def ask(state: Order) -> Order:
        return {"approved": interrupt("Is that right?")}

    graph = StateGraph(Order)
    graph.add_node("ask", ask)
    graph.add_edge(START, "ask")
    compiled = graph.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t1"}, "callbacks": get_callback_handler()}
    compiled.invoke({"amount": 1}, config)
    compiled.invoke(Command(resume="yes"), config)
    asked, resumed = recorded.runs()

    assert (asked.status, resumed.status) == ("completed", "completed")
    assert (asked.session_id, resumed.session_id) == ("t1", "t1")
    assert [step.status for step in recorded.steps(asked.id) if step.name == "ask"] == ["completed"]


def test_a_node_that_raises_fails_the_run_and_its_steps(recorded: Recorded) -> None:
    def burst(state: Order) -> Order:
        raise ValueError("no stock")

    graph = StateGraph(Order)
    graph.add_node("burst", burst)
    graph.add_edge(START, "burst")
    with pytest.raises(ValueError, match="no stock"):
        graph.compile(name="shop").invoke({"amount": 1}, {"callbacks": get_callback_handler()})
    run = recorded.run()

    assert (run.name, run.status) == ("shop", "failed")
    assert [step.status for step in recorded.steps() if step.name == "burst"] == ["failed"]


def test_a_tool_that_hands_over_records_a_hand_off(recorded: Recorded) -> None:
    @tool
    def transfer_to_billing(tool_call_id: Annotated[str, InjectedToolCallId]) -> Any:
        """Hand over to billing."""
        told = ToolMessage("Handed over.", tool_call_id=tool_call_id)
        return Command(goto="billing", update={"messages": [told]})

    call: Any = {"name": "transfer_to_billing", "args": {}, "id": "c1", "type": "tool_call"}

    def triage(state: MessagesState) -> Any:
        return transfer_to_billing.invoke(call)

    def billing(state: MessagesState) -> Any:
        return {"messages": [AIMessage("Refunded.")]}

    graph = StateGraph(MessagesState)
    graph.add_node("triage", triage, destinations=("billing",))
    graph.add_node("billing", billing)
    graph.add_edge(START, "triage")
    state: Any = {"messages": [HumanMessage("I was charged twice.")]}
    graph.compile(name="support").invoke(state, {"callbacks": get_callback_handler()})
    (step,) = (step for step in recorded.steps() if step.kind == "handoff")

    assert step.name == "Handoff: support → billing"
    assert recorded.run().output_preview == "Refunded."


def test_nodes_that_run_at_the_same_time_keep_their_own_models(
    recorded: Recorded, model_server: ModelServer
) -> None:
    model = ChatOpenAI(model="gpt-4o", base_url=model_server.base_url, api_key=SecretStr("none"))

    def asker(metal: str) -> Any:
        def ask(state: Order) -> Order:
            model.invoke(f"about {metal}")
            return {}

        return ask

    graph = StateGraph(Order)
    for metal in ("copper", "tin", "zinc"):
        graph.add_node(metal, asker(metal))
        graph.add_edge(START, metal)
    with enable_langchain():
        graph.compile(name="metals").invoke({"amount": 1})
    steps = recorded.steps()
    nodes = {step.id: step.name for step in steps if step.kind == "chain"}
    models = [step for step in steps if step.kind == "llm"]

    assert sorted(nodes.values()) == ["copper", "tin", "zinc"]
    assert len(models) == 3
    for step in models:
        metal = nodes[step.parent_event_id or ""]
        assert metal in step.sentence.lower()
