"""The table of open calls: bounded, and complete when a call ends before what it called."""

from __future__ import annotations

import pytest

from agent_inspector import trace
from agent_inspector.adapters import calls, open_calls
from agent_inspector.adapters.calls import Branch, grow
from agent_inspector.adapters.open_calls import OpenCalls
from tests.agent_inspector.adapters.conftest import Recorded


def begin(table: OpenCalls, key: str, below: Branch, parent: str | None = None) -> Branch:
    branch = grow(below, calls.other_call(below.run, key, "step", None, {}))
    table.add(key, branch, parent)
    return branch


def test_what_a_call_left_open_ends_with_it(recorded: Recorded) -> None:
    table = OpenCalls()
    with trace.run("agent") as run:
        outer = begin(table, "outer", Branch(run, run.context))
        inner = begin(table, "inner", outer, "outer")
        begin(table, "innermost", inner, "inner")
        taken = table.take("outer", ValueError("broken off"))
        assert taken is not None
        taken.close(None)

    assert len(table) == 0
    assert {step.name: step.status for step in recorded.steps()} == {
        "agent": "completed",
        "outer": "completed",
        "inner": "failed",
        "innermost": "failed",
    }


def test_the_oldest_call_is_given_up_when_there_are_too_many(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_calls, "MAX_OPEN", 2)
    table = OpenCalls()
    with trace.run("agent") as run:
        for key in ("first", "second", "third"):
            begin(table, key, Branch(run, run.context))
        found = [table.find(key) is not None for key in ("first", "second", "third")]
        table.close_all()

    assert found == [False, True, True]
    assert [step.status for step in recorded.steps()] == ["completed"] * 4
