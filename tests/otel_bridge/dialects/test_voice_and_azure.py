"""LiveKit's voice agents and Azure's SDKs, in the shapes that their sources document."""

from __future__ import annotations

import json

import pytest

from otel_bridge.dialects import read, unpack
from otel_bridge.record import SpanEvent
from tests.otel_bridge.dialects.test_frameworks import span, words

LIVEKIT = "livekit-agents"


@pytest.mark.parametrize("personal", ["lk.", "lk.pii."])
def test_a_model_call_of_livekit_holds_the_conversation_and_the_answer(personal: str) -> None:
    context = {
        "items": [
            {"type": "message", "role": "system", "content": ["Be brief."]},
            {"type": "message", "role": "user", "content": ["Weather?"]},
        ]
    }
    attributes = {
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.input_cached_tokens": 40,
        "gen_ai.usage.output_tokens": 25,
        "lk.response.ttft": 0.25,
        f"{personal}chat_ctx": json.dumps(context),
        f"{personal}response.text": "Let me look.",
        f"{personal}response.function_calls": json.dumps(
            [{"call_id": "call_1", "name": "weather", "arguments": '{"city": "Oslo"}'}]
        ),
    }
    record = span(LIVEKIT, "llm_node", attributes)

    reading, payload = read(record), unpack(record)

    assert (reading.kind, reading.model, reading.usage.cached_input) == ("llm", "gpt-4o", 40)
    assert words(payload.input_messages) == ["Be brief.", "Weather?"]
    assert (reading.output_preview, list(reading.calls)) == ("Let me look.", ["weather(city=Oslo)"])
    assert payload.first_token_ms == 250


@pytest.mark.parametrize("personal", ["lk.", "lk.pii."])
def test_a_tool_of_livekit_that_failed_says_so(personal: str) -> None:
    attributes = {
        "lk.function_tool.name": "weather",
        "lk.function_tool.id": "call_1",
        "lk.function_tool.is_error": True,
        f"{personal}function_tool.arguments": '{"city": "Oslo"}',
        f"{personal}function_tool.output": "service unavailable",
    }
    record = span(LIVEKIT, "function_tool", attributes)

    reading, payload = read(record), unpack(record)

    assert (reading.kind, reading.tool_name, reading.tool_call_id) == ("tool", "weather", "call_1")
    assert (reading.outcome, reading.error_message) == ("failed", "service unavailable")
    assert (payload.tool_arguments, payload.tool_result) == ({"city": "Oslo"}, "service unavailable")


def test_a_session_of_livekit_is_an_agent_and_what_surrounds_its_turns_is_plumbing() -> None:
    session = {"lk.agent_name": "guide", "lk.pii.room_name": "room-1"}

    reading = read(span(LIVEKIT, "agent_session", session))

    assert (reading.kind, reading.agent, reading.session_id) == ("agent", "guide", "room-1")
    assert read(span(LIVEKIT, "agent_turn", {"lk.pii.user_input": "Weather?"})).input_preview == "Weather?"
    assert read(span(LIVEKIT, "eou_detection", {"lk.eou.probability": 0.9})).framework


def test_azure_writes_each_message_as_json_in_one_attribute_of_its_event() -> None:
    attributes = {
        "gen_ai.operation.name": "process_thread_run",
        "gen_ai.system": "az.ai.agents",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.thread.id": "thread_1",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 25,
    }
    said = {"message": {"content": "Grey."}, "finish_reason": "stop", "index": 0}
    events = (
        SpanEvent("gen_ai.user.message", 1, {"gen_ai.event.content": '{"content": "Weather?"}'}),
        SpanEvent("gen_ai.choice", 2, {"gen_ai.event.content": json.dumps(said)}),
    )
    record = span("azure.ai.agents", "process_thread_run", attributes, events=events)

    reading, payload = read(record), unpack(record)

    assert (reading.kind, reading.session_id, reading.usage.input) == ("llm", "thread_1", 120)
    assert (words(payload.input_messages), words(payload.output_messages)) == (["Weather?"], ["Grey."])
    assert reading.finish_reason == "stop"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("gen_ai.session.id", "session_id"),
        ("wandb.thread_id", "session_id"),
        ("session_id", "session_id"),
        ("gen_ai.user.id", "user_id"),
        ("user_id", "user_id"),
    ],
)
def test_people_are_found_under_the_names_that_hand_made_spans_give_them(name: str, field: str) -> None:
    reading = read(
        span("my app", "invoke_agent guide", {"gen_ai.operation.name": "invoke_agent", name: "x-1"})
    )

    assert getattr(reading, field) == "x-1"
