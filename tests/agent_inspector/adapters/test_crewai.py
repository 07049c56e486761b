"""CrewAI: crews, agents and flows of the real package, recorded from its event bus."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from agent_inspector import query
from agent_inspector.adapters import enable_crewai
from tests.agent_inspector.adapters.conftest import Recorded, tree

# Its own usage statistics, which go to its maker.
os.environ.setdefault("CREWAI_DISABLE_TELEMETRY", "true")
os.environ.setdefault("CREWAI_TRACING_ENABLED", "false")

pytest.importorskip("crewai")

from crewai import LLM, Agent, Crew, Process, Task
from crewai.events import crewai_event_bus
from crewai.flow.flow import Flow, listen, start
from crewai.tools import tool

if TYPE_CHECKING:
    from model_server.server import ModelServer

pytestmark = [
    # CrewAI's own agent reads fields of its own that CrewAI has deprecated.
    pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning"),
    # CrewAI leaves its HTTP clients and an event loop to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ZINC_ANSWER = "Zinc protects iron by rusting in its place."


@tool("check_stock")  # type: ignore[untyped-decorator, unused-ignore]  # CrewAI is not there where types are checked
def check_stock(product: str) -> str:
    """Count how many of a product are in the warehouse."""
    return "30"


@tool("shipping_days")  # type: ignore[untyped-decorator, unused-ignore]  # as above
def shipping_days(city: str) -> str:
    """Say how many days a parcel takes to a city."""
    return "3"


@pytest.fixture(autouse=True)
def collect_garbage() -> Iterator[None]:
    """Make the garbage of each test be collected where its warnings are expected."""
    yield
    gc.collect()


@pytest.fixture
def llm(model_server: ModelServer) -> Any:
    return LLM(model="openai/gpt-4o-mini", base_url=model_server.base_url, api_key="none")


def agent(llm: Any, role: str, **more: Any) -> Any:
    return Agent(role=role, goal="Help.", backstory="Old.", llm=llm, **more)


def crew(llm: Any) -> Any:
    clerk, writer = agent(llm, "Clerk", tools=[check_stock, shipping_days]), agent(llm, "Writer")
    lamps = Task(
        description="Can 12 blue lamps be in Oslo by Monday?",
        expected_output="Words",
        agent=clerk,
        name="lamps",
    )
    zinc = Task(description="about zinc", expected_output="Words", agent=writer, name="zinc")
    return Crew(agents=[clerk, writer], tasks=[lamps, zinc], name="press")


def tools_sorted(found: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Tools of one turn run at the same time: put them into the order of their names."""
    tools = iter(sorted(step for step in found if step[1] == "tool"))
    return [next(tools) if step[1] == "tool" else step for step in found]


def test_a_crew_is_recorded_with_tasks_agents_models_and_tools(recorded: Recorded, llm: Any) -> None:
    with enable_crewai(run_name="lamps and zinc"):
        crew(llm).kickoff()
    run = recorded.run()

    assert (run.status, run.agent_type, run.output_preview) == ("completed", "crewai", ZINC_ANSWER)
    assert run.input_preview == "Can 12 blue lamps be in Oslo by Monday?"
    assert tools_sorted(tree(recorded)) == [
        (0, "agent", "lamps and zinc"),
        (1, "agent", "press"),
        (2, "agent", "Spawn: Clerk"),
        (2, "agent", "Spawn: Writer"),
        (2, "task", "Task: lamps → Clerk"),
        (2, "agent", "Clerk"),
        (3, "llm", "gpt-4o-mini"),
        (3, "tool", "check_stock"),
        (3, "tool", "shipping_days"),
        (3, "llm", "gpt-4o-mini"),
        (2, "task", "✓ Task: lamps"),
        (2, "task", "Task: zinc → Writer"),
        (2, "agent", "Writer"),
        (3, "llm", "gpt-4o-mini"),
        (2, "task", "✓ Task: zinc"),
        (1, "final", "Final Answer"),
    ]


