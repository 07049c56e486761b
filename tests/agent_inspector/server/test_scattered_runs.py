"""Traces that arrive apart and belong to one run: AutoGen's messages, calls made inside of an agent's conversation."""

from __future__ import annotations

import lzma
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.intake import Intake
from agent_inspector.pipeline import make_redactor
from agent_inspector.query import find_run_id, list_runs, read_steps
from agent_inspector.store import SpanStore, open_store
from otel_bridge.otlp import decode_traces
from otel_bridge.record import Attributes, LogRecord, SpanLink, SpanRecord

SWARM: Final = Path("tests/otel_bridge/dialects/data/frameworks/autogen.swarm.json.xz")
RESOURCE: Final[Attributes] = {"service.name": "app", "process.pid": 7}
AGENT, CALL, TOOL = "a" * 32, "c" * 32, "e" * 32


@pytest.fixture
def store(config: TraceConfig) -> Iterator[SpanStore]:
    opened = open_store(config)
    yield opened
    opened.close()


@pytest.fixture
def intake(store: SpanStore, config: TraceConfig) -> Intake:
    return Intake(store, make_redactor(config))


def swarm() -> list[SpanRecord]:
    captured = orjson.loads(lzma.decompress(SWARM.read_bytes()))
    records = decode_traces(orjson.dumps(captured["traces"]), "application/json").records
    return [record for record in records if record.attributes.get("gen_ai.operation.name") != "create_agent"]


def in_requests(records: Sequence[SpanRecord], *, of_ms: int) -> list[list[SpanRecord]]:
    """Part spans as a batch processor would, by when they ended."""
    ended = sorted(records, key=lambda record: record.end_ns or 0)
    return [
        list(part) for _, part in groupby(ended, key=lambda record: (record.end_ns or 0) // (of_ms * 10**6))
    ]


def span(trace_id: str, number: int, start: int, end: int, **attributes: Any) -> SpanRecord:
    told = {name.replace("__", "."): value for name, value in attributes.items()}
    return SpanRecord(
        trace_id=trace_id,
        span_id=f"{number:016x}",
        parent_id=None,
        name=f"span {number}",
        start_ns=start,
        end_ns=end,
        attributes=told,
        scope_name="x",
        resource=RESOURCE,
    )


def agent(**more: Any) -> SpanRecord:
    named = {"gen_ai__operation__name": "invoke_agent", "gen_ai__agent__name": "guide"}
    return span(AGENT, 1, 100, 900, **named, **{"session__id": "s-1", **more})


def call(trace_id: str = CALL, number: int = 2, start: int = 200, **more: Any) -> SpanRecord:
    named = {
        "gen_ai__operation__name": "chat",
        "gen_ai__request__model": "m",
        "gen_ai__usage__input_tokens": 5,
    }
    return span(trace_id, number, start, start + 50, **named, **{"session__id": "s-1", **more})


@pytest.mark.parametrize("of_ms", [10**6, 500, 20, 1])
def test_the_traces_of_an_autogen_team_are_one_run_however_they_arrive(
    store: SpanStore, intake: Intake, of_ms: int
) -> None:
    records = swarm()
    for request in in_requests(records, of_ms=of_ms):
        intake.take_spans(request)

    page = list_runs(store)

    assert page.total == 1, [run.name for run in page.runs]
    steps = list(read_steps(store, page.runs[0].id))
    assert {step.span_id for step in steps} == {record.span_id for record in records}
    known = {step.span_id for step in steps}
    assert [step.name for step in steps if step.parent_id not in known] == [page.runs[0].name]
    assert all(find_run_id(store, record.trace_id) == page.runs[0].id for record in records)
    assert {step.span_id: step.trace_id for step in steps} == {
        record.span_id: record.trace_id for record in records
    }


@pytest.mark.parametrize("late", [False, True])
def test_a_call_in_a_trace_of_its_own_belongs_to_the_agent_whose_conversation_it_is(
    store: SpanStore, intake: Intake, *, late: bool
) -> None:
    for record in (call(), agent()) if not late else (agent(), call()):
        intake.take_spans([record])

    (run,) = list_runs(store).runs

    assert (run.id, run.step_count, run.tokens.input, run.llm_calls) == (AGENT, 2, 5, 1)
    assert [step.parent_id for step in read_steps(store, run.id)] == [None, f"{1:016x}"]


def test_a_long_trace_keeps_all_of_its_spans_when_it_becomes_part_of_a_run(
    store: SpanStore, intake: Intake
) -> None:
    inside = [replace(span(CALL, number, 210, 220), parent_id=f"{2:016x}") for number in range(3, 5103)]
    intake.take_spans([call(), *inside])
    intake.take_spans([agent()])

    (run,) = list_runs(store).runs

    assert (run.id, run.step_count) == (AGENT, len(inside) + 2)


@pytest.mark.parametrize(
    "other",
    [
        call(session__id="s-2"),
        call(start=901),
        replace(call(), resource={**RESOURCE, "process.pid": 8}),
        replace(agent(), trace_id=CALL, span_id="9" * 16, start_ns=200, end_ns=300),
    ],
    ids=["other conversation", "after it", "other process", "an agent itself"],
)
def test_what_may_be_a_run_of_its_own_stays_one(store: SpanStore, intake: Intake, other: SpanRecord) -> None:
    intake.take_spans([agent(), other])

    assert list_runs(store).total == 2


def test_a_later_span_of_a_trace_follows_it_also_after_a_restart(
    store: SpanStore, intake: Intake, config: TraceConfig
) -> None:
    linked = replace(span(TOOL, 5, 200, 300), links=(SpanLink(AGENT, f"{1:016x}"),))
    child = replace(span(TOOL, 6, 210, 220), parent_id=f"{5:016x}")
    intake.take_spans([agent(), linked])

    Intake(store, make_redactor(config)).take_spans([child])

    (run,) = list_runs(store).runs
    assert (run.id, run.step_count) == (AGENT, 3)


def test_log_records_of_a_trace_that_joined_a_run_are_read_with_its_spans(
    store: SpanStore, intake: Intake
) -> None:
    told = LogRecord(
        trace_id=CALL,
        span_id=f"{2:016x}",
        time_ns=210,
        observed_ns=210,
        event_name="gen_ai.choice",
        body={"message": {"role": "assistant", "content": "Grey."}, "finish_reason": "stop"},
        attributes={"gen_ai.system": "openai"},
        resource=RESOURCE,
    )
    intake.take_spans([call()])
    intake.take_spans([agent()])
    intake.take_logs([told])

    (run,) = list_runs(store).runs
    steps = {step.span_id: step for step in read_steps(store, run.id)}

    assert "Grey." in (steps[f"{2:016x}"].output_text or "")


def test_deleting_the_run_forgets_what_had_joined_it(store: SpanStore, intake: Intake) -> None:
    intake.take_spans([agent(), call()])
    store.delete_runs([AGENT], force=True)

    assert not store.read_places([CALL])
    assert not store.find_traces(CALL)
