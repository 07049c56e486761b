"""Every kind of step, in every state that it can be in, and every outcome of a run, in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, get_args

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.model import Status, StepKind
from agent_inspector.query import get_run, list_steps
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


SAID: Final = [
    ("agent", {"gen_ai.output.messages": "ETA 24 Nov"}, '**billing** answered "ETA 24 Nov"'),
    ("agent", {OWN + "event_type": "agent_spawn"}, "Started **billing**"),
    ("llm", {"gen_ai.output.messages": "Good day"}, 'gpt-4o wrote "Good day"'),
    ("llm", {"gen_ai.response.finish_reasons": ["content_filter"]}, "gpt-4o refused"),
    (
        "llm",
        {"gen_ai.output.messages": "Good", "gen_ai.response.finish_reasons": ["length"]},
        'gpt-4o stopped at the output limit, wrote "Good"',
    ),
    ("tool", {"gen_ai.tool.call.result": "12 charges"}, '`f` returned "12 charges"'),
    ("retrieval", {OWN + "output": "3 passages"}, '`policies` returned "3 passages"'),
    ("memory", {"gen_ai.memory.records": "6 facts"}, 'Read memory `key`: "6 facts"'),
    (
        "memory",
        {"gen_ai.operation.name": "upsert_memory", "gen_ai.memory.records": "7 facts"},
        'Wrote memory `key`: "7 facts"',
    ),
    ("embedding", {OWN + "input": "a question"}, 'embed-3 embedded "a question"'),
    ("message", {OWN + "event_type": "agent_join"}, "**billing** joined"),
    ("message", {OWN + "event_type": "agent_leave"}, "**billing** left"),
    ("message", {OWN + "output": "Hello"}, '**billing** said "Hello"'),
    ("task", {OWN + "event_type": "task_assignment"}, "Assigned **triage**"),
    ("guardrail", {OWN + "metadata": '{"passed": false, "rule": "card"}'}, "pii-guard blocked: card"),
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
    store: SpanStore, span: Make, kind: str, more: dict[str, Any], expected: str
) -> None:
    store.write([span(1, attributes=KINDS[kind] | more)])

    assert (kind, expected) == told(store)[::2]


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