def test_a_model_call_holds_what_was_asked_answered_and_spent(recorded: Recorded, llm: Any) -> None:
    with enable_crewai():
        crew(llm).kickoff()
    run = recorded.run()
    first, second, _ = (step for step in recorded.steps() if step.kind == "llm")
    asked = query.get_step(recorded.store, run.id, first.id).content
    tool_step = next(step for step in recorded.steps() if step.name == "check_stock")
    called = query.get_step(recorded.store, run.id, tool_step.id).content

    assert (first.model, first.agent, second.agent) == ("gpt-4o-mini", "Clerk", "Clerk")
    assert asked.input_messages is not None
    assert asked.output_messages is not None
    assert [message["role"] for message in asked.input_messages] == ["system", "user"]
    assert [part["name"] for part in asked.output_messages[0]["parts"]] == ["check_stock", "shipping_days"]
    assert asked.tool_definitions is not None
    assert {definition["name"] for definition in asked.tool_definitions} == {"check_stock", "shipping_days"}
    assert asked.finish_reason == "tool_calls"
    assert (second.tokens.cached_input or 0) > 0
    assert first.duration_ms is not None
    assert (called.tool_arguments, str(called.tool_result)) == ({"product": "blue lamp"}, "30")


def test_a_crew_that_fails_fails_its_run(recorded: Recorded, llm: Any) -> None:
    writer = agent(llm, "Writer", max_retry_limit=0)
    task = Task(description="a server error", expected_output="Words", agent=writer, name="hopeless")
    with pytest.raises(Exception, match="500"), enable_crewai():
        Crew(agents=[writer], tasks=[task], name="press").kickoff()
    failed = {step.name for step in recorded.steps() if step.status == "failed"}

    assert recorded.run().status == "failed"
    assert {"press", "Writer", "gpt-4o-mini", "✗ Task: hopeless"} <= failed


def test_an_agent_on_its_own_answers_the_run(recorded: Recorded, llm: Any) -> None:
    with enable_crewai():
        agent(llm, "Writer").kickoff("about zinc")

    assert recorded.run().output_preview == ZINC_ANSWER
    assert (1, "agent", "Writer") in tree(recorded)


def test_a_stream_tells_when_its_first_word_came(recorded: Recorded, model_server: ModelServer) -> None:
    llm = LLM(model="openai/gpt-4o-mini", base_url=model_server.base_url, api_key="none", stream=True)
    with enable_crewai():
        agent(llm, "Writer").kickoff("about zinc")
    (step,) = (step for step in recorded.steps() if step.kind == "llm")
    content = query.get_step(recorded.store, recorded.run().id, step.id).content

    assert content.first_token_ms is not None
    assert content.first_token_ms > 0


def test_a_flow_is_recorded_with_its_methods(recorded: Recorded, llm: Any) -> None:
    class Press(Flow):  # type: ignore[misc, type-arg, unused-ignore]  # CrewAI's class is generic in its state
        @start()  # type: ignore[untyped-decorator, unused-ignore]  # as above
        def research(self) -> str:
            return "zinc"

        @listen(research)  # type: ignore[untyped-decorator, unused-ignore]  # as above
        def write(self, metal: str) -> str:
            return str(llm.call(f"about {metal}"))

    with enable_crewai():
        assert Press().kickoff() == ZINC_ANSWER

    assert tree(recorded)[1:5] == [
        (1, "agent", "Press"),
        (2, "chain", "research"),
        (2, "chain", "write"),
        (3, "llm", "gpt-4o-mini"),
    ]


def test_only_what_is_asked_for_is_tracked(recorded: Recorded, llm: Any) -> None:
    with enable_crewai(track_task_assignments=False, track_tool_usage=False):
        crew(llm).kickoff()
    kinds = {step.kind for step in recorded.steps()}

    assert not kinds & {"task", "tool"}
    assert recorded.run().llm_calls == 3


def test_nothing_is_recorded_outside_of_the_block(recorded: Recorded, llm: Any) -> None:
    with enable_crewai():
        pass
    agent(llm, "Writer").kickoff("about zinc")
    crewai_event_bus.flush()

    assert len(recorded.steps()) == 1


def test_crews_one_after_the_other_keep_to_their_own_runs(recorded: Recorded, llm: Any) -> None:
    for number in range(2):
        with enable_crewai(run_name=f"run {number}"):
            task = Task(
                description="about zinc", expected_output="Words", agent=agent(llm, f"Writer {number}")
            )
            Crew(agents=[task.agent], tasks=[task], process=Process.sequential).kickoff()
    first, second = recorded.runs()

    assert {step.agent for step in recorded.steps(first.id) if step.kind == "llm"} == {"Writer 0"}
    assert {step.agent for step in recorded.steps(second.id) if step.kind == "llm"} == {"Writer 1"}
