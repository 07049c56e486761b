"""Spans of products that nobody has a dialect for: what they say in likely words is read all the same."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_bridge.dialects import read, unpack
from otel_bridge.dialects.unnamed_keys import ANSWERS, NAMES, PREFIXES, QUESTIONS, STATED
from tests.otel_bridge.dialects.test_frameworks import span
from tests.otel_bridge.dialects.test_hostile_spans import hostile

ASKED: Final = json.dumps([{"role": "user", "content": "Rain?"}])
RAW: Final = {
    "choices": [
        {
            "message": {
                "role": "assistant",
                "content": "Rain.",
                "tool_calls": [{"id": "c-1", "function": {"name": "look", "arguments": '{"at": "sky"}'}}],
            },
            "finish_reason": "tool_calls",
        }
    ],
    "usage": {"prompt_tokens": 5, "completion_tokens": 6, "prompt_tokens_details": {"cached_tokens": 2}},
}
MODEL_CALLS: Final[tuple[dict[str, Any], ...]] = (
    {"llm.model": "m-1", "llm.prompt": "Rain?", "llm.completion": "Rain.", "llm.usage.prompt_tokens": 5, "llm.usage.completion_tokens": 6},
    {"llm.model_name": "m-1", "input.value": "Rain?", "output.value": "Rain.", "llm.usage.input_tokens": 5, "llm.usage.output_tokens": 6},
    {"model": "m-1", "messages": ASKED, "response": "Rain.", "usage.prompt_tokens": 5, "usage.completion_tokens": 6},
    {"model": "m-1", "prompt": "Rain?", "completion": "Rain.", "usage": '{"input_tokens": 5, "output_tokens": 6}'},
    {"ai.model": "m-1", "ai.prompt": "Rain?", "ai.response.text": "Rain.", "ai.inputTokens": 5, "ai.outputTokens": 6},
    {"span.type": "LLM", "model_name": "m-1", "input": ASKED, "output": "Rain.", "input_tokens": 5, "output_tokens": 6},
    {"llm.model": "m-1", "llm.messages.0.role": "user", "llm.messages.0.content": "Rain?", "llm.response": json.dumps(RAW)},
    {"gen_ai.operation.name": "chat.completions", "gen_ai.request.model": "m-1", "input.value": "Rain?", "output.value": "Rain.",
     "gen_ai.usage.prompt_tokens": 5, "gen_ai.usage.completion_tokens": 6},
)  # fmt: skip


@pytest.mark.parametrize("attributes", MODEL_CALLS, ids=lambda attributes: next(iter(attributes)))
def test_a_call_of_a_model_is_one_whatever_its_words(attributes: dict[str, Any]) -> None:
    reading = read(span("acme.agents", "ask", attributes))

    assert (reading.kind, reading.name, reading.model) == ("llm", "m-1", "m-1")
    assert (reading.input_preview, reading.output_preview) == ("Rain?", "Rain.")
    assert (reading.usage.input, reading.usage.output) == (5, 6)


def test_an_answer_that_is_a_whole_response_of_a_provider_tells_its_calls() -> None:
    reading = read(span("acme.agents", "ask", MODEL_CALLS[6]))

    assert (list(reading.calls), reading.finish_reason) == (["look(at=sky)"], "tool_calls")
    assert reading.usage.cached_input == 2


@pytest.mark.parametrize(
    "attributes",
    [
        {"tool.name": "look", "tool.arguments": '{"at": "sky"}', "tool.result": "grey"},
        {"tool_name": "look", "input": '{"at": "sky"}', "output": "grey"},
        {"tool.name": "look", "input.value": '{"args": [], "kwargs": {"at": "sky"}}', "output.value": "grey"},
        {"type": "tool", "name": "look", "input": {"at": "sky"}, "output": "grey"},
        {"gen_ai.operation.name": "tool_call", "gen_ai.tool.name": "look", "gen_ai.tool.arguments": '{"at": "sky"}', "gen_ai.tool.output": "grey"},
    ],
    ids=lambda attributes: next(iter(attributes)),
)  # fmt: skip
def test_a_tool_is_one_whatever_its_words(attributes: dict[str, Any]) -> None:
    record = span("acme.agents", "do", attributes)

    assert (read(record).kind, read(record).tool_name) == ("tool", "look")
    assert (unpack(record).tool_arguments, unpack(record).tool_result) == ({"at": "sky"}, "grey")


def test_agents_steps_and_searches_are_told_apart() -> None:
    asked = {"input.value": "Rain?", "output.value": "Rain."}
    agent = read(span("acme", "agent run", {"agent.name": "guide", "session.id": "s-1", **asked}))
    step = read(span("acme", "plan", {"agent.name": "guide", **asked}))
    found = read(span("acme", "look up", {"retrieval.query": "sky", "documents": '[{"content": "grey"}]'}))
    vector = read(span("acme", "embed", {"model": "e-1", "input": "sky"}))

    assert (agent.kind, agent.agent, agent.session_id) == ("agent", "guide", "s-1")
    assert (step.kind, step.agent, step.output_preview) == ("chain", "guide", "Rain.")
    assert (found.kind, found.input_preview, found.output_preview) == ("retrieval", "sky", "grey")
    assert (vector.kind, vector.input_preview) == ("embedding", "sky")


@pytest.mark.parametrize("key", ["type", "user", "input", "query", "response", "model"])
def test_a_web_request_stays_plumbing_whatever_it_says_of_itself(key: str) -> None:
    reading = read(span("flask", "GET /", {"http.method": "GET", "url.path": "/", key: "x"}))

    assert (reading.kind, reading.framework) == ("framework", True)


@pytest.mark.parametrize("operation", ["agent_step", "list_tools", "create_agent_version", "count_tokens"])
def test_what_only_surrounds_a_step_is_none(operation: str) -> None:
    assert read(span("acme", "x", {"gen_ai.operation.name": operation})).kind == "chain"


KEYS: Final = sorted({*NAMES, *QUESTIONS, *ANSWERS, *STATED, *(f"{prefix}.0.role" for prefix in PREFIXES)})


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(KEYS), hostile, max_size=8))
def test_anything_may_stand_under_likely_keys(attributes: dict[str, Any]) -> None:
    for extra in ({}, {"gen_ai.operation.name": "chat"}):
        record = span("acme", "an agent", {**attributes, **extra})

        assert read(record).kind
        unpack(record)
        assert record.attributes == {**attributes, **extra} or attributes != attributes


def test_prompt_flow_is_read_without_a_dialect() -> None:
    told = {
        "framework": "promptflow",
        "span_type": "LLM",
        "function": "openai.resources.chat.completions.Completions.create",
        "inputs": json.dumps({"model": "m-1", "messages": [{"role": "user", "content": "Rain?"}]}),
        "llm.response.model": "m-1",
        "llm.generated_message": json.dumps({"role": "assistant", "content": "Rain."}),
        "llm.usage.prompt_tokens": 5,
        "llm.usage.completion_tokens": 6,
    }
    function = {
        "framework": "promptflow",
        "span_type": "Function",
        "inputs": '{"q": "Rain?"}',
        "output": '"Rain."',
    }

    reading, step = read(span("promptflow", "create", told)), read(span("promptflow", "ask", function))

    assert (reading.kind, reading.model, reading.usage.input, reading.usage.output) == ("llm", "m-1", 5, 6)
    assert (reading.input_preview, reading.output_preview) == ("Rain?", "Rain.")
    assert (step.kind, step.name) == ("chain", "ask")


def test_genkit_is_read_without_a_dialect() -> None:
    call = {"toolRequest": {"name": "look", "ref": "c-1", "input": {"at": "sky"}}}
    result = {"toolResponse": {"name": "look", "ref": "c-1", "output": "grey"}}
    asked = [{"role": "user", "content": [{"text": "Rain?"}]}, {"role": "tool", "content": [result]}]
    answer = {
        "message": {"role": "model", "content": [{"text": "Rain."}, call]},
        "usage": {"inputTokens": 5, "outputTokens": 6},
    }
    told = {
        "genkit:type": "action",
        "genkit:metadata:subtype": "model",
        "genkit:name": "googleai/m-1",
        "genkit:input": json.dumps({"messages": asked}),
        "genkit:output": json.dumps(answer),
    }
    tool = {
        "genkit:metadata:subtype": "tool",
        "genkit:name": "look",
        "genkit:input": '{"at": "sky"}',
        "genkit:output": '"grey"',
    }
    record = span("genkit-tracer", "googleai/m-1", told)

    reading, messages = read(record), unpack(record).input_messages or ()

    assert (reading.kind, reading.model, reading.usage.input, reading.usage.output) == (
        "llm",
        "googleai/m-1",
        5,
        6,
    )
    assert (reading.input_preview, reading.output_preview, list(reading.calls)) == (
        "Rain?",
        "Rain.",
        ["look(at=sky)"],
    )
    assert messages[1]["parts"] == [{"type": "tool_call_response", "id": "c-1", "response": "grey"}]
    assert read(span("genkit-tracer", "look", tool)).tool_name == "look"


def test_langwatch_is_read_without_a_dialect() -> None:
    messages = {"type": "chat_messages", "value": [{"role": "user", "content": "Rain?"}]}
    told = {
        "langwatch.span.type": "llm",
        "langwatch.input": json.dumps(messages),
        "langwatch.output": json.dumps({"type": "text", "value": "Rain."}),
        "langwatch.thread.id": "s-1",
    }

    reading = read(span("langwatch", "ask", told))

    assert (reading.kind, reading.session_id) == ("llm", "s-1")
    assert (reading.input_preview, reading.output_preview) == ("Rain?", "Rain.")
