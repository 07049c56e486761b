"""Reading spans of the GenAI conventions and of the facade."""

from __future__ import annotations

import json
from typing import Any

from inline_snapshot import snapshot

from otel_bridge.dialects import read, unpack
from otel_bridge.record import Attributes, AttributeValue, SpanEvent, SpanRecord


def span(attributes: Attributes, **fields: Any) -> SpanRecord:
    given: dict[str, Any] = {"name": "a span", "start_ns": 1, "end_ns": 2, "parent_id": "b" * 16}
    return SpanRecord(trace_id="a" * 32, span_id="c" * 16, attributes=attributes, **(given | fields))


CHAT: dict[str, AttributeValue] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.request.temperature": 0.2,
    "gen_ai.response.finish_reasons": ("tool_calls",),
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 20,
    "gen_ai.usage.cache_read.input_tokens": 64,
    "gen_ai.response.time_to_first_chunk": 0.25,
    "gen_ai.system_instructions": json.dumps([{"type": "text", "content": "Be brief."}]),
    "gen_ai.input.messages": json.dumps(
        [
            {"role": "user", "parts": [{"type": "text", "content": "Weather in Oslo?"}]},
        ]
    ),
    "gen_ai.output.messages": json.dumps(
        [
            {
                "role": "assistant",
                "parts": [
                    {
                        "type": "tool_call",
                        "id": "c1",
                        "name": "weather",
                        "arguments": {"city": "Oslo", "days": 2},
                    }
                ],
            }
        ]
    ),
}


def test_a_chat_span_reads_as_a_model_call() -> None:
    reading = read(span(CHAT))

    assert (reading.kind, reading.type, reading.name) == ("llm", "llm_call", "gpt-4o")
    assert (reading.provider, reading.model) == ("openai", "gpt-4o")
    assert (reading.usage.input, reading.usage.output, reading.usage.cached_input) == (100, 20, 64)
    assert reading.calls == ["weather(city=Oslo, days=2)"]
    assert reading.input_preview == "Weather in Oslo?"
    assert reading.finish_reason == "tool_calls"


def test_a_chat_span_unpacks_into_its_messages() -> None:
    payload = unpack(span(CHAT))

    assert payload.parameters == {"temperature": 0.2}
    assert payload.first_token_ms == 250
    assert payload.system_instructions == [{"type": "text", "content": "Be brief."}]
    assert payload.input_messages == snapshot(
        [{"role": "user", "parts": [{"type": "text", "content": "Weather in Oslo?"}]}]
    )


def test_messages_as_the_chat_api_writes_them_unpack_into_the_same_parts() -> None:
    openai = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Weather?"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c1", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": '{"sky": "grey"}'},
    ]
    payload = unpack(span(CHAT | {"gen_ai.input.messages": json.dumps(openai)}))

    assert payload.input_messages == snapshot(
        [
            {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
            {"role": "user", "parts": [{"type": "text", "content": "Weather?"}]},
            {
                "role": "assistant",
                "parts": [
                    {"type": "tool_call", "id": "c1", "name": "weather", "arguments": {"city": "Oslo"}}
                ],
            },
            {
                "role": "tool",
                "parts": [{"type": "tool_call_response", "id": "c1", "response": {"sky": "grey"}}],
            },
        ]
    )


def test_results_that_are_written_as_said_by_the_user_are_no_words_of_theirs() -> None:
    result = {"role": "user", "parts": [{"type": "tool_call_response", "id": "c1", "response": "rain"}]}
    question = {"role": "user", "parts": [{"type": "text", "content": "Weather in Oslo?"}]}
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": json.dumps([question, {"role": "assistant", "parts": []}, result]),
    }

    assert read(span(attributes)).input_preview == "Weather in Oslo?"


def test_a_failed_tool_says_what_failed() -> None:
    exception = SpanEvent(
        "exception",
        2,
        {"exception.type": "KeyError", "exception.message": "'ch_1'", "exception.stacktrace": "Traceback"},
    )
    record = span(
        {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "refund",
            "gen_ai.tool.call.arguments": '{"id": "ch_1"}',
        },
        status="error",
        events=[exception],
    )
    reading, payload = read(record), unpack(record)

    assert (reading.kind, reading.outcome, reading.error_type, reading.error_message) == (
        "tool",
        "failed",
        "KeyError",
        "'ch_1'",
    )
    assert payload.tool_arguments == {"id": "ch_1"}
    assert payload.tool_result is None
    assert payload.stack_trace == "Traceback"


def test_a_missing_token_count_is_unknown_and_a_zero_is_zero() -> None:
    attributes: Attributes = {"gen_ai.operation.name": "chat", "gen_ai.usage.output_tokens": 0}
    usage = read(span(attributes)).usage

    assert (usage.input, usage.output) == (None, 0)


def test_an_http_request_below_a_step_is_framework_and_a_root_is_not() -> None:
    request = {"http.request.method": "POST", "url.full": "http://127.0.0.1/"}

    assert read(span(request)).framework
    assert not read(span(request, parent_id=None)).framework


def test_a_span_of_any_shape_can_be_read() -> None:
    odd: list[Attributes] = [
        {"gen_ai.operation.name": 7, "gen_ai.usage.input_tokens": "many"},
        {"gen_ai.operation.name": "chat", "gen_ai.input.messages": "[not json"},
        {"gen_ai.operation.name": "chat", "gen_ai.output.messages": '[1, null, {"parts": 3}]'},
        {"gen_ai.operation.name": "chat", "gen_ai.output.messages": ({"role": "user", "parts": ("x",)},)},
        {"agent_inspector.event_type": "unheard_of", "agent_inspector.metadata": "[]"},
    ]
    for attributes in odd:
        read(span(attributes))
        unpack(span(attributes))
