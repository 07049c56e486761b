"""LangChain: agents, models, tools, retrievers and chains of the real packages, recorded and read back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from agent_inspector import query, trace
from agent_inspector.adapters import LangChainTracer, enable_langchain, get_callback_handler
from tests.agent_inspector.adapters.conftest import Recorded, tree

pytest.importorskip("langchain")
pytest.importorskip("langchain_openai")

import httpx2
from langchain.agents import create_agent
from langchain.agents.middleware import wrap_tool_call
from langchain_core.callbacks import CallbackManagerForRetrieverRun, dispatch_custom_event
from langchain_core.documents import Document
from langchain_core.messages import ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import Tool, ToolException, tool
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from agent_inspector.adapters.langchain_adapter import LangChainInspectorCallback

if TYPE_CHECKING:
    from model_server.server import ModelServer

LAMPS = "Can 12 blue lamps be in Oslo by Monday? Today is Thursday."
LAMPS_ANSWER = "Yes. There are 30 blue lamps in stock, and Oslo takes 3 days: 12 of them arrive by Monday."
ZINC_ANSWER = "Zinc protects iron by rusting in its place."
INNERMOST = [
    (1, "llm", "gpt-4o"),
    (1, "tool", "check_stock"),
    (1, "tool", "shipping_days"),
    (1, "llm", "gpt-4o"),
    (1, "final", "Final Answer"),
]


@tool
def check_stock(product: str) -> int:
    """Count how many of a product are in the warehouse."""
    return 30


@tool
def shipping_days(city: str) -> int:
    """Say how many days a parcel takes to a city."""
    return 3


@tool
def reserve(product: str, quantity: int) -> str:
    """Set a quantity of a product aside."""
    if quantity > 30:
        raise ToolException("Only 30 of blue lamp are in stock.")
    return "reservation R-77"


def make_model(model_server: ModelServer, client: httpx2.AsyncClient | None = None) -> ChatOpenAI:
    return ChatOpenAI(
        model="gpt-4o",
        base_url=model_server.base_url,
        api_key=SecretStr("none"),
        temperature=0.2,
        max_retries=0,
        stream_usage=True,
        http_async_client=client,
    )


@pytest.fixture
def model(model_server: ModelServer) -> ChatOpenAI:
    return make_model(model_server)


@pytest.fixture
def agent(model: ChatOpenAI) -> Any:
    return create_agent(
        model, [check_stock, shipping_days], system_prompt="Promise nothing.", name="warehouse"
    )


def asking(text: str) -> Any:
    return {"messages": [{"role": "user", "content": text}]}


def content_of(recorded: Recorded, step_id: str) -> Any:
    return query.get_step(recorded.store, recorded.run().id, step_id).content


def in_tool_order(found: Sequence[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Tools of one turn run at the same time: put them into the order of their names."""
    tools = iter(sorted(step for step in found if step[1] == "tool"))
    return [next(tools) if step[1] == "tool" else step for step in found]


def test_an_agent_is_recorded_without_passing_callbacks(recorded: Recorded, agent: Any) -> None:
    with enable_langchain(run_name="flight_agent"):
        agent.invoke(asking(LAMPS))
    run = recorded.run()

    assert (run.name, run.status, run.agent_type) == ("flight_agent", "completed", "langchain")
    assert (run.input_preview, run.output_preview) == (LAMPS, LAMPS_ANSWER)
    assert in_tool_order(tree(recorded)) == [
        (0, "agent", "flight_agent"),
        (1, "agent", "warehouse"),
        (2, "llm", "gpt-4o"),
        (2, "tool", "check_stock"),
        (2, "tool", "shipping_days"),
        (2, "llm", "gpt-4o"),
        (1, "final", "Final Answer"),
    ]
    assert {step.agent for step in recorded.steps() if step.kind in ("llm", "tool")} == {"warehouse"}


