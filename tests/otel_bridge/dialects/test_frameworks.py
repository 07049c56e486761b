"""Spans of frameworks in the shapes that their sources document, where no capture shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from otel_bridge.dialects import read, unpack
from otel_bridge.record import SpanEvent, SpanRecord


def span(scope: str, name: str, attributes: Mapping[str, Any], **fields: Any) -> SpanRecord:
    given: dict[str, Any] = {"start_ns": 1, "end_ns": 2, "parent_id": "b" * 16}
    return SpanRecord(
        trace_id="a" * 32,
        span_id="c" * 16,
        name=name,
        scope_name=scope,
        attributes=attributes,
        **(given | fields),
    )


def words(messages: Any) -> list[Any]:
    return [part.get("content", part.get("response")) for message in messages for part in message["parts"]]


def test_a_pending_span_names_the_span_that_it_announces_in_any_dialect() -> None:
    pending = {"logfire.span_type": "pending_span", "gen_ai.operation.name": "execute_tool"}

    for scope in ("logfire", "pydantic-ai", "logfire.openai_agents", "somebody.else"):
        assert read(span(scope, "a span", pending)).pending_of == "b" * 16
    assert read(span("logfire", "a span", {"logfire.span_type": "span"})).pending_of is None


def test_pydantic_ai_version_1_names_its_content_differently() -> None:
    tool = {
        "gen_ai.tool.name": "weather",
        "tool_arguments": '{"city": "Oslo"}',
        "tool_response": '{"sky": "grey"}',
    }
    agent = {
        "agent_name": "guide",
        "model_name": "gpt-4o",
        "all_messages_events": json.dumps(
            [
                {"event.name": "gen_ai.user.message", "role": "user", "content": "Weather?"},
                {"event.name": "gen_ai.assistant.message", "role": "assistant", "content": "Grey."},
            ]
        ),
        "final_result": "Grey.",
    }
    called, asked = span("pydantic-ai", "running tool", tool), span("pydantic-ai", "agent run", agent)

    assert (read(called).kind, unpack(called).tool_arguments, unpack(called).tool_result) == (
        "tool",
        {"city": "Oslo"},
        {"sky": "grey"},
    )
    assert (read(asked).kind, read(asked).agent, words(unpack(asked).output_messages)) == (
        "agent",
        "guide",
        ["Grey."],
    )
    assert words(unpack(asked).input_messages) == ["Weather?"]


def test_logfire_keeps_a_call_of_a_model_client_as_request_and_response() -> None:
    attributes = {
        "logfire.msg_template": "Chat Completion with {request_data[model]!r}",
        "logfire.msg": "Chat Completion with 'gpt-4o'",
        "logfire.span_type": "span",
        "request_data": json.dumps(
            {"model": "gpt-4o", "messages": [{"role": "user", "content": "Weather?"}]}
        ),
        "response_data": json.dumps({"message": {"role": "assistant", "content": "Grey."}}),
        "gen_ai.system": "openai",
    }
    record = span("logfire.openai", "Chat Completion with {request_data[model]!r}", attributes)

    reading, payload = read(record), unpack(record)

    assert (reading.kind, reading.name, reading.model) == ("llm", "Chat Completion with 'gpt-4o'", "gpt-4o")
    assert (words(payload.input_messages), words(payload.output_messages)) == (["Weather?"], ["Grey."])


def test_vercel_version_6_counts_calls_under_its_own_names() -> None:
    attributes = {
        "ai.operationId": "ai.generateObject.doGenerate",
        "ai.model.provider": "openai.chat",
        "ai.model.id": "gpt-4o",
        "ai.telemetry.metadata.sessionId": "s-1",
        "ai.telemetry.metadata.userId": "u-1",
        "ai.prompt.messages": json.dumps(
            [{"role": "user", "content": [{"type": "text", "text": "Weather?"}]}]
        ),
        "ai.response.object": '{"sky":"grey"}',
        "ai.response.finishReason": "stop",
        "ai.response.msToFirstChunk": 250,
        "ai.usage.inputTokens": 120,
        "ai.usage.cachedInputTokens": 40,
        "ai.usage.outputTokens": 25,
        "ai.usage.reasoningTokens": 7,
    }
    reading, payload = read(span("ai", "call", attributes)), unpack(span("ai", "call", attributes))

    assert (reading.kind, reading.model, reading.provider) == ("llm", "gpt-4o", "openai.chat")
    assert (reading.session_id, reading.user_id, reading.finish_reason) == ("s-1", "u-1", "stop")
    assert (reading.usage.input, reading.usage.cached_input, reading.usage.reasoning) == (120, 40, 7)
    assert (words(payload.input_messages), words(payload.output_messages)) == (
        ["Weather?"],
        ['{"sky":"grey"}'],
    )
    assert payload.first_token_ms == 250


def test_vercel_writes_results_as_json_and_texts_too() -> None:
    def result(written: str) -> object:
        return unpack(
            span("ai", "ai.toolCall", {"ai.operationId": "ai.toolCall", "ai.toolCall.result": written})
        ).tool_result

    assert result('"A-17: \\"ch_9c41\\""') == 'A-17: "ch_9c41"'
    assert result('{"sky":"grey"}') == {"sky": "grey"}
    assert result('"never closed') == '"never closed'


def test_vercel_embeddings_show_their_texts_and_no_vectors() -> None:
    attributes = {
        "ai.operationId": "ai.embed.doEmbed",
        "ai.model.id": "text-embedding-3-small",
        "ai.values": ('"hello"',),
        "ai.embeddings": ("[0.1,0.2]",),
        "ai.usage.tokens": 9,
    }
    record = span("ai", "ai.embed.doEmbed", attributes)

    assert (read(record).kind, read(record).usage.input) == ("embedding", 9)
    assert unpack(record).output_value is None


def test_mastra_shows_a_generation_as_the_call_where_there_is_no_inference_below_it() -> None:
    attributes = {
        "mastra.span.type": "model_generation",
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "mastra.metadata.threadId": "t-1",
    }

    assert read(span("@mastra/otel-exporter", "chat gpt-4o", attributes)).kind == "llm"
    assert (
        read(span("@mastra/otel-exporter", "x", {**attributes, "gen_ai.operation.name": "x"})).kind == "chain"
    )
    assert read(span("@mastra/otel-exporter", "x", attributes)).session_id == "t-1"


def test_semantic_kernel_writes_enumerations_and_classes_as_python_does() -> None:
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.system": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.finish_reason": "FinishReason.TOOL_CALLS",
        "error.type": "<class 'openai.BadRequestError'>",
    }
    message = {"role": "user", "content": "Weather?"}
    choice: dict[str, Any] = {"message": {"role": "assistant", "content": "Grey."}, "finish_reason": "stop"}
    events = (
        SpanEvent("gen_ai.user.message", 1, message),
        SpanEvent("gen_ai.choice", 2, choice),
    )
    scope = "semantic_kernel.utils.telemetry.model_diagnostics.decorators"
    record = span(scope, "chat gpt-4o", attributes, events=events, status="error", status_message="400")

    assert (read(record).kind, read(record).finish_reason) == ("llm", "tool_calls")
    assert (read(record).error_type, read(record).error_message) == ("openai.BadRequestError", "400")
    assert words(unpack(record).input_messages) == ["Weather?"]
    assert words(unpack(record).output_messages) == ["Grey."]
    assert read(span("agent_runtime InProcessRuntime", "send", {})).framework


def test_older_google_adk_keeps_request_and_response_whole() -> None:
    request = {
        "model": "gemini-2.5-pro",
        "config": {"system_instruction": "Be brief."},
        "contents": [
            {"role": "user", "parts": [{"text": "Weather?"}]},
            {"role": "model", "parts": [{"function_call": {"id": "c1", "name": "weather", "args": {}}}]},
            {
                "role": "user",
                "parts": [
                    {"function_response": {"id": "c1", "name": "weather", "response": {"sky": "grey"}}}
                ],
            },
        ],
    }
    response = {"content": {"role": "model", "parts": [{"text": "Grey."}]}, "finish_reason": "STOP"}
    attributes = {
        "gen_ai.system": "gcp.vertex.agent",
        "gen_ai.request.model": "gemini-2.5-pro",
        "gcp.vertex.agent.session_id": "s-1",
        "gcp.vertex.agent.llm_request": json.dumps(request),
        "gcp.vertex.agent.llm_response": json.dumps(response),
        "gen_ai.usage.input_tokens": 120,
    }
    record = span("gcp.vertex.agent", "call_llm", attributes)
    reading, payload = read(record), unpack(record)

    assert (reading.kind, reading.session_id, reading.finish_reason) == ("llm", "s-1", "STOP")
    assert words(payload.input_messages) == ["Weather?", None, {"sky": "grey"}]
    assert words(payload.output_messages) == ["Grey."]
    assert payload.system_instructions == [{"type": "text", "content": "Be brief."}]


def test_google_adk_merges_parallel_calls_into_a_phantom() -> None:
    attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "(merged tools)",
        "gcp.vertex.agent.tool_call_args": "N/A",
    }
    tool = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "weather",
        "gen_ai.tool.call.id": "<not specified>",
        "gcp.vertex.agent.tool_call_args": '{"city": "Oslo"}',
        "gcp.vertex.agent.tool_response": '{"sky": "grey"}',
    }

    assert read(span("gcp.vertex.agent", "execute_tool (merged)", attributes)).framework
    reading, payload = read(span("gcp.vertex.agent", "t", tool)), unpack(span("gcp.vertex.agent", "t", tool))
    assert (reading.kind, reading.tool_call_id) == ("tool", None)
    assert (payload.tool_arguments, payload.tool_result) == ({"city": "Oslo"}, {"sky": "grey"})


def test_haystack_replies_say_which_model_gave_them() -> None:
    asked: Any = {"messages": [{"role": "user", "meta": {}, "name": None, "content": [{"text": "Weather?"}]}]}
    call = {"tool_call": {"id": "c1", "tool_name": "weather", "arguments": {"city": "Oslo"}}}
    usage = {
        "prompt_tokens": 120,
        "completion_tokens": 25,
        "prompt_tokens_details": {"cached_tokens": 40},
        "completion_tokens_details": {"reasoning_tokens": 7},
    }
    reply = {
        "role": "assistant",
        "meta": {"model": "gpt-4o", "finish_reason": "tool_calls", "usage": usage},
        "content": [call],
    }
    attributes = {
        "haystack.agent.step.llm.input": json.dumps(asked),
        "haystack.agent.step.llm.output": json.dumps({"replies": [reply]}),
    }
    reading = read(span("my tracer", "haystack.agent.step.llm", attributes))

    assert (reading.kind, reading.model, reading.finish_reason) == ("llm", "gpt-4o", "tool_calls")
    assert (reading.usage.input, reading.usage.output, reading.usage.cached_input) == (120, 25, 40)
    assert (reading.input_preview, reading.calls) == ("Weather?", ["weather(city=Oslo)"])


def test_haystack_flags_a_failed_tool_and_names_its_components() -> None:
    tool = {
        "haystack.tool.name": "convert",
        "haystack.tool.error": True,
        "haystack.agent.step.tool.input": '{"currency": "XXX"}',
        "haystack.agent.step.tool.output": '{"error": "unknown currency"}',
    }
    retriever = {
        "haystack.component.name": "finder",
        "haystack.component.type": "InMemoryBM25Retriever",
        "haystack.component.input": '{"query": "refunds", "top_k": 2}',
        "haystack.component.output": '{"documents": [{"content": "30 days", "embedding": [0.1]}]}',
    }
    failed = read(span("haystack", "haystack.agent.step.tool", tool))
    found = span("haystack", "haystack.component.run", retriever)

    assert (failed.kind, failed.tool_name, failed.outcome, failed.error_message) == (
        "tool",
        "convert",
        "failed",
        "unknown currency",
    )
    assert (read(found).kind, read(found).name, unpack(found).output_value) == (
        "retrieval",
        "finder",
        [{"content": "30 days"}],
    )


def test_laminar_types_its_spans_and_associates_people() -> None:
    tool = {
        "lmnr.span.type": "TOOL",
        "lmnr.span.input": '{"city": "Oslo"}',
        "lmnr.span.output": '"grey"',
        "lmnr.association.properties.session_id": "s-1",
        "lmnr.association.properties.user_id": "u-1",
        "lmnr.association.properties.metadata.ticket": "T-1",
    }
    reading = read(span("lmnr.tracer", "weather", tool))

    assert (reading.kind, reading.tool_name, reading.session_id) == ("tool", "weather", "s-1")
    assert (reading.user_id, reading.metadata) == ("u-1", {"ticket": "T-1"})
    assert read(span("lmnr.tracer", "plan", {"lmnr.span.path": ("plan",)})).kind == "chain"


def test_agentops_tells_what_was_asked_for_apart_from_what_was_done() -> None:
    call = {
        "agentops.span.kind": "llm",
        "gen_ai.system": "OpenAI",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "Weather?",
        "gen_ai.completion.0.role": "assistant",
        "gen_ai.completion.0.content": "Grey.",
        "gen_ai.completion.0.finish_reason": "stop",
        "gen_ai.usage.prompt_tokens": 120,
        "gen_ai.usage.completion_tokens": 25,
    }
    agent = {"agentops.span.kind": "agent", "operation.name": "guide"}
    reading = read(span("openai", "openai.chat.completion", call))

    assert (reading.kind, reading.usage.input, reading.finish_reason) == ("llm", 120, "stop")
    assert (reading.input_preview, reading.output_preview) == ("Weather?", "Grey.")
    assert (read(span("agentops", "guide.agent", agent)).kind, read(span("agentops", "a", agent)).agent) == (
        "agent",
        "guide",
    )
    wish = span("agentops", "tool_call.weather", {"agentops.span.kind": "tool"})
    assert read(wish).framework


def test_litellm_folds_the_raw_twin_of_a_call_and_reads_its_python_texts() -> None:
    call = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.output.messages": '[{"role": "assistant", "parts": []}]',
        "gen_ai.completion.0.function_call.name": "weather",
        "gen_ai.completion.0.function_call.arguments": '{"city": "Oslo"}',
        "gen_ai.usage.input_tokens": 120,
        "metadata.usage_object": "{'prompt_tokens_details': {'audio_tokens': 0, 'cached_tokens': 40}}",
    }
    reading = read(span("litellm", "litellm_request", call))

    assert (reading.calls, reading.usage.cached_input) == (["weather(city=Oslo)"], 40)
    assert read(span("litellm", "raw_gen_ai_request", {"llm.openai.messages": "[]"})).framework
    assert not read(span("litellm", "Received Proxy Server Request", {}, parent_id=None)).framework


def test_qwen_code_shows_turns_requests_and_tools_and_folds_their_phases() -> None:
    tool = {
        "session.id": "s-1",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "shell",
        "tool_input": '[TOOL INPUT: shell]\n{"command": "ls"}',
        "error": "no such file",
        "error.type": "tool_error",
    }
    failed = span("qwen-code", "qwen-code.tool", tool, status="error", status_message="no such file")
    prompt = SpanEvent("qwen-code.user_prompt", 1, {"prompt": "list the files"})
    turn = span("qwen-code", "qwen-code.interaction", {"session.id": "s-1"}, events=(prompt,))

    assert (read(failed).outcome, read(failed).error_type) == ("failed", "tool_error")
    assert unpack(failed).tool_arguments == {"command": "ls"}
    assert (read(turn).kind, read(turn).input_preview) == ("agent", "list the files")
    for phase in ("qwen-code.tool.execution", "qwen-code.tool.blocked_on_user", "qwen-code.hook"):
        assert read(span("qwen-code", phase, {}, status="error")).framework


def test_a_client_of_an_mcp_server_repeats_what_the_server_tells() -> None:
    server = {
        "mcp.method.name": "tools/call",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "weather",
    }

    assert read(span("mcp-python-sdk", "tools/call weather", server, kind="server")).kind == "tool"
    for name in ("MCP send tools/call weather", "tools/list", "MCP send initialize"):
        assert read(span("mcp-python-sdk", name, {"mcp.method.name": name.split()[-1]})).framework


def test_messages_of_autogen_are_named_by_who_receives_them() -> None:
    number = "e6fa88ef-ab1a-40a7-8973-d80ab3d4c950"
    name = f"autogen create SwarmGroupChatManager_{number}.({number})-A"

    reading = read(span("autogen SingleThreadedAgentRuntime", name, {"messaging.operation": "create"}))

    assert (reading.name, reading.framework) == ("SwarmGroupChatManager", True)
    assert read(span("autogen SingleThreadedAgentRuntime", "autogen ack", {})).name == "autogen ack"
