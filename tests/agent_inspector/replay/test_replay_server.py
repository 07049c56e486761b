"""What is served in a replay is what the vendors' own clients understand, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from openai import BadRequestError, OpenAI, RateLimitError

from agent_inspector.replay import ReplayServer, read_tape
from agent_inspector.store import SpanStore
from otel_bridge.record import SpanEvent, SpanRecord
from tests.agent_inspector.query.conftest import config, store

__all__ = ["config", "store"]

RUN = "d4" * 16
ARGUMENTS = {"city": "Porto", "days": 2}
QUESTION = {"role": "user", "content": "How is Porto?"}
CALLED = {
    "role": "assistant",
    "tool_calls": [{"id": "call_9", "type": "function", "function": {"name": "weather", "arguments": json.dumps(ARGUMENTS)}}],
}  # fmt: skip


def span(number: int, **fields: Any) -> SpanRecord:
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o-mini"} | {
        name: json.dumps(value) if isinstance(value, list) else value
        for name, value in fields.pop("attributes", {}).items()
    }
    start = 1_700_000_000_000_000_000 + number * 1_000_000
    return SpanRecord(RUN, f"{number:016x}", None, "chat", start, start + 10, attributes=attributes, **fields)


@pytest.fixture
def served(store: SpanStore) -> Iterator[str]:
    asked = [{"role": "user", "parts": [{"type": "text", "content": "How is Porto?"}]}]
    chose = [{"role": "assistant", "parts": [
        {"type": "text", "content": "Let me see."},
        {"type": "tool_call", "id": "call_9", "name": "weather", "arguments": ARGUMENTS},
    ]}]  # fmt: skip
    told = [
        *asked,
        chose[0],
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "call_9", "response": "showers"}]},
    ]
    answered = [
        {"role": "assistant", "parts": [{"type": "text", "content": "Wet, 15 °C."}], "finish_reason": "stop"}
    ]
    refused = {"exception.type": "openai.RateLimitError", "exception.message": "Slow down."}
    store.write(
        [
            span(1, attributes={"gen_ai.input.messages": asked, "gen_ai.output.messages": chose,
                                "gen_ai.usage.input_tokens": 20, "gen_ai.usage.output_tokens": 6}),
            span(2, attributes={"gen_ai.input.messages": told, "gen_ai.output.messages": answered}),
            span(3, attributes={"gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": "More!"}]}]},
                 status="error", events=[SpanEvent("exception", 1_700_000_000_003_000_000, refused)]),
        ]
    )  # fmt: skip
    with ReplayServer(read_tape(store, RUN), lambda record: record) as server:
        yield server.base_url


@pytest.fixture
def openai(served: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{served}/v1", api_key="none") as client:
        yield client


def test_chat_completions_are_served_whole(openai: OpenAI) -> None:
    messages: list[Any] = [QUESTION]
    first = openai.chat.completions.create(model="gpt-4o-mini", messages=messages)
    messages += [CALLED, {"role": "tool", "tool_call_id": "call_9", "content": "showers"}]
    second = openai.chat.completions.create(model="gpt-4o-mini", messages=messages)

    choice = first.choices[0]
    assert (choice.finish_reason, choice.message.content) == ("tool_calls", "Let me see.")
    call: Any = (choice.message.tool_calls or [])[0]
    assert (call.id, call.function.name, json.loads(call.function.arguments)) == (
        "call_9",
        "weather",
        ARGUMENTS,
    )
    assert first.usage is not None
    assert (first.usage.prompt_tokens, first.usage.completion_tokens) == (20, 6)
    assert (second.choices[0].finish_reason, second.choices[0].message.content) == ("stop", "Wet, 15 °C.")


def test_chat_completions_are_streamed(openai: OpenAI) -> None:
    messages: list[Any] = [QUESTION]
    stream: Any = openai.chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True)
    deltas = [chunk.choices[0].delta for chunk in stream if chunk.choices]

    assert "".join(delta.content or "" for delta in deltas) == "Let me see."
    arguments = "".join(call.function.arguments for delta in deltas for call in delta.tool_calls or ())
    assert json.loads(arguments) == ARGUMENTS


@pytest.mark.parametrize("streamed", [False, True])
def test_responses_are_served(openai: OpenAI, streamed: bool) -> None:
    if streamed:
        events = list(openai.responses.create(model="gpt-4o-mini", input="How is Porto?", stream=True))
        answer: Any = events[-1].response  # type: ignore[union-attr]  # the last event holds it
    else:
        answer = openai.responses.create(model="gpt-4o-mini", input="How is Porto?")

    assert answer.output_text == "Let me see."
    assert [
        (item.name, json.loads(item.arguments)) for item in answer.output if item.type == "function_call"
    ] == [("weather", ARGUMENTS)]


@pytest.mark.parametrize("streamed", [False, True])
def test_messages_of_anthropic_are_served(served: str, streamed: bool) -> None:
    use = {"type": "tool_use", "id": "call_9", "name": "weather", "input": ARGUMENTS}
    result = {
        "type": "tool_result",
        "tool_use_id": "call_9",
        "content": [{"type": "text", "text": "showers"}],
    }
    messages = [QUESTION, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
    body = {"model": "gpt-4o-mini", "max_tokens": 100, "messages": messages, "stream": streamed}
    answer = httpx2.post(f"{served}/v1/messages", json=body)

    assert answer.status_code == 200
    if streamed:
        events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
        assert [event["type"] for event in events] == [
            "message_start", "content_block_start", "content_block_delta", "content_block_stop",
            "message_delta", "message_stop",
        ]  # fmt: skip
        assert events[2]["delta"] == {"type": "text_delta", "text": "Wet, 15 °C."}
    else:
        assert answer.json()["content"] == [{"type": "text", "text": "Wet, 15 °C."}]
        assert answer.json()["stop_reason"] == "end_turn"


def test_a_recorded_failure_is_raised_again(openai: OpenAI) -> None:
    with pytest.raises(RateLimitError, match="Slow down"):
        openai.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "More!"}])


def test_a_request_that_was_not_recorded_is_refused_once(openai: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="Model call 1 differs from step 1 of the run in message 1"):
        openai.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "And Faro?"}]
        )


def test_who_does_not_know_the_address_is_not_answered(served: str) -> None:
    port = served.split(":")[2].split("/")[0]
    answer = httpx2.post(f"http://127.0.0.1:{port}/v1/chat/completions", json={"messages": [QUESTION]})

    assert answer.status_code == 404
    assert "Let me see" not in answer.text
