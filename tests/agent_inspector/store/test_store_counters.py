"""Whatever the order in which versions of spans arrive, the summaries equal a recount of what is stored."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_inspector.config import TraceConfig
from agent_inspector.model import Tokens
from agent_inspector.store import RunRow, RunSelection, SpanRow, SpanStore, open_store
from otel_bridge.record import SpanRecord

SPANS = 7
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "made-up"}
ATTRIBUTES: Sequence[Mapping[str, Any]] = (
    {},
    CHAT,
    CHAT | {"gen_ai.usage.input_tokens": 10},
    CHAT | {"gen_ai.usage.input_tokens": 7, "gen_ai.usage.output_tokens": 3, "gen_ai.usage.cost": 0.25},
    {"gen_ai.operation.name": "embeddings", "gen_ai.usage.input_tokens": 100},
    {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search", "gen_ai.agent.name": "a"},
    {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "b", "gen_ai.usage.input_tokens": 1000},
)


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[SpanRecord]]:
    """Some versions of a few spans of two traces, in batches; the tree may have holes and cycles."""
    parents = draw(st.lists(st.integers(0, SPANS), min_size=SPANS, max_size=SPANS))
    versions = draw(
        st.lists(
            st.tuples(
                st.integers(1, SPANS),
                st.booleans(),
                st.sampled_from(ATTRIBUTES),
                st.sampled_from(["unset", "error"]),
                st.integers(1, 2),
            ),
            min_size=1,
            max_size=14,
        )
    )
    records = [
        SpanRecord(
            trace_id=f"{trace:032x}",
            span_id=f"{number:016x}",
            parent_id=f"{parents[number - 1]:016x}" if parents[number - 1] else None,
            name=f"span {number}",
            start_ns=100 - number,
            end_ns=200 if finished else None,
            status=status,  # type: ignore[arg-type]  # one of the two that are drawn
            attributes=attributes,
        )
        for number, finished, attributes, status, trace in versions
    ]
    cuts = sorted(draw(st.sets(st.integers(1, len(records)), max_size=3)))
    return [records[start:end] for start, end in zip([0, *cuts], [*cuts, len(records)], strict=True)]


@settings(max_examples=150, deadline=None)
@given(arrivals())
def test_summaries_equal_a_recount(batches: list[list[SpanRecord]]) -> None:
    directory = tempfile.mkdtemp()
    store = open_store(TraceConfig(db_path=str(Path(directory) / "store.db"), encryption_enabled=False))
    try:
        for batch in batches:
            store.write(batch)
        _check(store, [record for batch in batches for record in batch])
    finally:
        store.close()
        shutil.rmtree(directory)


def _check(store: SpanStore, written: Sequence[SpanRecord]) -> None:
    rows = store.read_runs(RunSelection())
    assert {record.trace_id for record in written} == {row.trace_id for row in rows}
    for row in rows:
        expected = [record for record in _last_versions(written) if record.trace_id == row.trace_id]
        found = store.read_records(row.trace_id, [record.span_id for record in expected])
        assert {record.span_id: record for record in expected} == found
        assert _recount(store.read_spans(row.trace_id), expected) == _summary(row)


def _last_versions(written: Sequence[SpanRecord]) -> list[SpanRecord]:
    kept: dict[tuple[str, str], SpanRecord] = {}
    for record in written:
        key = record.trace_id, record.span_id
        if record.end_ns is not None or key not in kept or kept[key].end_ns is None:
            kept[key] = record
    return list(kept.values())


def _recount(spans: Sequence[SpanRow], records: Sequence[SpanRecord]) -> dict[str, Any]:
    parents = {record.span_id: record.parent_id for record in records}
    by_id = {span.span_id: span for span in spans}

    def contained(outer: SpanRow) -> list[SpanRow]:
        inner, frontier = set[str](), {outer.span_id}
        while frontier:
            frontier = {child for child, parent in parents.items() if parent in frontier} - inner
            inner |= frontier
        return [by_id[span_id] for span_id in inner - {outer.span_id}]

    def has_usage(span: SpanRow) -> bool:
        return any(value is not None for value in (span.tokens.input, span.tokens.output, span.cost_usd))

    def is_call(span: SpanRow) -> bool:
        return span.kind == "llm"

    calls = [span for span in spans if is_call(span)]
    failed = [span for span in spans if span.status == "failed"]
    counted = [
        span
        for span in spans
        if span.kind in ("llm", "embedding")
        and has_usage(span)
        and not any(is_call(inner) and has_usage(inner) for inner in contained(span))
    ]
    head = min(records, key=lambda record: (2 if record.parent_id else 0, record.start_ns))
    assert {span.span_id for span in spans if span.counted} == {span.span_id for span in counted}
    return {
        "name": by_id[head.span_id].facts["name"],
        "status": by_id[head.span_id].status if head.parent_id is None else "running",
        "steps": len(spans),
        "llm_calls": sum(not any(map(is_call, contained(span))) for span in calls),
        "tool_calls": sum(span.kind == "tool" for span in spans),
        "errors": sum(not any(inner in failed for inner in contained(span)) for span in failed),
        "tokens": Tokens(
            input=_sum([span.tokens.input for span in counted]),
            output=_sum([span.tokens.output for span in counted]),
        ),
        "cost": _sum([span.cost_usd for span in counted]),
        "models": {span.model for span in spans if span.model},
        "agents": {span.agent for span in spans if span.agent},
        "tools": {span.tool for span in spans if span.tool},
    }


def _sum(values: Sequence[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _summary(row: RunRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "status": row.status,
        "steps": row.step_count,
        "llm_calls": row.llm_calls,
        "tool_calls": row.tool_calls,
        "errors": row.error_count,
        "tokens": row.tokens,
        "cost": row.cost_usd,
        "models": set(row.models),
        "agents": set(row.agents),
        "tools": set(row.tools),
    }