@pytest.mark.parametrize("wrapped", [False, True])
def test_callbacks_can_be_passed_bare_or_in_a_list(recorded: Recorded, agent: Any, wrapped: bool) -> None:
    with enable_langchain() as callbacks:
        agent.invoke(asking(LAMPS), {"callbacks": [callbacks] if wrapped else callbacks})

    assert (recorded.run().name, recorded.run().llm_calls) == ("langchain_agent", 2)


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_handler_alone_makes_a_run_of_each_outermost_call(
    recorded: Recorded, agent: Any, wrapped: bool
) -> None:
    handler: Any = get_callback_handler()
    for _ in range(2):
        agent.invoke(asking(LAMPS), {"callbacks": [handler] if wrapped else handler})
    first, second = recorded.runs()

    assert (first.name, first.status, first.output_preview) == ("warehouse", "completed", LAMPS_ANSWER)
    assert (second.name, second.status, second.input_preview) == ("warehouse", "completed", LAMPS)
    assert in_tool_order(tree(recorded, first.id)) == [(0, "agent", "warehouse"), *INNERMOST]
    assert len(handler.recorder.open_calls) == 0


def test_the_handler_adds_to_a_run_that_encloses_it(recorded: Recorded, agent: Any) -> None:
    handler = get_callback_handler()
    with trace.run("mine"):
        agent.invoke(asking(LAMPS), {"callbacks": handler})

    assert tree(recorded)[:2] == [(0, "agent", "mine"), (1, "agent", "warehouse")]


def test_a_model_call_holds_what_was_asked_offered_and_spent(recorded: Recorded, agent: Any) -> None:
    agent.invoke(asking(LAMPS), {"callbacks": get_callback_handler()})
    run = recorded.run()
    first, last = (step for step in recorded.steps() if step.kind == "llm")
    asked, answered = content_of(recorded, first.id), content_of(recorded, last.id)
    calls = [part for part in asked.output_messages[0]["parts"] if part["type"] == "tool_call"]

    assert (first.model, first.provider) == ("gpt-4o", "openai")
    assert asked.parameters["temperature"] == 0.2
    assert [message["role"] for message in asked.input_messages] == ["system", "user"]
    assert [(call["name"], call["arguments"]) for call in calls] == [
        ("check_stock", {"product": "blue lamp"}),
        ("shipping_days", {"city": "Oslo"}),
    ]
    assert asked.finish_reason == "tool_calls"
    assert [definition["name"] for definition in asked.tool_definitions] == ["check_stock", "shipping_days"]
    assert [message["role"] for message in answered.input_messages] == [
        "system",
        "user",
        "assistant",
        "tool",
        "tool",
    ]
    assert answered.input_messages[3]["parts"][0]["response"] in ("30", 30)
    assert answered.finish_reason == "stop"
    assert run.tokens.input == (first.tokens.input or 0) + (last.tokens.input or 0) > 0
    assert last.tokens.cached_input is not None
    assert last.tokens.cached_input > 0
    assert last.tokens.reasoning == 0


def test_a_tool_call_holds_arguments_result_and_its_id(recorded: Recorded, agent: Any) -> None:
    agent.invoke(asking(LAMPS), {"callbacks": get_callback_handler()})
    (step,) = (step for step in recorded.steps() if step.name == "check_stock")
    content = content_of(recorded, step.id)

    assert content.tool_arguments == {"product": "blue lamp"}
    assert content.tool_result in ("30", 30)
    assert content.tool_call_id.startswith("call_")
    assert step.duration_ms is not None


def test_what_a_tool_records_itself_hangs_below_it(recorded: Recorded, model: ChatOpenAI) -> None:
    @tool
    def check_stock(product: str) -> int:
        """Count."""
        trace.memory_read("stock", 30)
        return 30

    agent = create_agent(model, [check_stock, shipping_days], name="warehouse")
    agent.invoke(asking(LAMPS), {"callbacks": get_callback_handler()})
    steps = {step.name: step for step in recorded.steps()}

    assert steps["stock"].parent_event_id == steps["check_stock"].id
    assert trace.get_active_context() is None


