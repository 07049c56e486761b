"""Steps that are recorded while they happen, and decorated functions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from agent_inspector import trace
from tests.agent_inspector.trace.conftest import Recorded


def test_a_model_call_is_timed_and_holds_what_happens_inside(recorded: Recorded) -> None:
    with trace.run("agent"), trace.llm_call("gpt-4o", "Which?", temperature=0.3) as call:
        time.sleep(0.02)
        trace.tool("inside", {}, "ok")
        call.response = "This."
        call.set(prompt_tokens=12, completion_tokens=3, finish_reason="stop")
    steps = {step.name: step for step in recorded.steps()}
    content = recorded.detail("gpt-4o").content

    assert steps["gpt-4o"].duration_ms is not None
    assert 20 <= steps["gpt-4o"].duration_ms < 2000
    assert steps["inside"].parent_event_id == steps["gpt-4o"].id
    assert (steps["gpt-4o"].tokens.input, steps["gpt-4o"].tokens.output) == (12, 3)
    assert content.output_messages == [{"role": "assistant", "parts": [{"type": "text", "content": "This."}]}]
    assert (content.parameters, content.finish_reason) == ({"temperature": 0.3}, "stop")


def test_a_stream_says_when_its_first_token_came_and_what_it_said(recorded: Recorded) -> None:
    with trace.run("agent"), trace.llm_call("gpt-4o", "Go") as call:
        time.sleep(0.02)
        assert list(call.stream(["Hel", "lo"])) == ["Hel", "lo"]
    content = recorded.detail("gpt-4o").content

    assert content.first_token_ms is not None
    assert 20 <= content.first_token_ms < 2000
    assert content.output_messages == [{"role": "assistant", "parts": [{"type": "text", "content": "Hello"}]}]
    assert content.parameters == {"stream": True}


def test_an_exception_in_a_tool_fails_the_step_and_passes_through(recorded: Recorded) -> None:
    problem = KeyError("ch_1")
    with trace.run("agent"):
        with pytest.raises(KeyError) as caught, trace.tool_call("refund", {"id": "ch_1"}):
            raise problem
        trace.final("recovered")
    step = next(step for step in recorded.steps() if step.kind == "tool")

    assert caught.value is problem
    assert (step.status, step.error_type, step.error_message) == ("failed", "KeyError", "'ch_1'")
    assert recorded.run().status == "completed"


def test_a_cancelled_step_is_cancelled(recorded: Recorded) -> None:
    async def main() -> None:
        async with trace.run("agent"):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(slow(), 0.02)

    async def slow() -> None:
        async with trace.tool_call("slow"):
            await asyncio.sleep(30)

    asyncio.run(main())

    assert [(step.name, step.status) for step in recorded.steps()] == [
        ("agent", "completed"),
        ("slow", "cancelled"),
    ]


def test_a_running_step_is_visible_with_its_input(recorded: Recorded) -> None:
    from agent_inspector import query

    with trace.run("agent") as run, trace.tool_call("slow", {"x": 1}):
        until = time.monotonic() + 5
        running = None
        while time.monotonic() < until and running is None:
            steps = query.list_steps(recorded.store, run.run_id) if _is_known(recorded, run.run_id) else []
            running = next((step for step in steps if step.name == "slow" and step.status == "running"), None)
            time.sleep(0.05)

        assert running is not None
        assert query.get_step(recorded.store, run.run_id, running.id).content.tool_arguments == {"x": 1}


def _is_known(recorded: Recorded, run_id: str) -> bool:
    return recorded.store.read_run(run_id) is not None


def test_a_decorated_tool_records_arguments_by_name_and_its_result(recorded: Recorded) -> None:
    @trace.tool
    def add(one: int, two: int = 2) -> int:
        return one + two

    @trace.tool("subtract")
    async def take(one: int, two: int) -> int:
        return one - two

    class Desk:
        @trace.tool
        def greet(self, name: str) -> str:
            return f"Hello {name}"

    with trace.run("agent"):
        assert add(1) == 3
        assert asyncio.run(take(5, two=3)) == 2
        assert Desk().greet("Ada") == "Hello Ada"

    assert recorded.detail("add").content.tool_arguments == {"one": 1}
    assert recorded.detail("add").content.tool_result in (3, "3")
    assert recorded.detail("subtract").content.tool_arguments == {"one": 5, "two": 3}
    assert recorded.detail("greet").content.tool_arguments == {"name": "Ada"}


def test_decorated_agents_nest(recorded: Recorded) -> None:
    @trace.agent
    def planner() -> str:
        return booker()

    @trace.agent("booker", agent_type="specialist")
    def booker() -> str:
        trace.tool("book", {}, "ok")
        return "booked"

    assert planner() == "booked"
    steps = {step.name: step for step in recorded.steps()}

    assert steps["booker"].parent_event_id == steps["planner"].id
    assert steps["book"].parent_event_id == steps["booker"].id


def test_a_decorated_generator_does_not_leak_into_its_consumer(recorded: Recorded) -> None:
    @trace.step("numbers")
    def numbers() -> Iterator[int]:
        trace.tool("in the generator", {}, "ok")
        yield 1
        yield 2

    with trace.run("agent"):
        for _ in numbers():
            trace.tool("in the consumer", {}, "ok")
    steps = {step.name: step for step in recorded.steps()}

    assert steps["in the generator"].parent_event_id == steps["numbers"].id
    assert steps["in the consumer"].parent_event_id == steps["agent"].id


def test_a_generator_run_that_is_left_early_is_cancelled_and_leaks_nothing(recorded: Recorded) -> None:
    @trace.agent("walker")
    def walk() -> Iterator[int]:
        yield 1
        yield 2

    for _ in walk():
        break

    assert trace.get_active_context() is None
    assert recorded.run().status == "cancelled"


def test_a_decorated_async_generator_is_recorded(recorded: Recorded) -> None:
    @trace.step
    async def count() -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0)
            trace.tool(f"tool {number}", {}, "ok")
            yield number

    async def main() -> list[int]:
        async with trace.run("agent"):
            return [number async for number in count()]

    assert asyncio.run(main()) == [0, 1, 2]
    steps = {step.name: step for step in recorded.steps()}
    assert steps["tool 2"].parent_event_id == steps["count"].id


def test_retrieval_embedding_plan_and_guardrail_are_steps_of_their_own(recorded: Recorded) -> None:
    with trace.run("agent"):
        trace.retrieval(
            "refund policy", [{"id": "p1", "content": "30 days", "score": 0.9}], data_source="docs"
        )
        trace.embedding("text-embedding-3", "hello", 1536, prompt_tokens=2)
        trace.plan("agent", ["look", "answer"])
        trace.guardrail("pii-guard", True, "my text", rule="card")
        with trace.retrieval_call("x") as call:
            call.output = []
        with trace.step("rank", {"hits": 3}) as step:
            step.output = {"best": 1}

    assert [(step.kind, step.type) for step in recorded.steps()] == [
        ("agent", "run_start"),
        ("retrieval", "retrieval"),
        ("embedding", "embedding"),
        ("task", "plan"),
        ("guardrail", "guardrail"),
        ("retrieval", "retrieval"),
        ("chain", "step"),
    ]


def test_measured_steps_without_a_run_do_nothing(recorded: Recorded) -> None:
    @trace.tool
    def add(one: int, two: int) -> int:
        return one + two

    with trace.llm_call("m", "p") as call:
        call.response = "r"
    assert add(1, 2) == 3
    assert recorded.runs() == []


def test_a_step_decorator_finds_the_run_of_its_call(
    recorded: Recorded, caplog: pytest.LogCaptureFixture
) -> None:
    @trace.step("rank results")
    def rank() -> int:
        return 1

    with trace.run("agent"):
        assert rank() == 1

    assert [step.name for step in recorded.steps()] == ["agent", "rank results"]
    assert caplog.messages == []


def test_a_guardrail_that_blocks_says_so(recorded: Recorded) -> None:
    with trace.run("agent"):
        trace.guardrail("pii-guard", False, "my text", reason="a card number")

    assert [step.sentence for step in recorded.steps()][1] == "pii-guard blocked: a card number"
