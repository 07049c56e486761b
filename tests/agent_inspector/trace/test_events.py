"""Event objects, the multi-agent calls, and `emit`."""

from __future__ import annotations

from dataclasses import dataclass

import agent_inspector
from agent_inspector import BaseEvent, EventStatus, EventType, LLMCallEvent, query, trace
from tests.agent_inspector.trace.conftest import Recorded


@dataclass(kw_only=True)
class ScoreEvent(BaseEvent):
    name: str = "score"
    score: float = 0.0


def test_a_custom_event_is_a_step_with_its_own_fields(recorded: Recorded) -> None:
    with trace.run("agent") as run:
        event = ScoreEvent(score=0.75)
        trace.emit(event)
    detail = recorded.detail("score")

    assert event.run_id == run.run_id
    assert detail.step.type == "custom"
    assert detail.content.input_value == {"score": 0.75}


def test_an_event_of_a_known_type_is_the_step_that_its_call_makes(recorded: Recorded) -> None:
    with trace.run("agent"):
        trace.emit(LLMCallEvent(model="gpt-4o", prompt="p", response="r", prompt_tokens=5, duration_ms=30))
    step = recorded.detail("gpt-4o").step

    assert (step.kind, step.tokens.input, step.duration_ms) == ("llm", 5, 30)


def test_a_failed_event_is_a_failed_step() -> None:
    event = BaseEvent(name="x")
    event.set_failed(ValueError("bad"))

    assert event.status is EventStatus.FAILED
    assert event.output == {"error_type": "ValueError", "error_message": "bad"}
    assert event.to_dict()["type"] == EventType.CUSTOM.value


def test_the_multi_agent_calls_are_steps_with_the_fields_of_their_events(recorded: Recorded) -> None:
    with trace.run("desk"):
        trace.agent_spawn("a1", "triage", agent_role="router", agent_config={"model": "m"})
        trace.agent_join("a1", "triage", group_name="support")
        trace.agent_communication("a1", "triage", "please look", to_agent_id="a2", to_agent_name="billing")
        trace.agent_handoff("a1", "triage", "a2", "billing", handoff_reason="refund")
        trace.task_assign("t1", "refund", "a2", "billing", priority="high")
        trace.task_complete(
            "t1", "refund", "a2", "billing", success=False, result="no", completion_time_ms=1200
        )
        trace.agent_leave("a1", "triage", reason="done")
    run = recorded.run()
    details = [query.get_step(recorded.store, run.id, step.id) for step in recorded.steps()[1:]]
    events = [query.event_data(detail) for detail in details]

    assert [event["type"] for event in events] == [
        "agent_spawn",
        "agent_join",
        "agent_communication",
        "agent_handoff",
        "task_assignment",
        "task_completion",
        "agent_leave",
    ]
    assert [detail.step.name for detail in details] == [
        "Spawn: triage",
        "Join: triage",
        "triage → billing",
        "Handoff: triage → billing",
        "Task: refund → billing",
        "✗ Task: refund",
        "Leave: triage",
    ]
    assert events[0]["agent_config"] == {"model": "m"}
    assert (events[2]["message_content"], events[2]["to_agent_name"]) == ("please look", "billing")
    assert (events[5]["success"], events[5]["result"], details[5].step.status) == (False, "no", "failed")
    assert events[6]["reason"] == "done"


def test_every_public_name_can_be_had() -> None:
    for name in agent_inspector.__all__:
        assert getattr(agent_inspector, name) is not None
