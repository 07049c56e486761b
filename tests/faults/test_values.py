"""Whatever a program passes: recorded as well as may be, at once, and without harm to it or to other steps (S02, S19)."""

from __future__ import annotations

import time

import pytest

from agent_inspector import query
from tests.faults.programs import Program

HOSTILE = """
    from tests.faults.hostile import values
    calls, raised, slow = Calls(), [], []
    ENTRIES = dict(
        tool_args=lambda run, name, value: run.tool(name, value, "result"),
        tool_result=lambda run, name, value: run.tool(name, {{}}, value),
        memory=lambda run, name, value: run.memory_write(name, value),
        message=lambda run, name, value: run.llm(name, [{{"role": "user", "content": value}}], "answer"),
        prompt=lambda run, name, value: run.llm(name, value, value),
        metadata=lambda run, name, value: run.tool(name, {{}}, 1, note=value),
        name=lambda run, name, value: run.tool(value, {{}}, 1),
    )
    with trace.run("agent") as run:
        record = ENTRIES["{entry}"]
        record(run, "first", "harmless")
        for name, value in values().items():
            run.tool("before", {{}}, name)
            try:
                calls.time(record, run, name, value)
            except BaseException as problem:
                raised.append([name, type(problem).__name__])
            if calls.seconds[-1] > {limit_s}:
                slow.append([name, calls.seconds[-1]])
            run.tool("after", {{}}, name)
    report(raised=raised, slow=slow, values=len(values()), **calls.figures())
"""
ENTRIES = ("tool_args", "tool_result", "memory", "message", "prompt", "metadata", "name")


def hostile_values(program: Program, entry: str, limit_s: float) -> None:
    figures = program.run(HOSTILE.format(entry=entry, limit_s=limit_s)).figures
    steps = program.steps("agent")
    names = [step.name for step in steps]
    kept = len(steps) - names.count("before") - names.count("after") - 2
    store = program.store()
    for step in steps:
        assert query.event_data(query.get_step(store, step.run_id, step.id))
    store.close()
    print(entry, figures, "kept", kept)

    assert figures["raised"] == []
    assert figures["slow"] == []
    assert figures["values"] >= 67
    assert names.count("before") == names.count("after") == figures["values"]
    assert kept >= 0.95 * figures["values"]
    assert sum(program.lost().values()) <= figures["values"] - kept


@pytest.mark.parametrize("entry", ENTRIES[:3])
def test_hostile_values_do_no_harm(program: Program, entry: str) -> None:
    hostile_values(program, entry, limit_s=0.5)


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES)
def test_hostile_values_at_every_entry_take_less_than_50_ms(program: Program, entry: str) -> None:
    hostile_values(program, entry, limit_s=0.05)


def test_a_value_is_stored_as_it_was_when_it_was_passed(program: Program) -> None:
    program.run("""
        def change(shared, done):
            number = 0
            while not done.is_set():
                number += 1
                shared[str(number % 500)] = number
                if number % 7 == 0:
                    shared.pop(str(number % 500), None)
        shared, done = {"a": {1, 2}}, threading.Event()
        changer = threading.Thread(target=change, args=(shared, done), daemon=True)
        with trace.run("agent") as run:
            messages = [{"role": "user", "content": {"n": [0]}}]
            for number in range(100):
                payload = {"number": number, "nested": {"list": [number]}}
                run.tool("call", payload, payload["nested"])
                run.llm("model", messages, "answer")
                payload["number"] = payload["nested"]["list"][0] = "changed"
                messages[0]["content"]["n"][0] = number + 1
            changer.start()
            for number in range(200):
                run.tool("racing", shared, shared)
            done.set()
            changer.join()
    """)
    store = program.store()
    steps = program.steps("agent")
    data = {
        name: [
            query.event_data(query.get_step(store, step.run_id, step.id))
            for step in steps
            if step.name == name
        ]
        for name in ("call", "model", "racing")
    }
    store.close()

    assert [item["tool_args"] for item in data["call"]] == [
        {"number": number, "nested": {"list": [number]}} for number in range(100)
    ]
    assert [item["tool_result"] for item in data["call"]] == [{"list": [number]} for number in range(100)]
    assert [f"[{number}]" in str(item["prompt"]) for number, item in enumerate(data["model"])] == [True] * 100
    assert len(data["racing"]) == 200
    assert "not recorded" not in str(data["racing"])
    assert program.lost() == {}


LARGE = """
    with trace.run("warm up"): trace.tool("tool", {{}}, 1)
    trace.flush()
    calls, big = Calls(), "lorem ipsum " * 8_500_000
    nested = {{"rows": [{{"id": n, "text": "x" * 40}} for n in range(300_000)]}}
    before = memory_mb()
    with trace.run("agent") as run:
        calls.time(run.llm, "model", {prompt}, "answer")
        calls.time(run.tool, "tool", {{}}, nested)
        calls.time(run.tool, "tool", big, 1)
        calls.time(run.final, big)
        run.tool("small", {{}}, 1)
        peak = memory_mb()
        trace.flush(60_000)
    report(grown_mb=memory_mb() - before, peak_mb=peak - before, payload_mb=len(big) / 2**20, **calls.figures())
"""


@pytest.mark.parametrize("prompt", ["big", '[{"role": "user", "content": big}]'], ids=["text", "messages"])
def test_a_huge_payload_is_cut_and_says_so(program: Program, prompt: str) -> None:
    figures = program.run(LARGE.format(prompt=prompt)).figures
    store = program.store()
    began = time.monotonic()
    steps = {step.name: step for step in query.list_steps(store, program.run_named("agent").id)}
    asked = query.event_data(query.get_step(store, steps["model"].run_id, steps["model"].id))
    opened_s = time.monotonic() - began
    store.close()
    print(figures, opened_s)

    assert figures["max_ms"] <= 300
    assert figures["cpu_p99_ms"] <= 100  # what the calls take by themselves, on however busy a machine
    assert opened_s <= 2
    assert figures["grown_mb"] <= 2.5 * figures["payload_mb"]
    assert "more characters" in str(asked["prompt"]) or "<cut" in str(asked["prompt"])
    assert {"model", "tool", "small", "Final Answer"} <= set(steps)
    assert sum(path.stat().st_size for path in program.folder.glob("store.db*")) <= 5 * 2**20