def test_an_agent_under_asyncio_is_recorded_alike(recorded: Recorded, model_server: ModelServer) -> None:
    async def main() -> None:
        async with httpx2.AsyncClient() as client:
            model = make_model(model_server, client)
            agent = create_agent(model, [check_stock, shipping_days], name="warehouse")
            async with enable_langchain(run_name="later"):
                await agent.ainvoke(asking(LAMPS))

    asyncio.run(main())

    assert in_tool_order(tree(recorded)) == [
        (0, "agent", "later"),
        (1, "agent", "warehouse"),
        *[(depth + 1, kind, name) for depth, kind, name in INNERMOST[:-1]],
        (1, "final", "Final Answer"),
    ]


def test_a_stream_tells_when_its_first_word_came(recorded: Recorded, model: ChatOpenAI) -> None:
    with enable_langchain():
        text = "".join(str(chunk.content) for chunk in model.stream("about zinc"))
    (step,) = (step for step in recorded.steps() if step.kind == "llm")
    content = content_of(recorded, step.id)

    assert text == ZINC_ANSWER
    assert content.output_messages[0]["parts"] == [{"type": "text", "content": ZINC_ANSWER}]
    assert content.first_token_ms is not None
    assert step.duration_ms is not None
    assert 0 < content.first_token_ms <= step.duration_ms
    assert content.parameters["stream"] is True
    assert (step.tokens.output or 0) > 0


def test_an_agent_that_streams_is_recorded_with_its_question(recorded: Recorded, agent: Any) -> None:
    for _ in agent.stream(asking(LAMPS), {"callbacks": get_callback_handler()}, stream_mode="messages"):
        pass
    run = recorded.run()

    assert (run.input_preview, run.output_preview) == (LAMPS, LAMPS_ANSWER)


def test_a_stream_that_is_given_up_leaves_nothing_open(recorded: Recorded, model: ChatOpenAI) -> None:
    handler: Any = get_callback_handler()
    chain = ChatPromptTemplate.from_messages([("user", "about {metal}")]) | model
    stream = chain.stream({"metal": "zinc"}, {"callbacks": handler})
    next(iter(stream))
    stream.close()  # type: ignore[attr-defined]  # it is a generator

    assert len(handler.recorder.open_calls) == 0
    assert trace.get_active_context() is None
    assert recorded.run().status in ("completed", "cancelled")


def test_the_agent_of_the_readme_in_todays_words(recorded: Recorded, model: ChatOpenAI) -> None:
    tools = [
        Tool(name="check_stock", func=lambda product: 30, description="Count a product"),
        Tool(name="shipping_days", func=lambda city: 3, description="Days to a city"),
    ]
    agent = create_agent(model, tools)
    with enable_langchain(run_name="langchain_flight_agent") as callbacks:
        result = agent.invoke(asking(LAMPS), {"callbacks": callbacks})

    assert result["messages"][-1].text == LAMPS_ANSWER
    assert recorded.run().name == "langchain_flight_agent"
    assert {step.name for step in recorded.steps() if step.kind == "tool"} == {"check_stock", "shipping_days"}


def test_a_chain_shows_its_model_and_not_its_plumbing(recorded: Recorded, model: ChatOpenAI) -> None:
    chain = ChatPromptTemplate.from_messages([("user", "about {metal}")]) | model | StrOutputParser()
    chain.invoke({"metal": "zinc"}, {"callbacks": [get_callback_handler()], "run_name": "metals"})
    run = recorded.run()

    assert run.output_preview == ZINC_ANSWER
    assert tree(recorded) == [
        (0, "agent", "metals"),
        (1, "llm", "gpt-4o"),
        (1, "final", "Final Answer"),
    ]


def test_a_function_in_a_chain_is_a_step_with_its_input_and_output(
    recorded: Recorded, model: ChatOpenAI
) -> None:
    def ask(metal: str) -> str:
        return f"about {metal}"

    chain = RunnableLambda(ask) | model
    chain.invoke("zinc", {"callbacks": get_callback_handler()})
    (step,) = (step for step in recorded.steps() if step.name == "ask")
    content = content_of(recorded, step.id)

    assert (step.kind, content.input_value, content.output_value) == ("chain", "zinc", "about zinc")


