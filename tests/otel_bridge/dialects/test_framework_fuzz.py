"""Hostile input: attributes of any type, under the names that the dialects look for, raise nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from otel_bridge.dialects import frameworks, read, unpack
from otel_bridge.dialects.logs import attach, spans_from
from otel_bridge.record import LogRecord, SpanEvent, SpanRecord

SCOPES: Final = sorted(
    {scope.removesuffix("*") + "x" * scope.endswith("*") for d in frameworks.DIALECTS for scope in d.scopes}
)
NAMES: Final = [
    "ai.toolCall",
    "haystack.agent.step.tool",
    "haystack.component.run",
    "call_llm",
    "session_task.turn",
    "run_sampling_request",
    "qwen-code.tool",
    "claude_code.tool",
    "executor.process x",
    "tools/call x",
    "x",
]
EVENTS: Final = [
    "gen_ai.choice",
    "gen_ai.user.message",
    "gen_ai.tool.message",
    "gen_ai.client.inference.operation.details",
    "tool_result",
    "tool.output",
    "user_prompt",
    "assistant_response",
    "api_request",
    "tool_decision",
    "codex.sse_event",
    "codex.tool_result",
    "codex.user_prompt",
    "gemini_cli.api_response",
    "gemini_cli.tool_call",
    "qwen-code.api_request",
]
TEXTS: Final = [
    "",
    "null",
    "{}",
    "[]",
    "[[1, null, {}]]",
    '{"messages": 3, "parts": {"x": 1}, "replies": "x", "meta": [1], "usage": 7}',
    '{"content": {"parts": [1, {"function_call": 3}]}, "documents": 5, "output": {"value": null}}',
    '[{"role": 5, "parts": "x", "content": [{"toolUse": 1}, {"tool_call": {"id": []}}, 7]}]',
    '{"candidates": [{"content": {"parts": 5}}], "status": "error", "response": {"error": []}}',
    '"\\"twice\\""',
    "[TOOL INPUT: x]\n{",
    "FinishReason.STOP,",
    "<class '",
    "execute_tool",
    "pending_span",
    "tool",
    "llm_request",
    "model_inference",
    "TOOL",
    "LLM",
    "dispatch",
]


def _keys() -> list[str]:
    """Return every attribute name that some dialect's table or code mentions."""
    found: set[str] = set()
    for dialect in frameworks.DIALECTS:
        module = dialect.translate.__globals__
        for value in module.values():
            if isinstance(value, Mapping):
                found |= {key for key in value if isinstance(key, str)}
            if isinstance(value, tuple):
                found |= {item for item in value if isinstance(item, str)}
        found |= set(dialect.marks)
    return sorted(found | EXTRA)


EXTRA: Final = {
    "gen_ai.operation.name",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.prompt.0.content",
    "gen_ai.completion.0.function_call.name",
    "pydantic_ai.all_messages",
    "events",
    "request_data",
    "response_data",
    "response",
    "usage",
    "error",
    "ai.prompt.messages",
    "ai.response.toolCalls",
    "ai.operationId",
    "mastra.span.type",
    "mastra.model_step.input",
    "span.type",
    "tool_input",
    "new_context",
    "gcp.vertex.agent.llm_request",
    "gcp.vertex.agent.llm_response",
    "metadata",
    "session.id",
    "event.name",
    "event.sequence",
    "duration_ms",
    "input_token_count",
    "response_text",
    "decision",
    "success",
}
scalars = st.one_of(st.sampled_from(TEXTS), st.none(), st.booleans(), st.integers(), st.floats(), st.binary())
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(
            st.sampled_from(["role", "content", "parts", "text", "input", "id"]), inner, max_size=3
        ),
    ),
    max_leaves=5,
)
attributes = st.dictionaries(st.sampled_from(_keys()), values, max_size=8)


def _span(scope: str, name: str, given_: Any, events: Any) -> SpanRecord:
    return SpanRecord(
        trace_id="a" * 32,
        span_id="b" * 16,
        parent_id="c" * 16,
        name=name,
        start_ns=1,
        end_ns=2,
        scope_name=scope,
        attributes=given_,
        events=tuple(SpanEvent(event, 1, said) for event, said in events),
    )


spans = st.builds(
    _span,
    st.sampled_from(SCOPES),
    st.sampled_from(NAMES),
    attributes,
    st.lists(st.tuples(st.sampled_from(EVENTS), attributes), max_size=2),
)
logs = st.builds(
    lambda name, said, scope: LogRecord(
        1, 1, "a" * 32, "b" * 16, event_name=name, attributes={"session.id": "s", **said}, scope_name=scope
    ),
    st.sampled_from(EVENTS),
    attributes,
    st.sampled_from(["com.anthropic.claude_code.events", "x"]),
)


@settings(max_examples=300, deadline=None)
@given(spans)
def test_a_span_of_any_dialect_with_any_attributes_can_be_read(record: SpanRecord) -> None:
    read(record)
    unpack(record)


@settings(max_examples=150, deadline=None)
@given(st.lists(spans, max_size=2), st.lists(logs, max_size=4))
def test_any_log_records_can_be_attached_and_made_into_spans(
    records: list[SpanRecord], told: list[LogRecord]
) -> None:
    for record in (*attach(records, told), *spans_from(told)):
        read(record)
        unpack(record)
