"""However a program ends, what it recorded is there, and it ends in time (S08, S11, S17)."""

from __future__ import annotations

import random
import signal
import time

import pytest

from tests.faults.measures import wait_until
from tests.faults.programs import Ended, Lock, Program

ENDINGS = {
    "return": ("pass", 0),
    "sys.exit": ("sys.exit(3)", 3),
    "exception": ("raise ValueError('x')", 1),
    "exit from a thread": ("threading.Thread(target=sys.exit).start()", 0),
    "SIGINT": ("os.kill(os.getpid(), signal.SIGINT)", -signal.SIGINT),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
    "os._exit": ("os._exit(0)", 0),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_step_is_stored_and_the_exit_is_quick(program: Program, ending: str) -> None:
    code, returned = ENDINGS[ending]
    ended = program.run(
        f"""
        with trace.run("agent"):
            for number in range(100):
                trace.tool("step", {{}}, number)
        began = time.monotonic()
        print(time.monotonic(), flush=True)
        {code}
        """,
        expect=returned,
    )
    took = time.monotonic() - float(ended.output)

    assert [step.name for step in program.steps("agent")].count("step") == 100
    assert program.run_named("agent").status == "completed"
    assert took <= 3


@pytest.mark.slow
def test_recording_adds_at_most_a_second_to_the_exit(program: Program) -> None:
    def exit_took(code: str) -> float:
        return min(time.monotonic() - float(program.run(code).output) for _ in range(3))

    bare = exit_took("print(time.monotonic(), flush=True)")
    recording = exit_took("""
        with trace.run("agent"):
            for number in range(100): trace.tool("step", {}, number)
        print(time.monotonic(), flush=True)
    """)
    print("exit", bare, recording)

    assert recording - bare <= 1


@pytest.mark.parametrize("longest_s", [15, pytest.param(5, marks=pytest.mark.slow)])
def test_steps_recorded_while_the_interpreter_ends_do_no_harm(program: Program, longest_s: int) -> None:
    ended = program.run("""
        class Late:
            def __del__(self):
                trace.tool("in __del__", {}, 1)
                with trace.run("run in __del__"): trace.tool("deep", {}, 1)
        def late():
            with trace.run("at exit"): trace.tool("at exit", {}, 1)
            trace.flush()
        def forever():
            with trace.run("daemon"):
                while True: trace.tool("daemon", {}, 1); time.sleep(0.001)
        kept = Late()
        with trace.run("agent") as run: trace.tool("tool", {}, 1)
        run.cycle = [run, Late()]
        atexit.register(late)
        threading.Thread(target=forever, daemon=True).start()
        module_level = Late()
    """)

    assert "Traceback" not in ended.errors
    assert ended.seconds < longest_s
    assert {"agent", "at exit"} <= {run.name for run in program.runs()}


def test_a_first_run_at_exit_is_stored_or_said_not_to_be(program: Program) -> None:
    ended = program.run("""
        def late():
            with trace.run("at exit"): trace.tool("tool", {}, 1)
            print(trace.flush())
        atexit.register(late)
    """)

    assert ended.output == "True\n"
    assert ended.seconds < 15
    assert [run.name for run in program.runs()] == ["at exit"] or len(ended.complaints) == 1


@pytest.mark.slow
def test_a_locked_store_does_not_hold_up_the_exit(program: Program) -> None:
    program.run("with trace.run('first'): trace.tool('tool', {}, 1)")
    lock = Lock(program.path)
    lock.take()
    ended = program.run("""
        with trace.run("agent"):
            for number in range(3000): trace.tool("step", {}, number)
        report(at=time.monotonic())
    """)
    took = time.monotonic() - ended.figures["at"]
    lock.release()
    print("exit took", took)

    assert took <= 12
    assert "Traceback" not in ended.errors
    assert len(ended.complaints) <= 5


SENDING = """
    number = 0
    with trace.run("agent") as run:
        run.tool("first", None, 0)
        while True:
            number += 1
            run.llm("model", "prompt", "answer", number=number)
            print(number, time.time(), flush=True)
            {pause}
"""


def killed(program: Program, number: signal.Signals, after: float, pause: str = "") -> Ended:
    """Let a program record for a while, then send it this signal."""
    # Without a pause it is faster than any disk; what a full queue refuses is counted, and tested elsewhere.
    process = program.start(SENDING.format(pause=pause), {"TRACE_QUEUE_SIZE": "100000"})
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        lines = [process.stdout.readline()]
        until = time.monotonic() + after
        while time.monotonic() < until:
            lines.append(process.stdout.readline())
        began = time.monotonic()
        process.send_signal(number)
        # Not `communicate`, which passes over what `readline` has read ahead; stderr holds a line or two at most.
        rest, errors = process.stdout.read(), process.stderr.read()
    return Ended(process.returncode, "".join(lines) + rest, errors, time.monotonic() - began)


def loses_nothing_old(program: Program, seed: int) -> tuple[int, float]:
    """Kill an agent of 900 steps a second at a random moment; return how many it lost, and the oldest's age."""
    after = random.Random(seed).uniform(0.2, 2.0)
    ended = killed(program, signal.SIGKILL, after, pause="time.sleep(0.001)")
    # The last line may be torn.
    recorded = [line.split() for line in ended.output.split("\n")[:-1]]
    kept = len([step for step in program.all_steps() if step.name == "model"])
    moments = [float(moment) for _, moment in recorded]
    assert [int(number) for number, _ in recorded] == list(range(1, len(recorded) + 1))
    lost = len(moments) - kept
    age = max(moments) - moments[kept] if 0 <= kept < len(moments) else 0.0
    assert program.is_sound()
    assert {run.status for run in program.runs()} <= {"interrupted"}
    return lost, age


def test_a_kill_costs_only_the_last_moment(program: Program) -> None:
    lost, age = loses_nothing_old(program, seed=1)

    assert age <= 1.5, f"{lost} steps"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_200_kills_cost_only_the_last_half_second(program: Program) -> None:
    ages: list[float] = []
    for seed in range(200):
        program.path = program.folder / f"store{seed}.db"
        program.environment["TRACE_DB_PATH"] = str(program.path)
        ages.append(loses_nothing_old(program, seed)[1])
    print("oldest lost, seconds:", sorted(ages)[-5:])

    assert max(ages) <= 0.5


@pytest.mark.parametrize("seed", range(3))
def test_a_termination_at_any_moment_ends_in_time(program: Program, seed: int) -> None:
    ended = killed(program, signal.SIGTERM, random.Random(seed).uniform(0.1, 0.4))
    recorded = len(ended.output.splitlines())

    assert ended.returned == -signal.SIGTERM
    assert ended.seconds < 15
    assert len([step for step in program.steps("agent") if step.name == "model"]) >= recorded - 1


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_60_terminations_at_any_moment_end_in_time(program: Program) -> None:
    took = [
        killed(program, signal.SIGTERM, random.Random(seed).uniform(0.1, 0.4)).seconds for seed in range(60)
    ]
    print("longest end, seconds:", sorted(took)[-3:])

    assert max(took) < 5


def test_a_program_that_is_reading_its_own_steps_sees_them_after_a_flush(program: Program) -> None:
    process = program.start("""
        with trace.run("agent"):
            trace.tool("acknowledged", {}, 1)
            print(trace.flush(), flush=True)
            threading.Event().wait()
    """)
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    process.kill()
    process.communicate()

    assert wait_until(lambda: program.run_named("agent").status == "interrupted", 15)
    assert "acknowledged" in [step.name for step in program.steps("agent")]
