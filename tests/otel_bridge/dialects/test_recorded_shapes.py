"""What releases of frameworks were seen to write that the conventions do not have, one shape a test."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from otel_bridge.dialects import read, unpack
from otel_bridge.dialects.parts import read_part
from otel_bridge.record import SpanEvent
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


PICTURES: Final[tuple[dict[str, Any], ...]] = (
    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
    {"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
    {"type": "image", "image": "AAAA", "mediaType": "image/png"},
    {"type": "file", "mediaType": "image/png", "data": "AAAA"},
    {"type": "image", "source_type": "base64", "mime_type": "image/png", "data": "AAAA"},
    {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
    {"inline_data": {"mime_type": "image/png", "data": "AAAA"}},
    {"message_content": {"type": "image", "image": {"image": {"url": "data:image/png;base64,AAAA"}}}},
)


@pytest.mark.parametrize("part", PICTURES, ids=lambda part: ".".join(part))
def test_a_picture_is_a_blob_whoever_wrote_it(part: dict[str, Any]) -> None:
    told = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": [{"role": "user", "content": [part]}]}

    messages = unpack(span("acme", "chat", told)).input_messages or ()

    picture = {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "AAAA"}
    assert messages[0]["parts"] == [picture]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (
            {"type": "image_url", "image_url": {"url": "https://x/a"}},
            {"type": "uri", "modality": "image", "uri": "https://x/a"},
        ),
        (
            {"type": "file", "data": {"type": "url", "url": "https://x/a"}, "mediaType": "text/csv"},
            {"type": "uri", "mime_type": "text/csv", "uri": "https://x/a"},
        ),
        ({"fileData": {"fileUri": "gs://x/a"}}, {"type": "uri", "uri": "gs://x/a"}),
        ({"type": "file", "file": {"file_id": "f-1"}}, {"type": "file", "file_id": "f-1"}),
        ({"type": "image", "image": {"0": 1}}, {"type": "image", "image": {"0": 1}}),
    ],
)
def test_a_file_is_a_reference_where_its_place_is_told(
    part: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert read_part(part) == expected


def test_the_ai_sdk_quotes_what_it_embeds_and_keeps_the_callers_metadata() -> None:
    told = {
        "ai.operationId": "ai.embedMany.doEmbed",
        "ai.values": ('"a"', '"b"'),
        "ai.telemetry.metadata.userId": "u-1",
        "ai.telemetry.metadata.plan": "pro",
    }
    record = span("ai", "ai.embedMany.doEmbed", told)

    assert unpack(record).input_value == ["a", "b"]
    assert (read(record).user_id, read(record).metadata) == ("u-1", {"plan": "pro"})


def test_langfuse_adds_up_costs_and_tells_the_first_token_by_its_moment() -> None:
    own = "langfuse.observation."
    told = {
        own + "type": "generation",
        own + "cost_details": '{"input": 0.25, "output": 0.5}',
        own + "completion_start_time": '"1970-01-01T00:00:01.500000Z"',
    }
    record = span("langfuse-sdk", "ask", told, start_ns=10**9, end_ns=2 * 10**9)
    failed = span("langfuse-sdk", "ask", {own + "type": "generation", own + "cost_details": '{"total": 0}'})

    assert (read(record).cost_usd, unpack(record).first_token_ms) == (0.75, 500)
    assert read(failed).cost_usd is None


def test_langfuse_takes_the_tools_of_langchain_out_of_the_messages() -> None:
    tool = {"type": "function", "function": {"name": "look"}}
    asked = [{"role": "user", "content": "Rain?"}, {"role": "tool", "content": tool}]
    own = "langfuse.observation."
    told = {
        own + "type": "generation",
        own + "input": json.dumps(asked),
        own + "metadata.lc_agent_name": '"guide"',
    }

    payload = unpack(span("langfuse-sdk", "ChatOpenAI", told))

    assert payload.tool_definitions == [tool]
    assert [message["role"] for message in payload.input_messages or ()] == ["user"]
    assert read(span("langfuse-sdk", "ChatOpenAI", told)).agent == "guide"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("{'city': 'Paris', 'days': [1, None]}", {"city": "Paris", "days": [1, None]}),
        ("{'city': open('x')}", "{'city': open('x')}"),
        ("{'city'", "{'city'"),
        ("{'a': {1, 2}}", "{'a': {1, 2}}"),
    ],
)
def test_arguments_may_be_written_as_python_writes_them(written: str, read_as: Any) -> None:
    told = {"openinference.span.kind": "TOOL", "input.value": written}

    assert unpack(span("openinference.instrumentation.langchain", "look", told)).tool_arguments == read_as


def test_a_node_of_a_graph_says_what_it_adds_to_the_state() -> None:
    update = {"messages": [{"type": "ai", "content": "Rain."}]}
    told = {
        "openinference.span.kind": "CHAIN",
        "output.value": json.dumps([{"graph": None, "update": update}]),
    }

    assert read(span("openinference.instrumentation.langchain", "model", told)).output_preview == "Rain."


def test_what_crewai_gave_stands_for_all_about_it() -> None:
    said = [{"role": "user", "content": "Current task"}]
    output = {"raw": "Rain.", "pydantic": None, "messages": said}
    told = {"openinference.span.kind": "AGENT", "output.value": json.dumps(output)}
    only_asked = {
        "openinference.span.kind": "AGENT",
        "output.value": json.dumps({"messages": said, "text": "Rain."}),
    }

    assert read(span("openinference.instrumentation.crewai", "guide", told)).output_preview == "Rain."
    assert read(span("openinference.instrumentation.crewai", "guide", only_asked)).output_preview == "Rain."


def test_a_crew_of_openllmetry_is_named_and_its_task_asks() -> None:
    scope = "opentelemetry.instrumentation.crewai.instrumentation"
    task = {"traceloop.span.kind": "task", "crewai.task.description": "Rain?", "crewai.task.agent": "guide"}

    reading = read(span(scope, "Rain?.task", task))

    assert (reading.name, reading.agent, reading.input_preview) == ("Rain?", "guide", "Rain?")
    assert read(span(scope, "crewai.workflow", {"crewai.crew.name": "trip"})).name == "trip"


def test_a_raw_answer_stands_in_for_messages_that_say_nothing() -> None:
    message = {"role": "assistant", "content": None, "refusal": "No."}
    told = {
        "openinference.span.kind": "LLM",
        "llm.output_messages.0.message.role": "assistant",
        "output.value": json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}),
    }

    reading = read(span("openinference.instrumentation.openai", "ChatCompletion", told))

    assert (reading.output_preview, reading.finish_reason) == ("No.", "stop")


def test_a_message_of_langchain_may_be_written_as_python_prints_it() -> None:
    written = "content='Rain in \"Paris\"' name='look' id='1' tool_call_id='call_1'"
    told = {
        "gen_ai.span.kind": "TOOL",
        "gen_ai.tool.name": "look",
        "output.value": json.dumps({"output": written}),
    }
    record = span("traceai_langchain", "look", told)

    assert (unpack(record).tool_result, read(record).tool_call_id) == ('Rain in "Paris"', "call_1")


def test_openlit_writes_tools_as_python_prints_them_and_unknown_prices_as_0() -> None:
    result = "content='Rain' name='look' tool_call_id='call_1'"
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "look"}
    called = {"gen_ai.tool.call.arguments": "{'city': 'Paris'}", "gen_ai.tool.call.result": result}
    payload = unpack(span("openlit.instrumentation.langchain", "execute_tool look", tool | called))
    asked = json.dumps([{"role": "system", "parts": [{"type": "text", "content": "Be brief."}]}])
    call = {"gen_ai.operation.name": "chat", "gen_ai.usage.cost": 0, "gen_ai.input.messages": asked}
    record = span(
        "openlit.instrumentation.openai", "chat", {**call, "gen_ai.system_instructions": "Be brief."}
    )

    assert (payload.tool_arguments, payload.tool_result) == ({"city": "Paris"}, "Rain")
    assert (read(record).cost_usd, unpack(record).system_instructions) == (None, None)


def test_a_stream_that_was_not_read_is_no_answer() -> None:
    told = {"openinference.span.kind": "LLM", "output.value": "<groq.Stream object at 0x7fef60d1bed0>"}

    assert read(span("openinference.instrumentation.groq", "Completions", told)).output_preview is None


def test_the_parameters_that_a_tool_takes_are_not_what_it_was_given() -> None:
    schema = json.dumps({"type": "object", "properties": {"city": {"type": "string"}}})
    told = {"tool.name": "look", "tool.parameters": schema, "input.value": '{"city": "Paris"}'}

    assert unpack(span("acme", "look", told)).tool_arguments == {"city": "Paris"}


def test_difys_spans_for_alibaba_tell_their_kind_and_older_messages() -> None:
    told = {
        "gen_ai.span.kind": "LLM",
        "gen_ai.request.model": "qwen",
        "gen_ai.prompt": json.dumps([{"role": "user", "text": "Rain?"}]),
        "gen_ai.completion": "Rain.",
    }

    reading = read(span("dify", "llm", told))

    assert (reading.kind, reading.input_preview, reading.output_preview) == ("llm", "Rain?", "Rain.")


def test_a_run_of_langsmith_that_failed_gave_nothing_and_says_why_in_one_line() -> None:
    written = "RuntimeError('no tickets (503)')\nTraceback (most recent call last):\n  File \"a.py\", line 1, in look()"
    error = SpanEvent("exception", 1, {"exception.type": "Exception", "exception.message": written})
    told = {"langsmith.span.kind": "tool", "gen_ai.completion": '{"output": null}'}
    record = span("langsmith", "look", told, events=(error,))

    reading = read(record)

    assert (reading.outcome, reading.error_type, reading.error_message) == (
        "failed",
        "RuntimeError",
        "no tickets (503)",
    )
    assert unpack(record).tool_result is None


def test_an_answer_does_not_say_the_instructions_that_it_follows() -> None:
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Rain."}]}
    answer = json.dumps({"instructions": "Be brief.", "output": [said]})
    told = {"langsmith.span.kind": "llm", "gen_ai.completion": answer}

    messages = unpack(span("langsmith", "ChatOpenAI", told)).output_messages or ()

    assert [message["role"] for message in messages] == ["assistant"]


def test_smolagents_own_argument_is_none_of_the_tools() -> None:
    written = {"args": [], "sanitize_inputs_outputs": True, "kwargs": {"answer": "Rain."}}
    told = {
        "openinference.span.kind": "TOOL",
        "tool.name": "final_answer",
        "input.value": json.dumps(written),
    }

    assert unpack(
        span("openinference.instrumentation.smolagents", "FinalAnswerTool", told)
    ).tool_arguments == {"answer": "Rain."}


def test_openinference_on_google_adk_keeps_geminis_contents() -> None:
    scope, kind = "openinference.instrumentation.google_adk", "openinference.span.kind"
    event = {"model_version": "g-1", "content": {"role": "model", "parts": [{"text": "Rain."}]}}
    given = {"id": "c-1", "name": "look", "response": {"result": "Rain"}}
    agent = span(scope, "agent_run [guide]", {kind: "AGENT", "output.value": json.dumps(event)})
    tool = span(scope, "execute_tool look", {kind: "TOOL", "output.value": json.dumps(given)})

    assert read(agent).output_preview == "Rain."
    assert unpack(tool).tool_result == {"result": "Rain"}
    assert read(span(scope, "execute_tool (merged)", {kind: "TOOL"})).framework


def test_agents_and_workflows_of_dotnet_are_those_of_python() -> None:
    ran = read(span("Microsoft.Agents.AI.Workflows", "workflow.run", {"workflow.name": "trip"}))
    built = read(span("Microsoft.Agents.AI.Workflows", "workflow.build", {}))
    tokens = {"gen_ai.operation.name": "chat.completions", "gen_ai.response.prompt_tokens": 5}
    call = read(span("Microsoft.SemanticKernel.Diagnostics", "chat.completions gpt-4o", tokens))
    loop = {"gen_ai.operation.name": "orchestrate_tools"}

    assert (ran.kind, ran.name, built.framework) == ("chain", "trip", True)
    assert (call.kind, call.usage.input) == ("llm", 5)
    assert read(span("Experimental.Microsoft.Extensions.AI", "orchestrate_tools", loop)).kind == "chain"


def test_litellm_keeps_calls_and_results_beside_the_parts() -> None:
    call = {"id": "c-1", "type": "function", "function": {"name": "look", "arguments": '{"at": "sky"}'}}
    asked = [
        {"role": "assistant", "parts": [], "tool_calls": [call]},
        {"role": "tool", "parts": [{"type": "text", "content": "grey"}], "tool_call_id": "c-1"},
    ]
    told = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": json.dumps(asked)}

    messages = unpack(span("litellm", "litellm_request", told)).input_messages or ()

    assert [part for message in messages for part in message["parts"]] == [
        {"type": "tool_call", "id": "c-1", "name": "look", "arguments": {"at": "sky"}},
        {"type": "tool_call_response", "id": "c-1", "response": "grey"},
    ]
