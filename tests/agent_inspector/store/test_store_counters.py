"""Whatever the order in which versions of spans arrive, the summaries equal a recount of what is stored."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from hypothesis import given, settings

from agent_inspector.config import TraceConfig
from agent_inspector.model import Tokens
from agent_inspector.store import RunRow, RunSelection, SpanRow, SpanStore, open_store
from otel_bridge.dialects import read
from otel_bridge.record import SpanRecord
from tests.agent_inspector.store.arrivals import FACADE, SECOND_NS, arrivals

Key: TypeAlias = "tuple[str, str]"

NEAR_NS = 5 * SECOND_NS
TOLD_NS = 60 * SECOND_NS
SLACK_NS = SECOND_NS // 100


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
    last = _last_versions(written)
    counts = Counts(last, [span for row in rows for span in store.read_spans(row.trace_id)])
    for row in rows:
        expected = [record for record in last if record.trace_id == row.trace_id]
        found = store.read_records(row.trace_id, [record.span_id for record in expected])
        assert {record.span_id: record for record in expected} == found
        assert _recount(store.read_spans(row.trace_id), expected, counts) == _summary(row)


class Counts:
    """What every span counts for, found by comparing all with all."""

    def __init__(self, records: Sequence[SpanRecord], rows: Sequence[SpanRow]) -> None:
        self.records = {(record.trace_id, record.span_id): record for record in records}
        self.rows = {(row.trace_id, row.span_id): row for row in rows}
        self.readings = {key: read(record) for key, record in self.records.items()}

    def counts_usage(self, key: Key) -> bool:
        return (
            self.has_usage(key)
            and not self.contains(key, self.has_usage)
            and not any(
                self.has_usage(twin) and not self.contains(twin, self.has_usage) for twin in self.better(key)
            )
        )

    def counts_call(self, key: Key) -> bool:
        return (
            self.is_call(key)
            and not self.contains(key, self.is_call)
            and not any(not self.contains(twin, self.is_call) for twin in self.better(key))
        )

    def counts_tool(self, key: Key) -> bool:
        row = self.rows[key]
        return self.is_tool(key) and not any(
            self.is_tool(inner)
            and (self.rows[inner].tool, self.records[inner].scope_name)
            == (row.tool, self.records[key].scope_name)
            for inner in self.children(key)
        )

    def is_call(self, key: Key) -> bool:
        return self.rows[key].kind == "llm" and not self.readings[key].framework

    def is_tool(self, key: Key) -> bool:
        return self.rows[key].kind == "tool" and not self.readings[key].framework

    def has_usage(self, key: Key) -> bool:
        row = self.rows[key]
        known = row.tokens.input, row.tokens.output, row.cost_usd
        is_model = row.kind in ("llm", "embedding") and not self.readings[key].framework
        return is_model and any(value is not None for value in known)

    def contains(self, outer: Key, what: Callable[[Key], bool]) -> bool:
        twins = set(self.twins(outer))
        return any(what(inner) and inner not in twins for inner in self.inside(outer))

    def children(self, outer: Key) -> set[Key]:
        return {key for key, record in self.records.items() if (key[0], record.parent_id) == outer} - {outer}

    def inside(self, outer: Key) -> set[Key]:
        found, frontier = set[Key](), {outer}
        while frontier:
            frontier = {child for key in frontier for child in self.children(key)} - found
            found |= frontier
        return found - {outer}

    def better(self, key: Key) -> list[Key]:
        return [twin for twin in self.twins(key) if self.is_better(twin, key)]

    def is_better(self, twin: Key, key: Key) -> bool:
        if self.are_same(key, twin):
            return self.worth(twin) < self.worth(key)
        used = [self.worth(one)[0] is False for one in (twin, key)]
        return used[0] if used[0] != used[1] else self.records[key].scope_name == FACADE

    def worth(self, key: Key) -> tuple[object, ...]:
        reading, record = self.readings[key], self.records[key]
        is_unused = reading.usage.input is None and reading.usage.output is None
        told = bool(reading.input_preview) + bool(reading.output_preview or reading.calls)
        return is_unused, -told, self.rows[key].start_ns, -(record.end_ns or 0), bytes.fromhex(key[1])

    def twins(self, key: Key) -> list[Key]:
        return [other for other in self.records if self.are_twins(key, other)]

    def are_twins(self, one: Key, other: Key) -> bool:
        if not (self.is_call(one) and self.is_call(other)):
            return False
        return self.are_same(one, other) or self.is_told_of(one, other) or self.is_told_of(other, one)

    def are_same(self, one: Key, other: Key) -> bool:
        first, second = self.records[one], self.records[other]
        if None in (first.end_ns, second.end_ns) or first.scope_name == second.scope_name:
            return False
        if abs(first.start_ns - second.start_ns) > NEAR_NS:
            return False
        answers = self.readings[one].response_id, self.readings[other].response_id
        if None not in answers:
            return answers[0] == answers[1] and _overlap(first, second)
        tokens = [(self.readings[key].usage.input, self.readings[key].usage.output) for key in (one, other)]
        agree = all(a is None or b is None or a == b for a, b in zip(*tokens, strict=True))
        return agree and (_holds(first, second) or _holds(second, first))

    def is_told_of(self, told: Key, call: Key) -> bool:
        """Whether the program itself told of a call."""
        after, before = self.records[told], self.records[call]
        if after.end_ns is None or before.end_ns is None or told[0] != call[0]:
            return False
        if (after.scope_name == FACADE, before.scope_name == FACADE) != (True, False):
            return False
        if after.start_ns < before.start_ns - (0 if after.start_ns == after.end_ns else NEAR_NS):
            return False
        if not before.end_ns - SLACK_NS <= after.end_ns <= before.end_ns + TOLD_NS:
            return False
        pairs = list(zip(self.signs(told), self.signs(call), strict=True))
        if any(None not in pair and pair[0] != pair[1] for pair in pairs):
            return False
        response, said, *tokens = (pair[0] == pair[1] is not None for pair in pairs)
        # All of them name the same model.
        return response or said or all(tokens)

    def signs(self, key: Key) -> tuple[object, ...]:
        reading = self.readings[key]
        return reading.response_id, reading.output_preview, reading.usage.input, reading.usage.output


def _overlap(one: SpanRecord, other: SpanRecord) -> bool:
    return one.start_ns <= (other.end_ns or 0) and other.start_ns <= (one.end_ns or 0)


def _holds(outer: SpanRecord, inner: SpanRecord) -> bool:
    slack_ns = 0 if inner.start_ns == inner.end_ns else SLACK_NS
    return (
        outer.start_ns - slack_ns <= inner.start_ns and (inner.end_ns or 0) <= (outer.end_ns or 0) + SLACK_NS
    )


def _last_versions(written: Sequence[SpanRecord]) -> list[SpanRecord]:
    kept: dict[tuple[str, str], SpanRecord] = {}
    for record in written:
        key = record.trace_id, record.span_id
        if record.end_ns is not None or key not in kept or kept[key].end_ns is None:
            kept[key] = record
    return list(kept.values())


def _recount(spans: Sequence[SpanRow], records: Sequence[SpanRecord], counts: Counts) -> dict[str, Any]:
    by_id = {span.span_id: span for span in spans}
    keys = {span.span_id: (span.trace_id, span.span_id) for span in spans}
    failed = [span for span in spans if span.status == "failed"]
    counted = [span for span in spans if counts.counts_usage(keys[span.span_id])]
    head = min(records, key=lambda record: (2 if record.parent_id else 0, record.start_ns))
    assert {span.span_id for span in spans if span.counted} == {span.span_id for span in counted}
    return {
        "name": by_id[head.span_id].facts["name"],
        "status": by_id[head.span_id].status if head.parent_id is None else _without_root(spans, head),
        "steps": len(spans),
        "llm_calls": sum(counts.counts_call(key) for key in keys.values()),
        "tool_calls": sum(counts.counts_tool(key) for key in keys.values()),
        "errors": sum(
            not any(by_id[inner[1]] in failed for inner in counts.inside(keys[span.span_id]))
            for span in failed
        ),
        "tokens": Tokens(
            input=_sum([span.tokens.input for span in counted]),
            output=_sum([span.tokens.output for span in counted]),
        ),
        "cost": _sum([span.cost_usd for span in counted]),
        "models": {span.model for span in spans if span.model},
        "agents": {span.agent for span in spans if span.agent},
        "tools": {span.tool for span in spans if span.tool},
    }


def _without_root(spans: Sequence[SpanRow], head: SpanRecord) -> str:
    """Return the status of a run without a root: failed, if its first span has and nothing ended later."""
    ends = [span.end_ns for span in spans]
    if None in ends or head.status != "error":
        return "running"
    return "failed" if head.end_ns == max(end for end in ends if end is not None) else "running"


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
