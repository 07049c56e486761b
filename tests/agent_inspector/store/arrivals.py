"""Arrivals: how spans may come in: in any order, several versions of one, told of by several libraries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from otel_bridge.record import SpanRecord

SPANS = 7
SECOND_NS = 10**9
FACADE = "agent_inspector"
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "made-up"}
ATTRIBUTES: Sequence[Mapping[str, Any]] = (
    {},
    CHAT,
    CHAT | {"gen_ai.usage.input_tokens": 10, "gen_ai.response.id": "r1"},
    CHAT | {"gen_ai.response.id": "r1", "gen_ai.output.messages": '[{"role": "assistant", "content": "Hi"}]'},
    CHAT | {"gen_ai.usage.input_tokens": 10, "gen_ai.response.id": "r2"},
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
                st.sampled_from(["", "library", "other library", FACADE]),
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
            start_ns=(100 - number) * SECOND_NS,
            end_ns=(200 - number * number) * SECOND_NS if finished else None,
            status=status,
            attributes=attributes,
            scope_name=scope,
        )
        for number, finished, attributes, status, trace, scope in versions
    ]
    cuts = sorted(draw(st.sets(st.integers(1, len(records)), max_size=3)))
    return [records[start:end] for start, end in zip([0, *cuts], [*cuts, len(records)], strict=True)]
