from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_inspector.query import event_data, get_run, get_step, list_steps
from agent_inspector.query.sentences import LONGEST, shorten
from agent_inspector.store import SpanStore
from otel_bridge.record import SpanEvent, SpanRecord

Make = Callable[..., SpanRecord]
TRACE = f"{1:032x}"
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"}
TOOL = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"}


def calls(*names: str) -> str:
    parts = [{"type": "tool_call", "id": "1", "name": name, "arguments": {"a": 1}} for name in names]
    return json.dumps([{"role": "assistant", "parts": parts}])


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (CHAT | {"gen_ai.output.messages": calls("f")}, "gpt-4o chose `f(a=1)`"),
        (CHAT | {"gen_ai.output.messages": calls("f", "g")}, "gpt-4o chose `f(a=1)` and `g(a=1)`"),
        (CHAT | {"gen_ai.output.messages": calls("f", "g", "h")}, "gpt-4o chose 3 tools"),
        (CHAT | {"gen_ai.output.messages": "It `is` **done**"}, "gpt-4o wrote \"It 'is' done\""),
        (
            CHAT | {"gen_ai.output.messages": "It", "gen_ai.response.finish_reasons": ["length"]},
            'gpt-4o stopped at the output limit, wrote "It"',
        ),
        (CHAT | {"gen_ai.response.finish_reasons": ["content_filter"]}, "gpt-4o refused"),
        (CHAT, "gpt-4o answered without words"),
        (TOOL | {"gen_ai.tool.call.result": "12 charges"}, '`search` returned "12 charges"'),
        (
            TOOL | {"gen_ai.tool.call.result": '{"state": "in transit", "hub": "Leeds"}'},
            "`search` returned `{state: in transit, hub: Leeds}`",
        ),
        (TOOL | {"gen_ai.tool.call.result": "[1] is a source"}, '`search` returned "[1] is a source"'),
        (TOOL, "`search` returned nothing"),
        (
            {"gen_ai.operation.name": "search_memory", "gen_ai.memory.record.id": "key"},
            "Read memory `key`, found nothing",
        ),
        (
            {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "billing"},
            "**billing** finished",
        ),
        ({"agent_inspector.event_type": "final_answer", "gen_ai.output.messages": "Yes"}, 'Answered "Yes"'),
        ({"agent_inspector.event_type": "agent_join", "agent_inspector.name": "a"}, "**a** joined"),
        ({"agent_inspector.event_type": "agent_handoff", "agent_inspector.name": "b"}, "Handed off to **b**"),
        ({}, "`span 1` finished"),
    ],
)
def test_finished_steps(store: SpanStore, span: Make, attributes: dict[str, Any], expected: str) -> None:
    store.write([span(1, attributes=attributes)])

    assert expected == list_steps(store, TRACE)[0].sentence


def test_steps_that_did_not_finish_well(store: SpanStore, span: Make) -> None:
    store.write(
        [
            span(1, start=1, end=None, attributes=CHAT),
            span(2, start=2, attributes=TOOL | {"error.type": "web.errors.Timeout"}, status="error", status_message="after 3 s"),
            span(3, start=3, attributes=TOOL | {"agent_inspector.outcome": "cancelled"}),
            span(4, start=4, attributes={"agent_inspector.event_type": "error", "error.type": "E"}, status_message="m", status="error"),
        ]
    )  # fmt: skip

    assert [step.sentence for step in list_steps(store, TRACE)] == [
        "gpt-4o is answering",
        "`search` failed: Timeout after 3 s",
        "`search` was cancelled",
        "E: m",
    ]


def test_the_outcome_of_runs(store: SpanStore, span: Make) -> None:
    answered = {"gen_ai.operation.name": "invoke_agent", "gen_ai.output.messages": "On Monday."}
    store.write(
        [
            span(1, trace=1, attributes=answered),
            span(1, trace=2, status="error", attributes={"error.type": "Boom"}),
            span(1, trace=3),
            span(1, trace=4, end=None),
            span(2, trace=4, parent=1, start=1, end=None, attributes=TOOL),
            span(1, trace=5, end=None),
        ]
    )

    assert [get_run(store, f"{trace:032x}").outcome for trace in range(1, 6)] == [
        'Answered "On Monday."',
        "Failed: Boom",
        "Completed in one step",
        "`search` is running",
        "Is running",
    ]


@given(st.lists(st.sampled_from(["**bold words**", "`code words`", "plain words and more of them "])))
def test_a_sentence_is_never_too_long_and_its_marks_are_closed(pieces: list[str]) -> None:
    sentence = shorten(" ".join(pieces))

    assert len(re.sub(r"\*\*|`", "", sentence)) <= LONGEST
    assert 0 == sentence.count("`") % 2 == sentence.count("**") % 2


def test_an_llm_step_as_the_original_event(store: SpanStore, span: Make) -> None:
    attributes = CHAT | {
        "gen_ai.input.messages": "hello",
        "gen_ai.output.messages": "good day",
        "gen_ai.usage.input_tokens": 5,
        "gen_ai.usage.output_tokens": 2,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 9,
        "agent_inspector.metadata": '{"k": 1}',
    }
    store.write([span(1, attributes=attributes)])
    data = event_data(get_step(store, TRACE, f"{1:016x}"))

    expected = {
        "event_id": f"{1:016x}",
        "run_id": TRACE,
        "type": "llm_call",
        "status": "completed",
        "duration_ms": 9.0,
        "metadata": {"k": 1},
        "model": "gpt-4o",
        "prompt": "hello",
        "response": "good day",
        "prompt_tokens": 5,
        "completion_tokens": 2,
        "total_tokens": 7,
        "temperature": 0.5,
        "max_tokens": 9,
        "output": {"response": "good day"},
    }
    assert expected == {name: data[name] for name in expected}


def test_other_steps_as_the_original_events(store: SpanStore, span: Make) -> None:
    own = "agent_inspector."
    exception = SpanEvent("exception", 1, {"exception.message": "m", "exception.stacktrace": "Traceback"})
    store.write(
        [
            span(1, attributes=TOOL | {"gen_ai.tool.call.arguments": '{"q": 1}', "gen_ai.tool.call.result": "[1]"}),
            span(2, status="error", events=(exception,), attributes={own + "event_type": "error", "error.type": "E", own + "critical": True}),
            span(3, attributes={own + "event_type": "final_answer", "gen_ai.output.messages": "Yes"}),
            span(4, attributes={"gen_ai.operation.name": "search_memory", "gen_ai.memory.record.id": "k", "gen_ai.memory.records": "v"}),
            span(5, attributes={own + "event_type": "agent_handoff", own + "from_agent_name": "a", own + "to_agent_name": "b"}),
        ]
    )  # fmt: skip
    found = [event_data(get_step(store, TRACE, f"{number:016x}")) for number in range(1, 6)]

    shapes: list[dict[str, Any]] = [
        {"tool_name": "search", "tool_args": {"q": 1}, "tool_result": [1]},
        {
            "error_type": "E",
            "error_message": "m",
            "stack_trace": "Traceback",
            "critical": True,
            "status": "failed",
        },
        {"answer": "Yes", "success": True, "answer_type": None},
        {"memory_key": "k", "memory_value": "v"},
        {"from_agent_name": "a", "to_agent_name": "b", "handoff_reason": None},
    ]
    for data, expected in zip(found, shapes, strict=True):
        assert expected == {name: data[name] for name in expected}
