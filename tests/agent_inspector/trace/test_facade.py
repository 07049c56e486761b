"""The facade, recorded into a real store and read back as a person would see it."""

from __future__ import annotations

import asyncio
import time

import pytest

from agent_inspector import trace
from tests.agent_inspector.trace.conftest import Recorded


def test_the_sixty_second_example_records_its_run(recorded: Recorded) -> None:
    with trace.run("my_first_trace"):
        trace.llm(model="gpt-4", prompt="Hi", response="Hello!")
        trace.final(answer="Done.")
    run = recorded.run()

    assert (run.name, run.status, run.output_preview) == ("my_first_trace", "completed", "Done.")
    assert [(step.kind, step.name, step.status) for step in recorded.steps()] == [
        ("agent", "my_first_trace", "completed"),
        ("llm", "gpt-4", "completed"),
        ("final", "Final Answer", "completed"),
    ]


def test_every_call_is_a_step_below_its_run(recorded: Recorded) -> None:
    with trace.run("agent", agent_type="planner", user_id="u1", session_id="s1") as run:
        run.llm("gpt-4o", "Which?", "This.", prompt_tokens=7, completion_tokens=3, temperature=0.1)
        run.tool("search", {"q": "x"}, {"hits": [1, 2]})
        run.memory_read("likes", {"seat": "window"}, memory_type="key_value")
        run.memory_write("last", "x", overwrite=True)
        run.error("TimeoutError", "too slow", critical=False)
        run.final("found")
    stored = recorded.run()
    root, *steps = recorded.steps()

    assert (stored.agent_type, stored.user_id, stored.session_id) == ("planner", "u1", "s1")
    assert [step.type for step in steps] == [
        "llm_call",
        "tool_call",
        "memory_read",
        "memory_write",
        "error",
        "final_answer",
    ]
    assert {step.parent_event_id for step in steps} == {root.id}
    assert (stored.tokens.input, stored.tokens.output) == (7, 3)
    assert stored.status == "completed"


def test_content_comes_back_as_it_was_given(recorded: Recorded) -> None:
    with trace.run("agent"):
        trace.tool("search", {"q": "flüge", "n": 3}, [{"price": 12.5, "ok": True, "note": None}])
    content = recorded.detail("search").content

    assert content.tool_arguments == {"q": "flüge", "n": 3}
    assert content.tool_result == [{"price": 12.5, "ok": True, "note": None}]


def test_a_value_changed_after_the_call_is_stored_as_it_was(recorded: Recorded) -> None:
    arguments = {"list": [1, 2]}
    with trace.run("agent"):
        trace.tool("search", arguments, "ok")
        arguments["list"].append(3)

    assert recorded.detail("search").content.tool_arguments == {"list": [1, 2]}


def test_a_nested_run_is_a_step_of_the_outer_one(recorded: Recorded) -> None:
    with trace.run("outer"):
        with trace.run("inner"):
            trace.tool("book", {}, "ok")
        trace.final("done")
    steps = {step.name: step for step in recorded.steps()}

    assert steps["inner"].parent_event_id == steps["outer"].id
    assert steps["book"].parent_event_id == steps["inner"].id
    assert steps["Final Answer"].parent_event_id == steps["outer"].id


def test_durations_are_those_that_were_measured_or_unknown(recorded: Recorded) -> None:
    with trace.run("agent"):
        trace.llm("m", "p", "r", duration_ms=1234)
        trace.tool("quick", {}, "ok")
        time.sleep(0.03)
    steps = {step.name: step for step in recorded.steps()}
    run = recorded.run()

    assert steps["m"].duration_ms == pytest.approx(1234, abs=1)
    assert steps["quick"].duration_ms is None
    assert run.duration_ms is not None
    assert 30 <= run.duration_ms < 5000


