"""What releases of frameworks were seen to write that the conventions do not have, one shape a test."""

from __future__ import annotations

import json

from otel_bridge.dialects import read, unpack
from tests.otel_bridge.dialects.test_frameworks import span


def test_agentops_wraps_arguments_and_writes_nothing_as_null() -> None:
    call = {"agentops.span.kind": "tool", "operation.name": "get_weather"}
    wrapped = json.dumps({"args": [], "kwargs": {"city": "Paris"}})
    tool = span("agentops", "get_weather.tool", {**call, "agentops.tool.input": wrapped})
    task = {"agentops.span.kind": "task", "operation.name": "plan", "agentops.entity.output": "null"}

    assert unpack(tool).tool_arguments == {"city": "Paris"}
    assert read(span("agentops", "plan.task", task)).name == "plan"
    assert unpack(span("agentops", "plan.task", task)).output_value is None


def test_the_first_token_of_agentops_is_told_in_seconds() -> None:
    told = {"gen_ai.request.model": "gpt-4o", "gen_ai.prompt.0.content": "Hello"}
    record = span("openai", "openai.chat.completion", {**told, "gen_ai.streaming.time_to_first_token": 0.25})

    assert unpack(record).first_token_ms == 250


def test_laminar_quotes_texts_and_calls_embeddings_llms() -> None:
    tool = {"lmnr.span.type": "TOOL", "lmnr.span.input": '{"city":"Paris"}', "lmnr.span.output": '"Rain"'}
    texts = {"lmnr.span.type": "LLM", "gen_ai.request.model": "text-embedding-3-small"}

    assert unpack(span("lmnr.tracer", "get_weather", tool)).tool_result == "Rain"
    assert read(span("lmnr.tracer", "openai.embeddings", texts)).kind == "embedding"


def test_laminar_tells_the_instructions_of_a_response_in_flattened_messages_only() -> None:
    told = {
        "lmnr.span.type": "LLM",
        "gen_ai.input.messages": json.dumps([{"role": "user", "content": "Hello"}]),
        "gen_ai.prompt.0.role": "system",
        "gen_ai.prompt.0.content": "Be brief.",
        "gen_ai.prompt.1.role": "user",
        "gen_ai.prompt.1.content": "Hello",
    }

    payload = unpack(span("lmnr.tracer", "openai.response", told))

    assert payload.system_instructions == [{"type": "text", "content": "Be brief."}]
    assert payload.input_messages == [{"role": "user", "parts": [{"type": "text", "content": "Hello"}]}]


def test_an_agent_of_haystack_does_not_take_the_tokens_of_its_last_call() -> None:
    message = {"role": "assistant", "content": [{"text": "Rain."}], "meta": {"usage": {"prompt_tokens": 9}}}
    told = {"haystack.agent.output": json.dumps({"last_message": message}), "haystack.agent.max_steps": 9}

    reading = read(span("app", "haystack.agent.run", told))

    assert (reading.kind, reading.output_preview, reading.usage.input) == ("agent", "Rain.", None)


def test_tools_are_listed_one_by_one_under_their_names() -> None:
    tool = {"type": "haystack.tools.tool.Tool", "data": {"name": "get_weather"}}
    asked = {"messages": [], "tools": [tool]}
    haystack = span("app", "haystack.agent.step.llm", {"haystack.agent.step.llm.input": json.dumps(asked)})
    config = {"tools": [{"function_declarations": [{"name": "get_weather"}, {"name": "get_price"}]}]}
    request = {"gcp.vertex.agent.llm_request": json.dumps({"config": config})}

    names = [
        tool["name"] for tool in unpack(span("gcp.vertex.agent", "call_llm", request)).tool_definitions or ()
    ]

    assert names == ["get_weather", "get_price"]
    assert unpack(haystack).tool_definitions == [{"name": "get_weather"}]
