"""Spans of small runs with known ids, to fill a store with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from otel_bridge.record import SpanEvent, SpanRecord

TRACE_ID: Final = "a1" * 16
ROOT_ID: Final = "00000000000000a1"
LLM_ID: Final = "00000000000000a2"
TOOL_ID: Final = "00000000000000a3"
FAILED_TRACE_ID: Final = "b2" * 16
IN_PATHS: Final[Mapping[str, str]] = {
    "run_id": TRACE_ID,
    "trace_id": TRACE_ID,
    "step_id": LLM_ID,
    "session_id": "s",
}
"""What stands for the parameters in paths of the API."""
START_NS: Final = 1_700_000_000_000_000_000
HOSTILE: Final = "<img src=x onerror=alert(1)>\x1b]0;owned\x07 \u202e"
"""Text as a web page might put it into an agent's mouth."""


def span(
    trace_id: str, span_id: str, parent_id: str | None, name: str, *, at_ms: int = 0, **attributes: object
) -> SpanRecord:
    start_ns = START_NS + at_ms * 1_000_000
    return SpanRecord(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=parent_id,
        name=name,
        start_ns=start_ns,
        end_ns=start_ns + 50_000_000,
        attributes={f"gen_ai.{key}".replace("__", "."): value for key, value in attributes.items()},  # type: ignore[misc]  # tests give plain JSON values
        resource={"service.name": "example"},
    )


def completed_run(trace_id: str = TRACE_ID, *, at_ms: int = 0) -> list[SpanRecord]:
    """An agent that asks a model, which calls a tool."""
    question = [{"role": "user", "parts": [{"type": "text", "content": "What is the weather in Paris?"}]}]
    answer = [{"role": "assistant", "parts": [{"type": "text", "content": HOSTILE}], "finish_reason": "stop"}]
    return [
        span(trace_id, ROOT_ID, None, "invoke_agent planner", at_ms=at_ms,
             operation__name="invoke_agent", agent__name="planner"),
        span(trace_id, LLM_ID, ROOT_ID, "chat gpt-4o", at_ms=at_ms + 1,
             operation__name="chat", request__model="gpt-4o", usage__input_tokens=12, usage__output_tokens=5,
             input__messages=json.dumps(question), output__messages=json.dumps(answer)),
        span(trace_id, TOOL_ID, ROOT_ID, "execute_tool weather", at_ms=at_ms + 2,
             operation__name="execute_tool", tool__name="weather",
             tool__call__arguments='{"city": "Paris"}', tool__call__result='{"temperature": 21}'),
    ]  # fmt: skip


def failed_run(trace_id: str = FAILED_TRACE_ID) -> list[SpanRecord]:
    """A run that an exception ended."""
    exception = SpanEvent(
        "exception",
        START_NS + 1_000_000,
        {"exception.type": "ValueError", "exception.message": "no such city", "exception.stacktrace": "..."},
    )
    return [
        SpanRecord(
            trace_id=trace_id,
            span_id="00000000000000b1",
            parent_id=None,
            name="invoke_agent broken",
            start_ns=START_NS,
            end_ns=START_NS + 2_000_000,
            status="error",
            status_message="no such city",
            attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "broken"},
            events=[exception],
        )
    ]
