"""Threads, tasks, signal handlers, logging handlers and a clock that jumps (S14, S15, S20, S21)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.faults.programs import Program

THREADS = """
    raised = []
    def work(number):
        try:
            with trace.run(f"thread {{number}}") as run:
                for step in range({steps}): run.tool("step", {{"step": step}}, "x" * 100)
        except BaseException as problem:
            raised.append(repr(problem))
    threads = [threading.Thread(target=work, args=(n,)) for n in range(32)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    report(flushed=trace.flush(60_000), raised=raised)
"""


@pytest.mark.parametrize("steps", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_what_threads_record_is_stored_or_counted(program: Program, steps: int) -> None:
    ended = program.run(THREADS.format(steps=steps))
    stored, lost = program.count_steps(), program.lost()
    print("stored", stored, "lost", lost)

    assert ended.figures == {"flushed": True, "raised": []}
    assert set(lost) <= {"queue_full"}
    assert stored + sum(lost.values()) == 32 * (steps + 1)


@pytest.mark.slow
def test_2000_steps_a_second_lose_nothing(program: Program) -> None:
    program.run("""
        began = time.monotonic()
        with trace.run("agent") as run:
            for number in range(10_000):
                run.tool("step", {"n": number}, "x" * 2000)
                while number > (time.monotonic() - began) * 2000: time.sleep(0.001)
    """)

    assert program.count_steps() == 10_001
    assert program.lost() == {}


@pytest.mark.parametrize("tasks", [100, pytest.param(500, marks=pytest.mark.slow)])
def test_tasks_do_not_mix_and_cancelled_runs_say_so(program: Program, tasks: int) -> None:
    program.run(f"""
        async def agent(number):
            async with trace.run(f"agent {{number}}"):
                for step in range(3):
                    trace.tool(f"step of {{number}}", {{}}, step)
                    await asyncio.sleep(0)
                with trace.llm_call("model", "prompt"):
                    await asyncio.to_thread(trace.tool, f"step of {{number}}", {{}}, "in a thread") if number % 10 == 0 else None
                    started[number].set()
                    if number % 2: await asyncio.Event().wait()
        async def main():
            global started
            started = [asyncio.Event() for _ in range({tasks})]
            running = [asyncio.create_task(agent(n)) for n in range({tasks})]
            for event in started: await event.wait()
            for number in range(1, {tasks}, 2): running[number].cancel()
            ended = await asyncio.gather(*running, return_exceptions=True)
            report(odd=[repr(e) for e in ended if e is not None and not isinstance(e, asyncio.CancelledError)])
        asyncio.run(main())
    """)
    runs = program.runs()
    names = {run.id: run.name.split()[-1] for run in runs}
    steps = [step for step in program.all_steps() if step.name.startswith("step of")]

    assert len(runs) == tasks
    assert [step.name for step in steps if step.name.split()[-1] != names[step.run_id]] == []
    assert len(steps) == 3 * tasks + tasks // 10
    assert Counter(run.status for run in runs) == {"completed": tasks // 2, "cancelled": tasks // 2}


def test_a_clock_that_jumps_reorders_nothing(program: Program) -> None:
    program.run("""
        real = (time.time, time.time_ns)
        def jump(seconds):
            time.time = lambda: real[0]() + seconds
            time.time_ns = lambda: real[1]() + seconds * 10**9
        with trace.run("agent"):
            for number, seconds in enumerate((0, -3600, 0, 86_400, -86_400, 0)):
                jump(seconds)
                trace.tool(f"tool {number}", {}, 1)
                with trace.tool_call(f"call {number}", {}): jump(-seconds)
            trace.flush()
    """)
    steps = program.steps("agent")

    expected = [f"{kind} {number}" for number in range(6) for kind in ("tool", "call")]
    assert [step.name for step in steps if step.name != "agent"] == expected
    assert min(step.duration_ms or 0 for step in steps) >= 0
    assert min(step.offset_ms for step in steps) >= 0
    assert program.run_named("agent").status == "completed"


@pytest.mark.parametrize("seconds", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_a_signal_handler_may_record(program: Program, seconds: int) -> None:
    ended = program.run(
        f"""
        handled = runs = 0
        def handler(number, frame):
            global handled, runs
            handled += 1
            trace.tool("handled", {{"text": "x" * 100}}, handled)
            if handled % 10 == 0:
                runs += 1
                with trace.run("from a handler"): trace.llm("model", "prompt", "answer")
        signal.signal(signal.SIGALRM, handler)
        with trace.run("agent") as run:
            run.tool("first", {{}}, 1)
            signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
            until, number = time.monotonic() + {seconds}, 0
            while time.monotonic() < until:
                number += 1
                run.llm("model", [{{"role": "user", "content": "x" * 50}}] * (number % 5 + 1), "answer")
                time.sleep(0.0005)
                if number % 50 == 0:
                    with trace.run("nested"): trace.tool("tool", {{}}, 1)
            signal.setitimer(signal.ITIMER_REAL, 0)
        report(flushed=trace.flush(60_000), handled=handled, recorded=number, runs=runs)
        """,
        seconds=seconds + 60,
    )
    figures, lost = ended.figures, program.lost()
    handled = figures["handled"]
    nested = 2 * figures["runs"] + 2 * (figures["recorded"] // 50)
    print(figures, lost)

    assert figures["flushed"]
    assert handled > 20
    assert ended.complaints == [] or set(lost) == {"queue_full"}
    assert program.count_steps() + sum(lost.values()) == 2 + handled + figures["recorded"] + nested


def test_a_logging_handler_may_record(program: Program) -> None:
    ended = program.run("""
        import logging
        class Recording(logging.Handler):
            def emit(self, record):
                trace.tool("logged", {"message": str(record.msg)}, 1)
                with trace.run("of a log"): trace.error("Logged", "message")
        logging.getLogger().addHandler(Recording())
        logging.getLogger().setLevel(logging.DEBUG)
        trace.tool("outside of a run", {}, 1)
        with trace.run("agent") as run:
            for number in range(50):
                logging.getLogger("app").warning("number %d", number)
                run.tool(object(), {1j: 1}, ...)
                run.emit(object())
        run.final("late")
        trace.flush()
    """)

    assert "Traceback" not in ended.errors
    assert [step.name for step in program.all_steps()].count("logged") >= 50
