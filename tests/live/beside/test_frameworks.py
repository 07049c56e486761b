"""AutoGen and CrewAI, recorded without code and by their adapters: one run, each call counted once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.live.recorded import SECRET, Recorded

Record = Callable[..., Recorded]

LAMPS = "Can 12 blue lamps be in Oslo by Monday?"


def check(recorded: Recorded, model: str, calls: int) -> None:
    counted = [step for step in recorded.steps if step.counted]
    told = [step for step in recorded.shown if step.kind == "llm"]

    assert recorded.run.status == "completed"
    assert recorded.run.llm_calls == len(counted) == calls
    assert {step.model for step in told} == {model}
    assert recorded.run.tokens.input == sum(step.tokens.input or 0 for step in counted)
    assert SECRET not in recorded.everything()


@pytest.mark.parametrize(("launcher", "adapter"), [("run", ""), ("run", "yes"), ("plain", "yes")])
def test_a_team_of_autogen_is_one_run(record: Record, launcher: str, adapter: str) -> None:
    recorded = record("beside/apps/autogen_app.py", LAMPS, launcher, ADAPTER=adapter)
    agents = {step.name for step in recorded.shown if step.kind == "agent"}
    tools = {(step.name, step.status) for step in recorded.shown if step.kind == "tool"}

    assert recorded.run.name == ("autogen_app.py" if launcher == "run" else "team")
    assert {"clerk", "writer"} <= agents
    assert tools == {("check_stock", "completed"), ("shipping_days", "failed")}
    check(recorded, "gpt-4o", calls=3)


@pytest.mark.parametrize("launcher", ["run", "instrument", "plain"])
def test_a_crew_is_one_run(record: Record, launcher: str) -> None:
    recorded = record(
        "beside/apps/crewai_app.py", LAMPS, launcher, ADAPTER="yes", CREWAI_DISABLE_TELEMETRY="true"
    )
    agents = {step.name for step in recorded.shown if step.kind == "agent"}
    tools = {(step.name, step.status) for step in recorded.shown if step.kind == "tool"}

    assert recorded.run.name == ("crewai_app.py" if launcher == "run" else "crew")
    assert {"press", "Clerk", "Writer"} <= agents
    assert tools == {("check_stock", "completed"), ("shipping_days", "completed")}
    check(recorded, "gpt-4o-mini", calls=3)
