"""Runs that no honest program records: parents in a circle, content of any shape."""

from __future__ import annotations

from agent_inspector.query import find_findings, get_provenance, list_steps
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.findings import judge
from agent_inspector.store import SpanStore
from otel_bridge.record import SpanRecord

TRACE_ID = "c1" * 16


def span(number: int, parent: int | None, **attributes: object) -> SpanRecord:
    return SpanRecord(
        trace_id=TRACE_ID,
        span_id=f"{number:016x}",
        parent_id=None if parent is None else f"{parent:016x}",
        name="step",
        start_ns=1_790_000_000_000_000_000 + number,
        end_ns=1_790_000_000_000_000_100 + number,
        status="error",
        attributes={"gen_ai.operation.name": "invoke_agent", **attributes},  # type: ignore[dict-item]  # plain JSON values
    )


def test_steps_in_a_circle_come_to_an_end(store: SpanStore) -> None:
    store.write([span(1, None), span(2, 3), span(3, 2), span(4, 4)])

    found = find_findings(store, TRACE_ID)

    assert found.steps_read == 4
    assert all(get_provenance(store, TRACE_ID, step.id).values == [] for step in list_steps(store, TRACE_ID))


def test_content_of_any_shape_is_read(store: SpanStore) -> None:
    odd = [None, True, "x", {"role": 5, "parts": [7, {"type": "tool_call", "name": 3}]}, {"parts": {"a": 1}}]
    store.write(
        [
            span(1, None),
            span(2, 1, **{"gen_ai.operation.name": "chat", "gen_ai.input.messages": odd, "gen_ai.output.messages": odd, "gen_ai.tool.definitions": odd}),
            span(3, 1, **{"gen_ai.operation.name": "execute_tool", "gen_ai.tool.call.arguments": "{", "gen_ai.tool.call.result": b"\xff"}),
        ]
    )  # fmt: skip

    found = find_findings(store, TRACE_ID)

    assert found.steps_read == 3
    assert all(
        get_provenance(store, TRACE_ID, step.id).step_id == step.id for step in list_steps(store, TRACE_ID)
    )


def test_three_steps_are_worth_a_look_where_no_rule_is_sure() -> None:
    said = ["I plan the trip.", "I book the hotel.", "The booking failed, sorry.", "Done."]
    steps = [
        ReadStep(
            id=f"{number:016x}",
            number=number,
            kind="llm",
            name="gpt-4o",
            output_messages=[{"role": "assistant", "parts": [{"type": "text", "content": words}]}],
        )
        for number, words in enumerate(said, 1)
    ]

    found = judge(ReadRun(id="ab" * 16, name="trip", status="completed", steps=steps))

    assert [candidate.step_number for candidate in found.candidates] == [2, 3, 1]
    assert found.first_suspect is None
