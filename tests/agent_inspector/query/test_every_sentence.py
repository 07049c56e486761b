"""Every kind of step, in every state that it can be in, and every outcome of a run, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, get_args

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.model import Status, StepKind
from agent_inspector.query import get_run, get_step, list_steps
from agent_inspector.query.sentences import LONGEST
from agent_inspector.store import SpanStore, open_store
from otel_bridge.record import SpanRecord

Make = Callable[..., SpanRecord]
TRACE: Final = f"{1:032x}"
OWN: Final = "agent_inspector."
OPEN: Final = ("running", "interrupted")
KINDS: Final[dict[str, dict[str, Any]]] = {
    "agent": {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "billing"},
    "llm": {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"},
    "tool": {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "f"},
    "memory": {"gen_ai.operation.name": "search_memory", "gen_ai.memory.record.id": "key"},
    "retrieval": {"gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": "policies"},
    "embedding": {"gen_ai.operation.name": "embeddings", "gen_ai.request.model": "embed-3"},
    "handoff": {OWN + "event_type": "agent_handoff", OWN + "name": "billing"},
    "message": {OWN + "event_type": "agent_communication", OWN + "name": "billing"},
    "task": {OWN + "event_type": "task_completion", OWN + "name": "triage"},
    "guardrail": {OWN + "event_type": "guardrail", OWN + "name": "pii-guard"},
    "error": {OWN + "event_type": "error", "error.type": "MaxTurnsExceeded"},
    "final": {OWN + "event_type": "final_answer"},
    "chain": {OWN + "event_type": "chain", OWN + "name": "plan"},
}
DONE: Final = {
    "agent": "**billing** finished",
    "llm": "gpt-4o answered without words",
    "tool": "`f` returned nothing",
    "memory": "Read memory `key`, found nothing",
    "retrieval": "`policies` returned nothing",
    "embedding": "embed-3 embedded its input",
    "handoff": "Handed off to **billing**",
    "message": "**billing** sent a message",
    "task": "Finished **triage**",
    "guardrail": "pii-guard passed",
    "error": "MaxTurnsExceeded",
    "final": "Answered",
    "chain": "`plan` finished",
}


def _calls(count: int) -> str:
    parts = [
        {"type": "tool_call", "id": str(n), "name": "f", "arguments": {"a": n + 1}} for n in range(count)
    ]
    return json.dumps([{"role": "assistant", "parts": parts}])


CHARGES: Final = json.dumps({"charges": [{"id": f"ch_{number}", "amount": 64.5} for number in range(12)]})
PASSAGES: Final = json.dumps(
    [{"id": str(score), "content": "Returns.", "score": score} for score in (0.4, 0.87, 0.2)]
)
WROTE: Final = {"gen_ai.operation.name": "upsert_memory", "gen_ai.memory.records": "7 facts"}
SAID: Final[list[tuple[str, dict[str, Any], str | re.Pattern[str]]]] = [
    ("agent", {"gen_ai.output.messages": "ETA 24 Nov"}, '**billing** answered "ETA 24 Nov"'),
    ("agent", {OWN + "event_type": "agent_spawn"}, "Started **billing**"),
    ("agent", {"gen_ai.response.finish_reasons": ["max_turns"]}, "**billing** stopped at its limit of turns"),
    ("llm", {"gen_ai.output.messages": _calls(1)}, "gpt-4o chose `f(a=1)`"),
    ("llm", {"gen_ai.output.messages": _calls(2)}, "gpt-4o chose `f(a=1)` and `f(a=2)`"),
    ("llm", {"gen_ai.output.messages": _calls(5)}, "gpt-4o chose 5 tools"),
    ("llm", {"gen_ai.response.finish_reasons": ["FinishReason.SAFETY"]}, "gpt-4o refused"),
    ("llm", {"gen_ai.output.messages": "Good day"}, 'gpt-4o wrote "Good day"'),
    ("llm", {"gen_ai.response.finish_reasons": ["content_filter"]}, "gpt-4o refused"),
    (
        "llm",
        {"gen_ai.output.messages": "Good", "gen_ai.response.finish_reasons": ["length"]},
        'gpt-4o stopped at the output limit, wrote "Good"',
    ),
    ("tool", {"gen_ai.tool.call.result": "12 charges"}, '`f` returned "12 charges"'),
    ("tool", {"gen_ai.tool.call.result": CHARGES}, f"`f` returned 12 charges, {len(CHARGES):,} characters"),
    ("tool", {"gen_ai.tool.call.result": json.dumps(["x" * 90])}, "`f` returned 1 item, 94 characters"),
    ("tool", {"gen_ai.tool.call.result": "[]"}, "`f` returned an empty list"),
    ("tool", {"gen_ai.tool.call.result": '{"charges": [], "total": 0}'}, "`f` returned no charges"),
    ("tool", {"gen_ai.tool.call.result": '{"a": 1}'}, "`f` returned `{a: 1}`"),
    (
        "tool",
        {
            "gen_ai.tool.call.result": json.dumps(
                {"id": 7, "place": {"hub": "Leeds"}, "note": "n" * 80, "at": 1}
            )
        },
        "`f` returned `{id, place, note, …}`, 137 characters",
    ),
    (
        "tool",
        {"gen_ai.tool.call.result": json.dumps({"error": "no such id " * 9})},
        re.compile("`f` returned `{error: no such"),
    ),
    (
        "tool",
        {"gen_ai.tool.call.result": "word " * 400},
        re.compile('`f` returned 2,000 characters: "word word'),
    ),
    (
        "tool",
        {
            "gen_ai.tool.call.result": json.dumps(
                {"content": [{"type": "text", "text": CHARGES}], "isError": False}
            )
        },
        f"`f` returned 12 charges, {len(CHARGES):,} characters",
    ),
    ("retrieval", {"gen_ai.retrieval.documents": PASSAGES}, "`policies` returned 3 passages, best 0.87"),
    ("retrieval", {"gen_ai.retrieval.documents": "[]"}, "`policies` returned no passages"),
    ("retrieval", {OWN + "output": "3 passages"}, '`policies` returned "3 passages"'),
    ("memory", {"gen_ai.memory.records": "6 facts"}, 'Read memory `key`: "6 facts"'),
    (
        "memory",
        {"gen_ai.operation.name": "upsert_memory", "gen_ai.memory.records": "7 facts"},
        'Wrote memory `key`: "7 facts"',
    ),
    (
        "memory",
        {"gen_ai.memory.records": json.dumps([{"id": "key", "content": None}])},
        "Read memory `key`, found nothing",
    ),
    ("memory", {"gen_ai.memory.records": "[]"}, "Read memory `key`, found nothing"),
    (
        "memory",
        {"gen_ai.memory.records": json.dumps([{"id": "key", "content": ["a fact of some length"] * 6}])},
        "Read memory `key`: 6 items, 145 characters",
    ),
    ("memory", WROTE | {"gen_ai.operation.name": "create_memory"}, 'Wrote memory `key`, new: "7 facts"'),
    ("memory", WROTE | {"gen_ai.operation.name": "update_memory"}, 'Wrote memory `key`, replaced: "7 facts"'),
    ("memory", WROTE | {OWN + "metadata": '{"overwrite": true}'}, 'Wrote memory `key`, replaced: "7 facts"'),
    ("memory", {"gen_ai.operation.name": "delete_memory"}, "Deleted memory `key`"),
    ("handoff", {OWN + "name": "Handoff: front → logistics"}, "Handed off to **logistics**"),
    ("handoff", {OWN + "name": "handoff to logistics"}, "Handed off to **logistics**"),
    ("handoff", {OWN + "name": "transfer_to_logistics"}, "Handed off to **logistics**"),
    ("handoff", {OWN + "metadata": '{"errors": 1}'}, "Handed off to **billing**, returned with 1 error"),
    ("embedding", {OWN + "input": "a question"}, 'embed-3 embedded "a question"'),
    ("message", {OWN + "event_type": "agent_join"}, "**billing** joined"),
    ("message", {OWN + "event_type": "agent_leave"}, "**billing** left"),
    ("message", {OWN + "output": "Hello"}, '**billing** said "Hello"'),
    ("task", {OWN + "event_type": "task_assignment"}, "Assigned **triage**"),
    ("guardrail", {OWN + "metadata": '{"passed": false, "rule": "card"}'}, "pii-guard blocked: card"),
    ("guardrail", {OWN + "metadata": '{"passed": true, "masked": 2}'}, "pii-guard passed, masked 2 values"),
    ("guardrail", {OWN + "metadata": '{"masked": ["a name"]}'}, "pii-guard passed, masked 1 value"),
    ("guardrail", {OWN + "metadata": '{"passed": false}'}, "pii-guard blocked"),
    ("final", {"gen_ai.output.messages": "On Monday."}, 'Answered "On Monday."'),
]
SUBJECTS: Final = {
    "agent": "**billing**",
    "llm": "gpt-4o",
    "tool": "`f`",
    "memory": "Memory `key`",
    "retrieval": "`policies`",
    "embedding": "embed-3",
    "handoff": "**billing**",
    "message": "**billing**",
    "task": "**triage**",
    "guardrail": "pii-guard",
    "final": "The answer",
    "chain": "`plan`",
}
"""An error step has no other state than its own."""
DOING: Final = {"agent": "is working", "llm": "is answering", "embedding": "is embedding"}


def told(store: SpanStore) -> tuple[str, str, str]:
    [step] = list_steps(store, TRACE)
    assert len(re.sub(r"\*\*|`", "", step.sentence)) <= LONGEST
    assert get_step(store, TRACE, step.id).step.sentence == step.sentence
    return step.kind, step.status, step.sentence


def test_every_kind_is_here() -> None:
    assert set(KINDS) == set(DONE) == set(get_args(StepKind)) - {"framework"}
    assert set(SUBJECTS) == set(KINDS) - {"error"}


@pytest.mark.parametrize("kind", sorted(DONE))
def test_a_step_that_ended_well(store: SpanStore, span: Make, kind: str) -> None:
    store.write([span(1, attributes=KINDS[kind])])

    assert (kind, DONE[kind]) == told(store)[::2]


def test_plumbing_is_called_as_its_span(store: SpanStore, span: Make) -> None:
    store.write([span(1, scope_name="mcp-python-sdk", attributes={"mcp.method.name": "initialize"})])

    assert told(store) == ("framework", "completed", "`span 1` finished")


@pytest.mark.parametrize(("kind", "more", "expected"), SAID)
def test_a_step_that_brought_something(
    store: SpanStore, span: Make, kind: str, more: dict[str, Any], expected: str | re.Pattern[str]
) -> None:
    store.write([span(1, attributes=KINDS[kind] | more)])
    found, _, sentence = told(store)

    assert kind == found
    assert expected == sentence if isinstance(expected, str) else expected.match(sentence)


def test_an_agent_that_was_stopped_at_its_limit(store: SpanStore, span: Make) -> None:
    fields = {"attributes": KINDS["agent"] | {"error.type": "agents.MaxTurnsExceeded"}, "status": "error"}
    store.write([span(1, **fields, status_message="Max turns (7) exceeded")])

    assert told(store) == ("agent", "failed", "**billing** stopped after 7 turns")


@pytest.mark.parametrize("kind", sorted(SUBJECTS))
@pytest.mark.parametrize("status", sorted(set(get_args(Status)) - {"completed"}))
def test_a_step_that_did_not_end_well(
    config: TraceConfig, store: SpanStore, span: Make, kind: str, status: str
) -> None:
    fields: dict[str, Any] = {"attributes": KINDS[kind]}
    if status == "failed":
        fields = {"attributes": KINDS[kind] | {"error.type": "Timeout"}, "status": "error", "status_message": "after 3 s"}  # fmt: skip
    elif status == "cancelled":
        fields = {"attributes": KINDS[kind] | {OWN + "outcome": "cancelled"}}
    _write(config, store, status, [span(1, end=None if status in OPEN else 9, **fields)])
    words = {
        "failed": "failed: Timeout after 3 s",
        "cancelled": "was cancelled",
        "interrupted": "has no end record",
        "running": DOING.get(kind, "is running"),
    }

    assert (kind, status, f"{SUBJECTS[kind]} {words[status]}") == told(store)


@pytest.mark.parametrize(
    ("status", "fields", "inner", "expected"),
    [
        ("completed", {"attributes": KINDS["agent"] | {"gen_ai.output.messages": "On Monday."}}, (), 'Answered "On Monday."'),
        ("completed", {"attributes": KINDS["agent"]}, (), "Completed in one step"),
        ("completed", {"attributes": KINDS["agent"]}, ("tool", "llm"), "Completed in 3 steps"),
        ("failed", {"attributes": {"error.type": "Boom"}, "status": "error", "status_message": "it broke"}, (), "Failed: Boom it broke"),
        ("failed", {"status": "error"}, (), "Failed"),
        ("cancelled", {"attributes": {OWN + "outcome": "cancelled"}}, (), "Cancelled"),
        ("running", {}, (), "Is running"),
        ("running", {}, ("tool",), "`f` is running"),
        ("running", {}, ("llm",), "gpt-4o is answering"),
        ("interrupted", {}, (), "Its process ended without a word"),
        ("interrupted", {}, ("tool",), "Its process ended while `f` was running"),
        ("interrupted", {}, ("llm",), "Its process ended while gpt-4o was answering"),
        ("interrupted", {}, ("memory",), "Its process ended while memory `key` was running"),
    ],
)  # fmt: skip
def test_every_outcome_of_a_run(
    config: TraceConfig,
    store: SpanStore,
    span: Make,
    status: str,
    fields: dict[str, Any],
    inner: tuple[str, ...],
    expected: str,
) -> None:
    end = None if status in OPEN else 9
    steps = [
        span(number, parent=1, start=number, end=end, attributes=KINDS[kind])
        for number, kind in enumerate(inner, 2)
    ]
    _write(config, store, status, [span(1, end=end, **fields), *steps])
    run = get_run(store, TRACE)

    assert (status, expected) == (run.status, run.outcome)


def _write(config: TraceConfig, store: SpanStore, status: str, spans: list[SpanRecord]) -> None:
    """Write spans; those that are to be interrupted by a recorder that is then gone."""
    if status != "interrupted":
        store.write(spans)
        return
    recorder = open_store(config)
    recorder.write([replace(span, process_id=recorder.process_id) for span in spans])
    recorder.close()
