"""The shapes that vendors write: flattened lists, wrapped values, messages, events, counts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from otel_bridge.dialects import attach_logs, read, unpack
from otel_bridge.dialects.messages import as_messages, last_message
from otel_bridge.dialects.registry import find_dialect
from otel_bridge.dialects.unflatten import unflatten, unflatten_all
from otel_bridge.dialects.values import count, parse_json, parse_text
from otel_bridge.dialects.wrappings import call_arguments, tool_call_id, unwrapped, unwrapped_result
from otel_bridge.record import LogRecord, SpanEvent, SpanRecord


def span(scope: str = "", name: str = "a span", **fields: Any) -> SpanRecord:
    given_fields: dict[str, Any] = {"start_ns": 1, "end_ns": 2, "parent_id": "b" * 16}
    return SpanRecord(
        trace_id="a" * 32, span_id="c" * 16, name=name, scope_name=scope, **(given_fields | fields)
    )


def text_message(role: str, words: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": words}]}


# Flattened lists

trees = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=12)
        | st.dictionaries(st.from_regex(r"[a-z]{1,3}", fullmatch=True), inner, min_size=1, max_size=3)
    ),
    max_leaves=20,
)


def flattened(tree: Any, path: str) -> dict[str, Any]:
    if isinstance(tree, dict):
        pairs = [(str(key), value) for key, value in tree.items()]
    elif isinstance(tree, list):
        pairs = [(str(index), value) for index, value in enumerate(tree)]
    else:
        return {path: tree}
    return {key: leaf for name, value in pairs for key, leaf in flattened(value, f"{path}.{name}").items()}


@given(st.lists(trees, min_size=1, max_size=12))
def test_what_was_flattened_comes_back(tree: list[Any]) -> None:
    attributes = flattened(tree, "llm.list") | {"llm.other": 1, "x": 2}

    assert unflatten(attributes, "llm.list") == tree
    assert unflatten_all(attributes, {"llm.list": "found"}) == {"found": tree}


def test_lists_with_holes_close_up_and_values_lose_against_what_is_below_them() -> None:
    attributes = {"p.q.10.a": 1, "p.q.2": "x", "p.q.2.b": 2, "p.q.2.b.c": 3}

    assert unflatten(attributes, "p.q") == [{"b": {"c": 3}}, {"a": 1}]


def test_nothing_flattened_is_nothing() -> None:
    assert unflatten({"other.0": 1}, "p.q") is None


# Values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        ("[NaN]", None),
        ("[broken", "[broken"),
        ("plain", "plain"),
        (5, 5),
        ("[" * 5000 + "]" * 5000, "[" * 5000 + "]" * 5000),
    ],
)
def test_json_texts_are_parsed_as_far_as_they_are_any(value: Any, expected: Any) -> None:
    parsed = parse_json(value)

    assert isinstance(parsed, (list, str)) if expected is None else parsed == expected


def test_texts_written_as_json_twice_are_read_once() -> None:
    assert parse_text('"gpt-4o"') == "gpt-4o"
    assert parse_text('"{\\"a\\": 1}"') == {"a": 1}
    assert parse_text('"broken') == '"broken'


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3), ("12", 12), (4.0, 4), (-1, None), (True, None), ("x", None), (float("nan"), None), (None, None)],
)
def test_counts(value: Any, expected: int | None) -> None:
    assert count({"n": value}, "n") == expected


# Wrappings


def test_values_come_out_of_their_wrappings() -> None:
    assert unwrapped('{"output": {"outputs": [1]}}') == [1]
    assert unwrapped({"inputs": {"a": 1}, "tags": [], "metadata": {}}) == {"a": 1}
    assert unwrapped({"input": 1, "limit": 2}) == {"input": 1, "limit": 2}


def test_call_arguments_are_the_named_ones_or_the_only_one() -> None:
    assert call_arguments('{"args": ["Paris"], "kwargs": {}}') == "Paris"
    assert call_arguments({"args": [], "kwargs": {"city": "Paris"}}) == {"city": "Paris"}
    assert call_arguments({"kwargs": {"city": "Paris"}}) == {"city": "Paris"}
    assert call_arguments({"args": [], "kwargs": {}}) is None
    assert call_arguments({"args": [1], "kwargs": {"b": 2}}) == {"args": [1], "kwargs": {"b": 2}}
    assert call_arguments({"tool_name": "t", "arguments": {"a": 1}}) == {"a": 1}


def test_a_message_of_langchains_gives_its_content_and_its_call() -> None:
    message = {"output": {"lc": 1, "kwargs": {"content": '{"sky": "grey"}', "tool_call_id": "c1"}}}

    assert unwrapped_result(message) == {"sky": "grey"}
    assert tool_call_id(json.dumps(message)) == "c1"
    assert tool_call_id("text") is None


# Messages

LANGCHAIN = {
    "lc": 1,
    "id": ["langchain", "schema", "messages", "AIMessage"],
    "kwargs": {
        "content": "",
        "tool_calls": [{"name": "f", "args": {"a": 1}, "id": "c1", "type": "tool_call"}],
        "response_metadata": {"finish_reason": "tool_calls"},
    },
}
CALL = {"type": "tool_call", "id": "c1", "name": "f", "arguments": {"a": 1}}
RESULT = {"type": "tool_call_response", "id": "c1", "response": "ok"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("hi", [text_message("user", "hi")], id="text"),
        pytest.param({"role": "user", "content": "hi"}, [text_message("user", "hi")], id="one message"),
        pytest.param(
            {"model": "m", "instructions": "Be brief.", "input": "hi"},
            [text_message("system", "Be brief."), text_message("user", "hi")],
            id="request of the Responses API",
        ),
        pytest.param(
            {"output": [{"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": '{"a": 1}'}]},
            [{"role": "assistant", "parts": [CALL]}],
            id="answer of the Responses API",
        ),
        pytest.param(
            {"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}]},
            [text_message("assistant", "hi") | {"finish_reason": "stop"}],
            id="answer of the chat API",
        ),
        pytest.param(
            {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "f", "input": {"a": 1}}]},
            [{"role": "assistant", "parts": [CALL]}],
            id="Anthropic",
        ),
        pytest.param(
            [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "ok"}]}],
            [{"role": "user", "parts": [RESULT]}],
            id="Anthropic's tool result",
        ),
        pytest.param(
            [{"role": "model", "parts": [{"text": "hi"}, {"functionCall": {"id": "c1", "name": "f", "args": {"a": 1}}}]}],
            [{"role": "assistant", "parts": [{"type": "text", "content": "hi"}, CALL]}],
            id="Gemini",
        ),
        pytest.param(
            [{"role": "assistant", "content": [{"toolUse": {"toolUseId": "c1", "name": "f", "input": {"a": 1}}}]}],
            [{"role": "assistant", "parts": [CALL]}],
            id="Bedrock",
        ),
        pytest.param(
            {"messages": [[LANGCHAIN]]},
            [{"role": "assistant", "parts": [CALL], "finish_reason": "tool_calls"}],
            id="LangChain's constructor",
        ),
        pytest.param(
            [{"type": "tool", "content": "ok", "tool_call_id": "c1"}],
            [{"role": "tool", "parts": [RESULT]}],
            id="LangChain's dump",
        ),
        pytest.param([{"role": "assistant", "content": None, "refusal": "No."}], [text_message("assistant", "No.")], id="refusal"),
        pytest.param(
            [{"role": "assistant", "reasoning_content": "Hm.", "content": "hi"}],
            [{"role": "assistant", "parts": [{"type": "reasoning", "content": "Hm."}, {"type": "text", "content": "hi"}]}],
            id="reasoning",
        ),
    ],
)  # fmt: skip
def test_messages_of_any_vendor_become_parts(written: Any, expected: Any) -> None:
    role = "user" if written == "hi" else "assistant"

    assert as_messages(json.dumps(written) if not isinstance(written, str) else written, role) == expected


def test_the_last_message_of_a_role_is_found_without_reading_the_others() -> None:
    written = [
        {"role": "user", "content": "first"},
        {"role": "user", "content": "last"},
        {"role": "assistant"},
    ]

    assert last_message(json.dumps(written), "user") == [text_message("user", "last")]
    assert last_message("[]", "user") == []


# Content in events and logs


def test_messages_in_span_events_are_the_messages_of_the_span() -> None:
    record = span(
        attributes={"gen_ai.operation.name": "chat"},
        events=[
            SpanEvent("gen_ai.user.message", 1, {"content": "hi"}),
            SpanEvent("gen_ai.choice", 2, {"finish_reason": "stop", "message": '{"content": "hello"}'}),
        ],
    )

    payload = unpack(record)

    assert payload.input_messages == [text_message("user", "hi")]
    assert payload.output_messages == [text_message("assistant", "hello") | {"finish_reason": "stop"}]
    assert read(record).finish_reason == "stop"


def test_messages_in_log_records_are_read_like_events() -> None:
    logs = [
        LogRecord(1, 1, event_name="gen_ai.user.message", body={"content": "hi"}),
        LogRecord(
            2,
            2,
            event_name="gen_ai.client.inference.operation.details",
            attributes={"gen_ai.output.messages": ({"role": "assistant", "parts": ({"type": "text", "content": "yo"},)},)},
        ),
    ]  # fmt: skip

    payload = unpack(attach_logs(span(attributes={"gen_ai.operation.name": "chat"}), logs))

    assert payload.input_messages == [text_message("user", "hi")]
    assert payload.output_messages == [text_message("assistant", "yo")]


# Which dialect


@pytest.mark.parametrize(
    ("scope", "attributes", "expected"),
    [
        ("openinference.instrumentation.new", {}, "openinference"),
        ("my-app", {"openinference.span.kind": "LLM"}, "openinference"),
        ("opentelemetry.instrumentation.openai.v1", {"gen_ai.is_streaming": False}, "traceloop"),
        ("opentelemetry.instrumentation.openai_agents", {"gen_ai.operation.name": "chat"}, "gen_ai"),
        ("my-app", {"gen_ai.prompt.0.content": "hi"}, "indexed_gen_ai"),
        ("my-app", {"db.system": "chroma"}, "vector_stores"),
        ("my-app", {"db.system": "postgresql"}, "plain"),
        ("my-app", {"gen_ai.request.model": "m", "gen_ai.system": "openai"}, "gen_ai"),
        ("my-app", {"gen_ai.conversation.id": "c"}, "plain"),
    ],
)
def test_a_dialect_is_known_by_scope_then_by_marks(
    scope: str, attributes: dict[str, Any], expected: str
) -> None:
    assert find_dialect(span(scope, attributes=attributes)).name == expected


# Counts that do not mean what the conventions mean


def test_openlit_leaves_out_cached_tokens_for_anthropic() -> None:
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.usage.input_tokens": 22,
        "gen_ai.usage.cache_read.input_tokens": 128,
        "gen_ai.usage.cache_creation.input_tokens": 32,
    }

    usage = read(span("openlit.instrumentation.anthropic", attributes=attributes)).usage

    assert (usage.input, usage.cached_input, usage.cache_write) == (182, 128, 32)


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"input": 80, "input_cached_tokens": 40, "output": 25, "output_reasoning": 7}, (120, 32, 40, 7)),
        ({"input": 80, "input_cache_read": 40, "input_priority": 80, "output": 5}, (120, 5, 40, None)),
        (
            {"prompt_tokens": 120, "completion_tokens": 25, "prompt_tokens_details": {"cached_tokens": 40}},
            (120, 25, 40, None),
        ),
        ({}, (None, None, None, None)),
    ],
)
def test_langfuse_counts_parts_apart_from_the_rest(details: Any, expected: Any) -> None:
    attributes = {
        "langfuse.observation.type": "generation",
        "langfuse.observation.usage_details": json.dumps(details),
    }

    usage = read(span("langfuse-sdk", attributes=attributes)).usage

    assert (usage.input, usage.output, usage.cached_input, usage.reasoning) == expected


# Errors that hide


def test_langsmith_tells_errors_in_an_event_of_a_span_that_is_ok() -> None:
    event = SpanEvent(
        "exception",
        1,
        {"exception.type": "Exception", "exception.message": "KeyError('ch_1')Traceback (most recent ..."},
    )

    reading = read(
        span("langsmith", status="ok", attributes={"langsmith.span.kind": "chain"}, events=[event])
    )

    assert (reading.outcome, reading.error_type, reading.error_message) == ("failed", "KeyError", "ch_1")


def test_langfuse_warnings_are_no_errors() -> None:
    attributes = {"langfuse.observation.type": "span", "langfuse.observation.level": "WARNING"}

    assert read(span("langfuse-sdk", attributes=attributes)).outcome == "completed"


# Previews


def test_the_preview_of_a_chain_is_its_last_message() -> None:
    state = {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "It rains."}]}
    attributes = {"openinference.span.kind": "CHAIN", "output.value": json.dumps(state)}

    assert read(span(attributes=attributes)).output_preview == snapshot("It rains.")
