"""Spring AI, and what the specification of OpenInference has beside what captures show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from otel_bridge.dialects import read, unpack
from tests.otel_bridge.dialects.test_frameworks import span, words

INFERENCE = "openinference.instrumentation.anything"


def spring(kind: str, **attributes: Any) -> Any:
    told = {name.replace("__", "."): value for name, value in attributes.items()}
    framework = {"gen_ai.operation.name": "framework", "gen_ai.system": "spring_ai", "spring.ai.kind": kind}
    return span("org.springframework.boot", f"a {kind}", {**framework, **told})


def test_a_tool_of_spring_ai_shows_its_call() -> None:
    record = spring(
        "tool_call",
        spring__ai__tool__definition__name="weather",
        spring__ai__tool__call__arguments='{"city": "Oslo"}',
        spring__ai__tool__call__result='"grey"',
    )

    reading, payload = read(record), unpack(record)

    assert (reading.kind, reading.tool_name) == ("tool", "weather")
    assert (payload.tool_arguments, payload.tool_result) == ({"city": "Oslo"}, "grey")


def test_clients_and_stores_of_spring_ai_are_known_by_their_kind() -> None:
    client = read(spring("chat_client", spring__ai__chat__client__conversation__id="c-1"))
    advisor = read(spring("advisor", spring__ai__advisor__name="MemoryAdvisor"))
    query = {"db__system": "pgvector", "db__vector__query__content": "What is new?"}
    store = spring("vector_store", db__operation__name="query", **query)

    assert (client.kind, client.session_id) == ("chain", "c-1")
    assert (advisor.kind, advisor.name) == ("chain", "MemoryAdvisor")
    assert (read(store).kind, read(store).input_preview) == ("retrieval", "What is new?")
    assert read(spring("vector_store", db__operation__name="add")).kind == "memory"


def test_a_tool_may_be_told_as_a_call_only() -> None:
    attributes = {
        "openinference.span.kind": "TOOL",
        "tool_call.id": "call_1",
        "tool_call.function.name": "weather",
        "tool_call.function.arguments": '{"city": "Oslo"}',
    }
    record = span(INFERENCE, "a tool", attributes)

    assert (read(record).tool_name, read(record).tool_call_id) == ("weather", "call_1")
    assert unpack(record).tool_arguments == {"city": "Oslo"}


def test_an_embedding_of_one_text_shows_it() -> None:
    record = span(INFERENCE, "embed", {"openinference.span.kind": "EMBEDDING", "embedding.text": "hello"})

    assert unpack(record).input_value == "hello"


@pytest.mark.parametrize("form", ["function_call", "tool_calls"])
def test_a_tool_call_of_a_message_is_told_once_in_either_form(form: str) -> None:
    start = "llm.output_messages.0.message."
    arguments = json.dumps({"city": "Oslo"})
    forms = {
        "function_call": {
            "function_call_name": "weather",
            "function_call_arguments_json": arguments,
        },
        "tool_calls": {
            "contents.0.message_content.type": "text",
            "contents.0.message_content.text": "Let me look.",
            "contents.1.message_content.type": "tool_use",
            "contents.1.message_content.id": "call_1",
            "tool_calls.0.tool_call.id": "call_1",
            "tool_calls.0.tool_call.function.name": "weather",
            "tool_calls.0.tool_call.function.arguments": arguments,
        },
    }
    told = {start + name: value for name, value in {"role": "assistant", **forms[form]}.items()}
    record = span(INFERENCE, "call", {"openinference.span.kind": "LLM", **told})

    assert list(read(record).calls) == ["weather(city=Oslo)"]
    assert [text for text in words(unpack(record).output_messages) if text] == (
        ["Let me look."] if form == "tool_calls" else []
    )


def test_a_crew_that_openllmetry_records_has_tasks_and_agents() -> None:
    scope = "opentelemetry.instrumentation.crewai.instrumentation"
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.provider.name": "crewai"}
    crew = span(scope, "crewai.workflow", {**agent, "crewai.crew.result": "Grey."})
    task = span(scope, "Look it up.task", {**agent, "traceloop.span.kind": "task"})
    member = span(
        scope, "guide.agent", {**agent, "traceloop.span.kind": "agent", "gen_ai.agent.name": "guide"}
    )
    call = span(scope, "gpt-4o.llm", {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"})

    assert [read(each).kind for each in (crew, task, member, call)] == ["chain", "chain", "agent", "llm"]
    assert (read(member).agent, unpack(crew).output_value) == ("guide", "Grey.")