def test_a_tool_error_that_the_agent_recovers_from_fails_only_its_step(
    recorded: Recorded, model: ChatOpenAI
) -> None:
    reserving = reserve.model_copy(update={"handle_tool_error": True})
    agent = create_agent(model, [reserving], name="warehouse")
    agent.invoke(asking("Then please reserve 40 of them."), {"callbacks": get_callback_handler()})
    run = recorded.run()
    first, second = (step for step in recorded.steps() if step.kind == "tool")

    assert run.status == "completed"
    assert (first.status, second.status) == ("failed", "completed")
    assert first.error_message == "Only 30 of blue lamp are in stock."


def test_an_exception_that_a_middleware_turns_into_an_answer_does_not_fail_the_run(
    recorded: Recorded, model: ChatOpenAI
) -> None:
    @wrap_tool_call
    def explain(request: Any, handler: Any) -> Any:
        try:
            return handler(request)
        except ToolException as problem:
            return ToolMessage(str(problem), tool_call_id=request.tool_call["id"])

    agent = create_agent(model, [reserve], middleware=[explain], name="warehouse")
    agent.invoke(asking("Then please reserve 40 of them."), {"callbacks": get_callback_handler()})
    first, second = (step for step in recorded.steps() if step.kind == "tool")

    assert recorded.run().status == "completed"
    assert (first.status, first.error_type) == ("failed", "langchain_core.tools.base.ToolException")
    assert second.status == "completed"


def test_a_tool_error_that_nobody_handles_fails_the_run(recorded: Recorded, model: ChatOpenAI) -> None:
    agent = create_agent(model, [reserve], name="warehouse")
    with pytest.raises(ToolException):
        agent.invoke(asking("Then please reserve 40 of them."), {"callbacks": get_callback_handler()})
    run = recorded.run()

    assert (run.name, run.status) == ("warehouse", "failed")
    assert [step.status for step in recorded.steps() if step.kind == "tool"] == ["failed"]


def test_a_failing_model_fails_its_step_and_the_run(recorded: Recorded, model: ChatOpenAI) -> None:
    with pytest.raises(Exception, match="500"), enable_langchain():
        model.invoke("a server error")
    (step,) = (step for step in recorded.steps() if step.kind == "llm")

    assert recorded.run().status == "failed"
    assert step.status == "failed"
    assert "500" in (step.error_message or "")


def test_an_exception_caught_inside_the_block_does_not_fail_the_run(
    recorded: Recorded, model: ChatOpenAI
) -> None:
    with enable_langchain():
        with pytest.raises(Exception, match="500"):
            model.invoke("a server error")
        model.invoke("about zinc")

    assert (recorded.run().status, recorded.run().output_preview) == ("completed", ZINC_ANSWER)


def test_an_answer_of_ones_own_is_kept(recorded: Recorded, model: ChatOpenAI) -> None:
    with enable_langchain():
        model.invoke("about zinc")
        trace.final("Rust.")

    assert recorded.run().output_preview == "Rust."


