"""Hostile spans: whatever stands in the attributes that dialects look for, reading raises nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_bridge.dialects import read, unpack
from otel_bridge.dialects.registry import DIALECTS
from otel_bridge.otlp import decode_traces
from otel_bridge.record import SpanEvent, SpanRecord
from tests.otel_bridge.dialects.test_captures import CAPTURES

SCOPES: Final = sorted({scope.rstrip("*") for dialect in DIALECTS for scope in dialect.scopes} | {"", "app"})


def _some_spans() -> list[SpanRecord]:
    """Return a span of every scope and shape that the captures have."""
    found: dict[tuple[str, str], SpanRecord] = {}
    for capture in CAPTURES.values():
        for record in decode_traces(json.dumps(capture["traces"]).encode(), "application/json").records:
            kind = record.attributes.get(
                "gen_ai.operation.name", record.attributes.get("openinference.span.kind")
            )
            found.setdefault((record.scope_name, str(kind or record.name)), record)
    return list(found.values())


SPANS: Final = _some_spans()
NESTED: Final = "[" * 900 + "]" * 900
TEXTS: Final = [
    "",
    "[]",
    "{}",
    "[null]",
    '[{"role": 5}]',
    '{"messages": [[{"lc": 1}]]}',
    '"\\"x',
    "[1",
    NESTED,
]
leaves: Final[st.SearchStrategy[Any]] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=3) | st.sampled_from(TEXTS)
)
words: Final = st.sampled_from(
    [
        "role",
        "parts",
        "content",
        "type",
        "text",
        "message",
        "tool_calls",
        "function",
        "lc",
        "id",
        "kwargs",
        "args",
    ]
)
values: Final = st.recursive(
    leaves | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(words, inner, max_size=4),
    max_leaves=10,
)
hostile: Final = values | values.map(lambda value: json.dumps(value, default=str))


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(SPANS), st.sampled_from(SCOPES), st.data())
def test_any_value_in_any_attribute_of_any_dialect(
    record: SpanRecord, scope: str, data: st.DataObject
) -> None:
    keys = sorted(record.attributes)
    changed = data.draw(st.dictionaries(st.sampled_from(keys), hostile, max_size=6)) if keys else {}
    events = [SpanEvent(name, 1, changed) for name in ("gen_ai.choice", "exception", "gen_ai.user.message")]
    given_scope = data.draw(st.sampled_from([record.scope_name, scope]))
    span = replace(record, attributes={**record.attributes, **changed}, events=events, scope_name=given_scope)

    read(span)
    unpack(span)


@pytest.mark.parametrize("record", SPANS, ids=lambda record: f"{record.scope_name}.{record.name}")
def test_every_attribute_may_be_nested_a_thousand_levels_deep(record: SpanRecord) -> None:
    span = replace(record, attributes=dict.fromkeys(record.attributes, NESTED))

    read(span)
    unpack(span)


@pytest.mark.parametrize("record", SPANS, ids=lambda record: f"{record.scope_name}.{record.name}")
def test_lines_are_short_and_texts_are_texts(record: SpanRecord) -> None:
    reading = read(record)

    for text in (reading.name, reading.agent, reading.model, reading.provider, reading.session_id):
        assert text is None or isinstance(text, str)
    for preview in (reading.input_preview, reading.output_preview, reading.error_message):
        assert preview is None or len(preview) <= 200
    assert isinstance(reading.metadata, Mapping)
    assert isinstance(reading.calls, Sequence)
