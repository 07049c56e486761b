"""Every call with every field it takes, and every event with every field it has: each comes back from the store."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pytest

import agent_inspector
from agent_inspector import (
    AgentCommunicationEvent,
    AgentHandoffEvent,
    AgentJoinEvent,
    AgentLeaveEvent,
    AgentSpawnEvent,
    BaseEvent,
    ErrorEvent,
    EventStatus,
    EventType,
    FinalAnswerEvent,
    LLMCallEvent,
    MemoryReadEvent,
    MemoryWriteEvent,
    RunEndEvent,
    RunStartEvent,
    TaskAssignmentEvent,
    TaskCompletionEvent,
    ToolCallEvent,
    TraceContext,
    query,
    trace,
)
from tests.agent_inspector.trace.conftest import Recorded


@dataclass(frozen=True)
class Call:
    """A call, its event, the name of its step, and all fields with values that are no defaults."""

    name: str
    event: type[BaseEvent]
    title: str
    given: Mapping[str, Any]

    def __str__(self) -> str:
        return self.name


CALLS = (
    Call(
        "llm",
        LLMCallEvent,
        "gpt-4",
        {
            "model": "gpt-4",
            "prompt": "Which?",
            "response": "This.",
            "prompt_tokens": 7,
            "completion_tokens": 3,
            "total_tokens": 10,
            "streaming": True,
            "first_token_latency_ms": 125.5,
            "last_token_latency_ms": 800.5,
            "tokens_per_second": 42.5,
            "temperature": 0.25,
            "max_tokens": 64,
        },
    ),
    Call(
        "tool",
        ToolCallEvent,
        "search",
        {"tool_name": "search", "tool_args": {"q": [1]}, "tool_result": {"hits": 2}, "tool_type": "web"},
    ),
    Call(
        "memory_read",
        MemoryReadEvent,
        "likes",
        {"memory_key": "likes", "memory_value": {"seat": "window"}, "memory_type": "key_value"},
    ),
    Call(
        "memory_write",
        MemoryWriteEvent,
        "last",
        {"memory_key": "last", "memory_value": ["x"], "memory_type": "vector", "overwrite": True},
    ),
    Call(
        "error",
        ErrorEvent,
        "TimeoutError",
        {
            "error_type": "TimeoutError",
            "error_message": "too slow",
            "stack_trace": "line 1\nline 2",
            "critical": True,
        },
    ),
    Call(
        "final",
        FinalAnswerEvent,
        "Final Answer",
        {"answer": "No idea.", "answer_type": "apology", "success": False},
    ),
    Call(
        "agent_spawn",
        AgentSpawnEvent,
        "Spawn: triage",
        {
            "agent_id": "a1",
            "agent_name": "triage",
            "agent_role": "router",
            "parent_run_id": "r1",
            "agent_config": {"model": "m"},
        },
    ),
    Call(
        "agent_join",
        AgentJoinEvent,
        "Join: triage",
        {"agent_id": "a1", "agent_name": "triage", "group_id": "g1", "group_name": "desk"},
    ),
    Call(
        "agent_leave",
        AgentLeaveEvent,
        "Leave: triage",
        {"agent_id": "a1", "agent_name": "triage", "group_id": "g1", "reason": "done"},
    ),
    Call(
        "agent_communication",
        AgentCommunicationEvent,
        "triage → billing",
        {
            "from_agent_id": "a1",
            "from_agent_name": "triage",
            "message_content": "please look",
            "to_agent_id": "a2",
            "to_agent_name": "billing",
            "message_type": "request",
            "group_id": "g1",
        },
    ),
    Call(
        "agent_handoff",
        AgentHandoffEvent,
        "Handoff: triage → billing",
        {
            "from_agent_id": "a1",
            "from_agent_name": "triage",
            "to_agent_id": "a2",
            "to_agent_name": "billing",
            "handoff_reason": "refund",
            "context_summary": "charged twice",
        },
    ),
    Call(
        "task_assign",
        TaskAssignmentEvent,
        "Task: refund → billing",
        {
            "task_id": "t1",
            "task_name": "refund",
            "assigned_to_agent_id": "a2",
            "assigned_to_agent_name": "billing",
            "assigned_by_agent_id": "a1",
            "priority": "high",
            "deadline": 1_900_000_000_000,
            "task_data": {"order": 7},
        },
    ),
    Call(
        "task_complete",
        TaskCompletionEvent,
        "✗ Task: refund",
        {
            "task_id": "t1",
            "task_name": "refund",
            "completed_by_agent_id": "a2",
            "completed_by_agent_name": "billing",
            "success": False,
            "result": {"refunded": 0},
            "completion_time_ms": 1200,
        },
    ),
)
EVERY_CALL = pytest.mark.parametrize("call", CALLS, ids=str)

WAYS: Mapping[str, Callable[[TraceContext, str], Callable[..., Any]]] = {
    "context": getattr,
    "trace": lambda run, name: getattr(trace, name),
    "Trace": lambda run, name: getattr(agent_inspector.get_trace(), name),
    "package": lambda run, name: getattr(agent_inspector, name),
}
"""Where a call can be found."""


def event_of(recorded: Recorded) -> dict[str, Any]:
    """Return the event of the only step below the run; it may have begun before it."""
    (step,) = [step for step in recorded.steps() if step.parent_event_id is not None]
    return query.event_data(query.get_step(recorded.store, step.run_id, step.id))


def test_the_table_has_every_call_and_every_field_of_its_event() -> None:
    base = {item.name for item in fields(BaseEvent)}

    assert [set(call.given) for call in CALLS] == [
        {item.name for item in fields(call.event)} - base for call in CALLS
    ]
    assert {call.event for call in CALLS} == {
        cls for cls in BaseEvent.__subclasses__() + MemoryReadEvent.__subclasses__() if not is_own(cls)
    } - {RunStartEvent, RunEndEvent}


def is_own(cls: type[BaseEvent]) -> bool:
    return cls.__module__.startswith("tests.")


@EVERY_CALL
@pytest.mark.parametrize("way", WAYS)
def test_every_field_of_a_call_comes_back(recorded: Recorded, call: Call, way: str) -> None:
    began = time.time_ns() // 1_000_000 - 5000
    with trace.run("agent") as run:
        step = WAYS[way](run, call.name)(
            **call.given, metadata={"note": [1]}, timestamp_ms=began, duration_ms=250
        )
    event = event_of(recorded)

    assert {name: event[name] for name in call.given} == call.given
    assert (event["event_id"], event["run_id"]) == (step.event_id, run.run_id)
    assert event["name"] == call.title
    assert event["type"] == call.event().type.value
    assert event["metadata"]["note"] == [1]
    assert event["timestamp_ms"] == began
    assert event["duration_ms"] == pytest.approx(250)


@EVERY_CALL
def test_every_field_of_an_event_comes_back(recorded: Recorded, call: Call) -> None:
    began = time.time_ns() // 1_000_000 - 5000
    with trace.run("agent") as run:
        outer = run.tool("outer", {}, 1)
        assert outer is not None
        event = call.event(
            **call.given,
            metadata={"note": [1]},
            timestamp_ms=began,
            duration_ms=250,
            parent_event_id=outer.event_id,
        )
        step = run.emit(event)
    assert step is not None
    assert trace.flush()
    stored = query.event_data(query.get_step(recorded.store, run.run_id, step.event_id))

    assert {name: stored[name] for name in call.given} == call.given
    assert (event.event_id, event.run_id) == (step.event_id, run.run_id)
    assert stored["metadata"]["note"] == [1]
    assert (stored["timestamp_ms"], stored["duration_ms"]) == (began, pytest.approx(250))
    assert stored["parent_event_id"] == outer.event_id


@EVERY_CALL
def test_a_call_needs_only_the_fields_without_a_default(recorded: Recorded, call: Call) -> None:
    optional = {"response": "", "tool_result": None, "memory_value": None}
    needed = {
        name: value
        for name, value in call.given.items()
        if name in optional or getattr(call.event(), name) == ""
    }
    with trace.run("agent") as run:
        assert getattr(run, call.name)(**needed | ({"tool_args": {}} if call.name == "tool" else {}))

    event = event_of(recorded)
    assert {name: event[name] for name in needed} == needed
    assert event["type"] == call.event().type.value


def test_a_total_of_tokens_alone_is_kept(recorded: Recorded) -> None:
    with trace.run("agent"):
        trace.llm("gpt-4", "p", "r", total_tokens=99)

    assert event_of(recorded)["total_tokens"] == 99


def test_a_failed_event_is_a_failed_step_that_says_why(recorded: Recorded) -> None:
    event = ToolCallEvent(tool_name="search", tool_args={"q": 1})
    event.set_failed(ValueError("no such place"))
    with trace.run("agent") as run:
        run.emit(event)
    (step,) = [step for step in recorded.steps() if step.parent_event_id is not None]

    assert (step.status, step.error_message) == ("failed", "no such place")


@dataclass(kw_only=True)
class PriceEvent(BaseEvent):
    price_usd: float = 0.0


@pytest.mark.parametrize("emit", [trace.emit, lambda event: agent_inspector.get_trace().emit(event)])
def test_an_event_of_ones_own_keeps_what_it_says(
    recorded: Recorded, emit: Callable[[BaseEvent], Any]
) -> None:
    event = PriceEvent(name="price", price_usd=320.5, metadata={"note": 1}, input={"q": 1}, output="cheap")
    with trace.run("agent"):
        emit(event)
    stored = event_of(recorded)

    assert (stored["type"], stored["name"]) == (EventType.CUSTOM.value, "price")
    assert (stored["input"], stored["output"]) == ({"q": 1}, "cheap")
    assert stored["metadata"] == {"note": 1, "price_usd": 320.5}


def test_the_events_of_a_run_can_be_emitted_too(recorded: Recorded) -> None:
    events = (
        RunStartEvent(run_name="inner", agent_type="planner", user_id="u", session_id="s"),
        RunEndEvent(run_status="failed", completed_at=5, delete_run=True),
    )
    with trace.run("agent") as run:
        for event in events:
            run.emit(event)
    assert trace.flush()
    contents = [
        query.get_step(recorded.store, run.run_id, event.event_id).content.input_value for event in events
    ]

    assert contents == [
        {"run_name": "inner", "agent_type": "planner", "user_id": "u", "session_id": "s"},
        {"run_status": "failed", "completed_at": 5, "delete_run": True},
    ]


def test_the_words_of_types_and_states_are_those_of_the_events() -> None:
    assert [kind.value for kind in EventType] == [
        *("run_start", "run_end", "llm_call", "tool_call", "memory_read", "memory_write", "error"),
        *("final_answer", "custom", "agent_spawn", "agent_join", "agent_leave", "agent_communication"),
        *("agent_handoff", "task_assignment", "task_completion"),
    ]
    assert [status.value for status in EventStatus] == ["started", "in_progress", "completed", "failed"]


def test_an_event_that_is_completed_has_its_output_and_its_time() -> None:
    event = LLMCallEvent(model="m", timestamp_ms=time.time_ns() // 1_000_000 - 40)
    event.set_completed(output={"text": "r"})
    told = event.to_dict()

    assert (told["status"], told["output"]) == ("completed", {"text": "r"})
    assert told["duration_ms"] >= 40
    assert set(told) == {item.name for item in fields(LLMCallEvent)}


def test_the_context_of_a_run_says_what_it_is(recorded: Recorded) -> None:
    with trace.run("outer", "planner", "u1", "s1") as run:
        assert trace.get_active_context() is run
        assert agent_inspector.get_trace().get_active_context() is run
        assert (run.run_name, run.agent_type, run.user_id, run.session_id) == ("outer", "planner", "u1", "s1")
        assert run.config == recorded.config
        ends = [run.end_time_ms]
        assert 0 <= run.get_duration_ms() < 60_000
        with trace.run("inner") as inner:
            assert (inner.run_id, inner.parent_event_id) == (run.run_id, run.span_id)
        run.complete(success=False)
    stored = recorded.run()

    assert run.parent_event_id is None
    assert (stored.id, stored.status) == (run.run_id, "failed")
    assert (stored.agent_type, stored.user_id, stored.session_id) == ("planner", "u1", "s1")
    ends.append(run.end_time_ms)
    assert ends == [None, run.start_time_ms + run.get_duration_ms()]
    assert stored.started_at <= run.start_time_ms