def test_an_exception_that_leaves_a_run_fails_it_and_passes_through(recorded: Recorded) -> None:
    problem = ValueError("no such flight")

    def agent() -> None:
        with trace.run("agent"):
            trace.final("all is well")
            raise problem

    with pytest.raises(ValueError, match="no such flight") as caught:
        agent()
    run = recorded.run()
    (failed,) = [step for step in recorded.steps() if step.kind == "error"]

    assert caught.value is problem
    assert run.status == "failed"
    assert (failed.error_type, failed.error_message) == ("ValueError", "no such flight")
    detail = recorded.detail("ValueError")
    assert detail.error is not None
    assert detail.error.stack_trace is not None
    assert "test_facade.py" in detail.error.stack_trace


@pytest.mark.parametrize("leaving", [KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError])
def test_an_interruption_cancels_a_run(recorded: Recorded, leaving: type[BaseException]) -> None:
    with pytest.raises(leaving), trace.run("agent"):
        raise leaving

    assert recorded.run().status == "cancelled"


def test_an_unsuccessful_answer_fails_the_run_and_a_recovered_error_does_not(recorded: Recorded) -> None:
    with trace.run("gave up"):
        trace.final("no idea", success=False)
    with trace.run("recovered"):
        trace.error("Timeout", "slow")
        trace.final("found")

    assert {run.name: run.status for run in recorded.runs()} == {
        "gave up": "failed",
        "recovered": "completed",
    }


def test_steps_after_the_answer_are_recorded(recorded: Recorded) -> None:
    with trace.run("agent"):
        trace.final("done")
        trace.tool("clean_up", {}, "ok")

    assert [step.name for step in recorded.steps()] == ["agent", "Final Answer", "clean_up"]


def test_a_call_outside_of_a_run_does_nothing(recorded: Recorded) -> None:
    trace.llm("m", "p", "r")

    assert trace.get_active_context() is None
    assert recorded.runs() == []


def test_concurrent_tasks_keep_to_their_own_runs(recorded: Recorded) -> None:
    async def agent(name: str) -> None:
        async with trace.run(name):
            for _ in range(3):
                await asyncio.sleep(0)
                trace.tool(f"tool of {name}", {}, "ok")

    async def main() -> None:
        await asyncio.gather(*(agent(f"agent {number}") for number in range(20)))

    asyncio.run(main())
    runs = recorded.runs()

    assert len(runs) == 20
    for run in runs:
        assert {step.name for step in recorded.steps(run.id)} == {run.name, f"tool of {run.name}"}


def test_a_decorated_function_is_a_run_at_each_call(recorded: Recorded) -> None:
    @trace.run("sync")
    def add(one: int, two: int) -> int:
        trace.final(one + two)
        return one + two

    @trace.run("async")
    async def add_later(one: int, two: int) -> int:
        return one + two

    assert add(1, 2) == 3
    assert add(3, two=4) == 7
    assert asyncio.run(add_later(5, 6)) == 11
    assert [run.name for run in recorded.runs()] == ["sync", "sync", "async"]


def test_unknown_keywords_are_kept_and_never_raise(recorded: Recorded) -> None:
    with trace.run("agent"):
        trace.llm("m", "p", "r", top_p=0.9, mood="good", response_format={"type": "json"})
    detail = recorded.detail("m")

    assert detail.content.parameters["top_p"] == 0.9
    assert (
        detail.attributes["agent_inspector.metadata"] == '{"mood":"good","response_format":{"type":"json"}}'
    )


def test_any_value_at_all_can_be_passed(recorded: Recorded) -> None:
    class Hostile:
        def __getattribute__(self, name: str) -> object:
            raise SystemExit(name)

        def __repr__(self) -> str:
            raise KeyboardInterrupt

    circular: list[object] = []
    circular.append(circular)
    values = [Hostile(), {Hostile(): Hostile()}, circular, {1, 2}, b"\xff", float("nan"), 10**5000, "\ud800"]
    with trace.run("agent"):
        for value in values:
            trace.tool(value, value, value, odd=value)  # type: ignore[call-overload]  # the point of the test
            trace.llm(value, value, value, prompt_tokens=value)  # type: ignore[arg-type]  # as above
            trace.memory_read(value, value)  # type: ignore[arg-type]  # as above
            trace.error(value, value)  # type: ignore[arg-type]  # as above
        trace.final(values)

    assert len(recorded.steps()) == 2 + 4 * len(values)
