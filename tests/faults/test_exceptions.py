"""What a program raises passes through unchanged, and its run tells how it ended (S04); a run left out is usable (S39)."""

from __future__ import annotations

import pytest

from tests.faults.programs import Program

RAISED = {
    "ValueError": ("failed", "ValueError('x')"),
    "an exception group": ("failed", "ExceptionGroup('several', [ValueError('a'), KeyError('b')])"),
    "an unprintable one": ("failed", "Unprintable()"),
    "an unprintable one that ends the program": ("failed", "Ending()"),
    "AssertionError": ("failed", "AssertionError()"),
    "StopIteration": ("failed", "StopIteration(1)"),
    "RecursionError": ("failed", "RecursionError()"),
    "KeyboardInterrupt": ("cancelled", "KeyboardInterrupt()"),
    "SystemExit": ("cancelled", "SystemExit(0)"),
    "GeneratorExit": ("cancelled", "GeneratorExit()"),
    "CancelledError": ("cancelled", "asyncio.CancelledError()"),
}

PASSING = """
    class Unprintable(Exception):
        def __str__(self): raise RuntimeError("no text")
        __repr__ = __str__
    class Ending(Exception):
        def __str__(self): raise SystemExit(5)
        __repr__ = __str__
    if sys.version_info < (3, 11):
        class ExceptionGroup(Exception): pass
    changed = []
    def leave(name, problem):
        cause = ValueError("cause")
        try:
            with trace.run(name) as run:
                run.tool("before", {{}}, 1)
                with trace.tool_call("inside", {{}}):
                    raise problem from cause
        except BaseException as caught:
            if caught is not problem or caught.__cause__ is not cause or caught.__context__ not in (None, cause):
                changed.append(name)
    @trace.agent
    def decorated(problem):
        raise problem
    @trace.tool
    async def awaited(problem):
        raise problem
    for name, problem in {{ {problems} }}.items():
        leave(name, problem)
        try:
            decorated(problem)
        except BaseException as caught:
            if caught is not problem: changed.append(name + " (decorated)")
        if not isinstance(problem, (StopIteration, GeneratorExit)):
            awaiting = awaited(problem)
            try:
                awaiting.send(None)
            except BaseException as caught:
                if caught is not problem: changed.append(name + " (awaited)")
    report(changed=changed)
"""


def test_exceptions_pass_through_unchanged(program: Program) -> None:
    problems = ", ".join(f"{name!r}: {made}" for name, (_, made) in RAISED.items())
    ended = program.run(PASSING.format(problems=problems))
    ends = {run.name: run.status for run in program.runs() if run.name in RAISED}
    steps = {name: [step.name for step in program.steps(name)] for name in RAISED}

    assert ended.figures["changed"] == []
    assert ends == {name: status for name, (status, _) in RAISED.items()}
    assert all({"before", "inside"} <= set(names) for names in steps.values())


@pytest.mark.parametrize("entry", ["with", "async with", "decorator", "generator"])
def test_a_cancelled_run_is_not_shown_as_completed(program: Program, entry: str) -> None:
    program.run(f"""
        entry, started = {entry!r}, asyncio.Event()
        async def wait_for_ever():
            trace.tool("waiting", {{}}, 1)
            started.set()
            await asyncio.Event().wait()
        async def plain():
            with trace.run("agent"): await wait_for_ever()
        async def asynchronous():
            async with trace.run("agent"): await wait_for_ever()
        @trace.agent("agent")
        async def decorated():
            await wait_for_ever()
        @trace.agent("agent")
        async def generating():
            yield 1
            await wait_for_ever()
        async def consuming():
            async for _ in generating(): pass
        agents = {{"with": plain, "async with": asynchronous, "decorator": decorated, "generator": consuming}}
        async def main():
            task = asyncio.create_task(agents[entry]())
            await started.wait()
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                print("cancelled")
        asyncio.run(main())
    """)

    assert program.run_named("agent").status == "cancelled"
    assert "waiting" in [step.name for step in program.steps("agent")]


def test_a_run_that_sampling_left_out_is_usable(program: Program) -> None:
    ended = program.run(
        """
        for number in range(100):
            with trace.run("agent", user_id="u") as run:
                run.llm("model", "prompt", "answer")
                trace.tool("tool", {}, 1)
                with trace.llm_call("model", "prompt") as call:
                    call.response = "answer"
                    call.first_token()
                    call.set(prompt_tokens=1)
                run.error("Error", "message")
                run.final("answer")
                run.agent_spawn("a", "b")
                assert len(run.run_id) == 32
                assert trace.get_active_context() is run
        print(trace.flush())
        """,
        {"TRACE_SAMPLE_RATE": "0"},
    )

    assert ended.output == "True\n"
    assert len(ended.complaints) <= 1
    assert program.runs() == []