class Shelf(BaseRetriever):
    """Finds the same two documents always."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document("Zinc melts at 420 degrees.", id="d1", metadata={"source": "book", "score": 0.9}),
            Document("Tin melts at 232 degrees.", id="d2"),
        ]


def test_a_retriever_is_a_step_with_its_documents(recorded: Recorded) -> None:
    with enable_langchain():
        Shelf().invoke("melting points")
    (step,) = (step for step in recorded.steps() if step.kind == "retrieval")
    content = content_of(recorded, step.id)

    assert content.input_value == "melting points"
    assert content.output_value == [
        {
            "id": "d1",
            "content": "Zinc melts at 420 degrees.",
            "score": 0.9,
            "metadata": {"source": "book", "score": 0.9},
        },
        {"id": "d2", "content": "Tin melts at 232 degrees."},
    ]


def test_agents_in_threads_keep_to_their_own_runs(recorded: Recorded, model: ChatOpenAI) -> None:
    handler: Any = get_callback_handler()

    def work(number: int) -> None:
        agent = create_agent(model, [check_stock, shipping_days], name=f"agent {number}")
        agent.invoke(asking(LAMPS), {"callbacks": handler})

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs = recorded.runs()

    assert sorted(run.name for run in runs) == [f"agent {number}" for number in range(4)]
    for run in runs:
        assert in_tool_order(tree(recorded, run.id)) == [(0, "agent", run.name), *INNERMOST]
        assert {step.agent for step in recorded.steps(run.id) if step.kind == "tool"} == {run.name}


def test_agents_in_tasks_keep_to_their_own_runs(recorded: Recorded, model_server: ModelServer) -> None:
    async def work(model: ChatOpenAI, number: int) -> None:
        agent = create_agent(model, [check_stock, shipping_days], name=f"agent {number}")
        with LangChainTracer(run_name=f"run {number}"):
            await agent.ainvoke(asking(LAMPS))

    async def main() -> None:
        async with httpx2.AsyncClient() as client:
            model = make_model(model_server, client)
            await asyncio.gather(*(work(model, number) for number in range(4)))

    asyncio.run(main())

    assert sorted(run.name for run in recorded.runs()) == [f"run {number}" for number in range(4)]
    for run in recorded.runs():
        agents = {step.agent for step in recorded.steps(run.id) if step.kind in ("llm", "tool")}
        assert agents == {f"agent {run.name[-1]}"}
        assert (run.llm_calls, run.tool_calls) == (2, 2)


def test_a_cancelled_agent_leaves_nothing_open(recorded: Recorded) -> None:
    handler: Any = get_callback_handler()

    async def wait(metal: str) -> str:
        await asyncio.sleep(60)
        return metal

    async def main() -> None:
        task = asyncio.create_task(RunnableLambda(wait).ainvoke("zinc", {"callbacks": handler}))
        while not len(handler.recorder.open_calls):
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert len(handler.recorder.open_calls) == 0
    assert recorded.run().status == "cancelled"


def test_an_agent_called_as_a_tool_hangs_below_it(recorded: Recorded, model: ChatOpenAI) -> None:
    inner = create_agent(model, [], name="expert")

    @tool
    def check_stock(product: str) -> str:
        """Ask the expert."""
        return str(inner.invoke(asking("about zinc"))["messages"][-1].text)

    outer = create_agent(model, [check_stock, shipping_days], name="warehouse")
    outer.invoke(asking(LAMPS), {"callbacks": get_callback_handler()})
    steps = {step.name: step for step in recorded.steps() if step.kind in ("agent", "tool")}

    assert steps["expert"].parent_event_id == steps["check_stock"].id
    assert recorded.run().agents == ["warehouse", "expert"]


def test_metadata_thread_and_user_reach_the_run(recorded: Recorded, agent: Any) -> None:
    config: Any = {
        "callbacks": get_callback_handler(),
        "metadata": {"ticket": 7, "session_id": "s1", "user_id": "u1"},
        "tags": ["night"],
    }
    agent.invoke(asking(LAMPS), config)
    run = recorded.run()

    assert (run.session_id, run.user_id) == ("s1", "u1")
    assert (run.metadata["ticket"], run.metadata["tags"]) == (7, ["night"])


def test_events_and_decisions_of_older_agents_are_steps(recorded: Recorded) -> None:
    def work(value: str) -> str:
        dispatch_custom_event("progress", {"percent": 50})
        return value

    with enable_langchain():
        RunnableLambda(work).invoke("x")
    (step,) = (step for step in recorded.steps() if step.name == "progress")

    assert content_of(recorded, step.id).input_value == {"percent": 50}


def test_a_value_that_cannot_be_read_does_not_break_the_agent(recorded: Recorded) -> None:
    class Hostile:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    def work(value: Any) -> Any:
        return [value, {value: value}]

    with enable_langchain():
        found = RunnableLambda(work).invoke(Hostile())

    assert len(found) == 2
    assert recorded.run().status == "completed"


def test_callbacks_out_of_order_are_ignored(recorded: Recorded) -> None:
    handler = LangChainInspectorCallback()
    handler.on_chain_end({}, run_id=uuid4())
    handler.on_tool_end("x", run_id=uuid4())
    handler.on_llm_error(ValueError("x"), run_id=uuid4())
    handler.on_chat_model_start({}, [[object()]], run_id=uuid4())  # type: ignore[list-item]  # the point of the test

    assert recorded.runs() == []
