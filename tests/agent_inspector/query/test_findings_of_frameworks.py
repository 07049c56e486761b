"""What frameworks record that looks like a mistake and is none, and where an error began that they tell several times."""

from __future__ import annotations

import json
from typing import Any, Final

from agent_inspector.model import RunFindings
from agent_inspector.query import find_findings
from agent_inspector.store import SpanStore
from otel_bridge.record import SpanRecord

TRACE_ID: Final = "c2" * 16
AGENT: Final = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "travel"}
CHAT: Final = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"}
TOOL: Final = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "read"}


def span(
    number: int, parent: int | None, attributes: dict[str, Any], failed: str | None = None
) -> SpanRecord:
    return SpanRecord(
        trace_id=TRACE_ID,
        span_id=f"{number:016x}",
        parent_id=None if parent is None else f"{parent:016x}",
        name="step",
        start_ns=1_790_000_000_000_000_000 + number * 1_000_000,
        end_ns=1_790_000_000_000_900_000 + number * 1_000_000,
        status="error" if failed else "ok",
        status_message=failed or "",
        attributes=attributes,
    )


def judged(store: SpanStore, *spans: SpanRecord) -> RunFindings:
    store.write(list(spans))
    return find_findings(store, TRACE_ID)


def test_an_error_that_the_agent_tells_in_other_words_began_inside(store: SpanStore) -> None:
    error = "Error code: 500 - The server had an error while processing your request."
    found = judged(
        store,
        span(1, None, AGENT, f"Error in agent run: {{'error': '{error}'}}"),
        span(2, 1, CHAT, f"Error getting response: {{'error': '{error}'}}"),
    )

    assert [finding.step_id for finding in found.findings] == [f"{2:016x}"]


def test_an_error_of_the_agents_own_is_told_beside_one_inside(store: SpanStore) -> None:
    found = judged(
        store,
        span(1, None, AGENT, "Max turns exceeded: {'max_turns': 1}"),
        span(2, 1, TOOL, "ticket service unavailable (503)"),
    )

    assert {finding.step_id for finding in found.findings} == {f"{1:016x}", f"{2:016x}"}


def test_waiting_for_a_person_is_no_error(store: SpanStore) -> None:
    paused = TOOL | {"error.type": "langgraph.errors.GraphInterrupt"}

    assert judged(store, span(1, None, AGENT), span(2, 1, paused, "Approve refund?")).findings == []


def test_an_agent_that_was_offered_in_the_prompt_may_be_called(store: SpanStore) -> None:
    call = {"type": "tool_call", "id": "1", "name": "weather", "arguments": {"task": "Rain?"}}
    asks = CHAT | {
        "gen_ai.input.messages": "Do I need an umbrella?",
        "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [call]}]),
        "gen_ai.tool.definitions": json.dumps([{"type": "function", "function": {"name": "final_answer"}}]),
    }
    weather = AGENT | {"gen_ai.agent.name": "weather"}

    assert judged(store, span(1, None, AGENT), span(2, 1, asks), span(3, 1, weather)).findings == []


def test_values_are_not_called_made_up_where_what_the_model_was_given_is_not_recorded(
    store: SpanStore,
) -> None:
    asked = AGENT | {"agent_inspector.input": "Read the notes"}
    reads = TOOL | {"gen_ai.tool.call.arguments": json.dumps({"path": "/home/dev/app/notes.txt"})}
    found = judged(store, span(1, None, asked), span(2, 1, CHAT), span(3, 1, reads, "File does not exist"))

    assert {finding.finding_class for finding in found.findings} == {"error"}
