"""More than the store can take: calls never wait, memory is bounded, what is lost is counted (S01, S18, S26)."""

from __future__ import annotations

import subprocess

import pytest

from tests.faults.measures import wait_until
from tests.faults.programs import Ended, Lock, Program

BEGIN = """
    with trace.run("first"): trace.tool("tool", {}, 1)
    trace.flush()
    calls = Calls()
    print("ready", flush=True)
    sys.stdin.readline()
    before = memory_mb()
"""


def while_locked(program: Program, code: str) -> Ended:
    """Run a program whose store gets locked when it prints `ready`, until it prints `unlock`."""
    program.environment["PYTHONUNBUFFERED"] = "1"
    process = program.start(BEGIN + code, stdin=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    lock = Lock(program.path)
    lock.take()
    process.stdin.write("go\n")
    process.stdin.flush()
    while process.stdout.readline() != "unlock\n":
        assert process.poll() is None
    lock.release()
    process.stdin.write("released\n")
    output, errors = process.communicate(timeout=100)
    assert process.returncode == 0, errors
    return Ended(process.returncode, output, errors, 0)


FLOOD = """
    with trace.run("agent") as run:
        for number in range({events}):
            calls.time(run.tool, "tool", {{"n": number}}, "x" * 2000)
        grown = memory_mb() - before
        print("unlock", flush=True)
        sys.stdin.readline()
    report(grown_mb=grown, flushed=trace.flush(60_000), **calls.figures())
"""


def floods(program: Program, events: int) -> Ended:
    ended = while_locked(program, FLOOD.format(events=events))
    stored, lost = program.count_steps(), program.lost()
    print(ended.figures, "stored", stored, "lost", lost, "lines", len(ended.complaints))

    assert ended.figures["flushed"]
    assert set(lost) == {"queue_full"}
    assert stored + sum(lost.values()) == events + 1 + 2
    assert {run.status for run in program.runs()} == {"completed"}
    assert len(ended.complaints) <= 20
    assert ended.figures["grown_mb"] <= 128
    return ended


def test_a_blocked_store_never_blocks_the_program(program: Program) -> None:
    ended = floods(program, 10_000)

    assert ended.figures["max_ms"] <= 1000
    assert ended.figures["p99_ms"] <= 50


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_200000_steps_into_a_blocked_store(program: Program) -> None:
    ended = floods(program, 200_000)

    assert ended.figures["max_ms"] <= 50
    assert ended.figures["p99_ms"] <= 1


LONG = """
    with trace.run("first"): trace.tool("tool", {{}}, 1)
    trace.flush()
    before, peak, began = memory_mb(), 0, time.monotonic()
    with trace.run("agent") as run:
        for number in range({events}):
            run.tool("tool", {{"n": number}}, "x" * 200)
            if number % 500 == 0:
                peak = max(peak, memory_mb())
                trace.flush(60_000)
    report(grown_mb=max(peak, memory_mb()) - before, seconds=time.monotonic() - began)
"""


@pytest.mark.parametrize(
    "events", [3_000, pytest.param(100_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
)
def test_a_long_run_takes_no_more_memory(program: Program, events: int) -> None:
    ended = program.run(LONG.format(events=events), seconds=800)
    print(ended.figures)

    assert program.run_named("agent").step_count == events + 1
    assert ended.figures["grown_mb"] <= 64


LOCKED = """
    with trace.run("agent") as run:
        until, number = time.monotonic() + {seconds}, 0
        while time.monotonic() < until:
            number += 1
            calls.time(run.tool, "tool", {{"n": number}}, "x" * 2000)
            time.sleep(0.02)
        grown = memory_mb() - before
        print("unlock", flush=True)
        sys.stdin.readline()
    report(recorded=number, grown_mb=grown, flushed=trace.flush(60_000), **calls.figures())
"""


def outlasts_a_lock(program: Program, seconds: float) -> Ended:
    ended = while_locked(program, LOCKED.format(seconds=seconds))
    print(ended.figures, ended.complaints)

    assert ended.figures["flushed"]
    assert program.run_named("agent").step_count == ended.figures["recorded"] + 1
    assert program.lost() == {}
    assert ended.figures["grown_mb"] <= 64
    assert len(ended.complaints) <= 2
    return ended


def test_a_locked_store_loses_nothing(program: Program) -> None:
    ended = outlasts_a_lock(program, 1)

    assert ended.figures["max_ms"] <= 1000


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seconds", [20, 40])
def test_a_store_locked_for_long_loses_nothing(program: Program, seconds: int) -> None:
    ended = outlasts_a_lock(program, seconds)

    assert ended.figures["max_ms"] <= 50
    assert ended.figures["p99_ms"] <= 1


PACED = """
    with trace.run("warm up") as run: run.llm("model", "prompt", "answer")
    calls = Calls()
    with trace.run("agent") as run:
        for number in range({events}):
            calls.time(run.llm, "model", "p" * {size}, "answer")
            time.sleep(0.001)
    report(flushed=trace.flush(60_000), **calls.figures())
"""


def test_calls_are_short(program: Program) -> None:
    figures = program.run(PACED.format(events=300, size=2000)).figures
    print(figures)

    assert figures["flushed"]
    assert figures["p50_ms"] <= 5


@pytest.mark.slow
@pytest.mark.parametrize(("events", "size", "p99_ms"), [(5000, 2000, 0.2), (1000, 100_000, 0.5)])
def test_calls_take_at_most_this_long(program: Program, events: int, size: int, p99_ms: float) -> None:
    figures = program.run(PACED.format(events=events, size=size)).figures
    print(figures)

    assert figures["p99_ms"] <= p99_ms
    assert figures["max_ms"] <= 10


def test_a_flush_says_when_the_store_does_not_answer(program: Program) -> None:
    program.run("with trace.run('first'): trace.tool('tool', {}, 1)")
    lock = Lock(program.path)
    lock.take()
    process = program.start("""
        with trace.run("agent"): trace.tool("tool", {}, 1)
        print(trace.flush(300), flush=True)
        print(trace.flush(60_000), flush=True)
    """)
    assert process.stdout is not None
    assert process.stdout.readline() == "False\n"
    lock.release()
    output, errors = process.communicate(timeout=60)

    assert output == "True\n", errors
    assert wait_until(lambda: program.run_named("agent").status == "completed", 5)


@pytest.mark.slow
def test_3000_steps_a_second_for_three_seconds_lose_nothing(program: Program) -> None:
    ended = program.run("""
        with trace.run("first"): trace.tool("tool", {}, 1)
        trace.flush()
        text = " ".join(map(str, range(300)))[:1000]
        began, sent = time.perf_counter(), 0
        with trace.run("agent"):
            while (passed := time.perf_counter() - began) < 3:
                for sent in range(sent + 1, int(passed * 3000) + 1):
                    trace.tool("note", {"number": sent}, f"{sent} {text}")
                time.sleep(0.002)
        report(sent=sent, flushed=trace.flush(60_000))
    """)
    print(ended.figures, program.lost())

    assert ended.figures["flushed"]
    assert ended.figures["sent"] > 8000
    assert program.count_steps() == ended.figures["sent"] + 1 + 2
    assert not program.lost()
