"""Texts that spans of a run share are stored once, and every span reads back exactly as it was written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_inspector.config import TraceConfig
from agent_inspector.errors import StoreError
from agent_inspector.store import SpanStore, open_store
from agent_inspector.store.search import SearchSelection
from agent_inspector.store.search_text import ask
from agent_inspector.store.sqlite.pieces import Scope, cut, make_text, numbers_in, step
from otel_bridge.content import Piece, PieceList
from otel_bridge.record import SpanEvent, SpanRecord

Make = Callable[..., SpanRecord]
MESSAGES = "gen_ai.input.messages"
TRACE = f"{1:032x}"

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
writers = st.sampled_from(
    [
        json.dumps,
        lambda value: json.dumps(value, ensure_ascii=False),
        lambda value: json.dumps(value, separators=(",", ":")),
        lambda value: json.dumps(value, indent=1),
    ]
)


def conversation(turns: int) -> list[dict[str, str]]:
    said = [{"role": "system", "content": "Be brief. " * 100}]
    for turn in range(turns):
        said.append({"role": "user", "content": f"question {turn} " * 20})
        said.append({"role": "assistant", "content": f"answer {turn} " * 20})
    return said


def call(span: Make, number: int, messages: object, **fields: Any) -> SpanRecord:
    return span(number, start=number, attributes={MESSAGES: json.dumps(messages)}, **fields)


def grown(span: Make, turns: int) -> list[SpanRecord]:
    return [call(span, number + 1, conversation(number)) for number in range(turns)]


def read(store: SpanStore, records: list[SpanRecord]) -> list[SpanRecord]:
    found = store.read_records(records[0].trace_id, [record.span_id for record in records])
    return [found[record.span_id] for record in records]


def size(config: TraceConfig) -> int:
    connection = sqlite3.connect(config.db_path)
    found = connection.execute(
        "SELECT (SELECT SUM(LENGTH(body)) FROM bodies) + (SELECT SUM(LENGTH(body)) FROM segments)"
    ).fetchone()[0]
    connection.close()
    return int(found)


@given(st.lists(st.tuples(values, writers) | st.text(), max_size=8))
def test_any_text_comes_back_exactly(given_texts: list[Any]) -> None:
    scope, stored = Scope(), list[str]()
    for item in given_texts:
        text = item if isinstance(item, str) else item[1](item[0])

        recipe = scope.take("name", text)
        stored += scope.new_texts
        scope.settle()

        assert make_text(recipe, numbers_in(recipe), dict(enumerate(stored))) == text


@given(st.lists(values, min_size=1, max_size=6), writers, st.integers(1, 6))
def test_a_list_that_grows_comes_back_exactly(items: list[Any], write: Any, begin: int) -> None:
    scope, stored = Scope(), list[str]()
    for length in range(min(begin, len(items)), len(items) + 1):
        text = write(items[:length])

        recipe = scope.take("name", text)
        stored += scope.new_texts
        scope.settle()

        assert make_text(recipe, numbers_in(recipe), dict(enumerate(stored))) == text


@given(st.lists(st.text(max_size=40_000), max_size=12), st.integers(0, 5))
@settings(max_examples=20)
def test_segments_hold_every_text_in_its_place(texts: list[str], first: int) -> None:
    placed = {begin + place: text for begin, part in cut(texts, first) for place, text in enumerate(part)}

    assert placed == dict(enumerate(texts, first))


def test_a_conversation_grows_the_store_by_what_is_new(tmp_path: Path, span: Make) -> None:
    sizes = []
    for turns in (20, 60):
        config = TraceConfig(db_path=str(tmp_path / f"{turns}.db"))
        store = open_store(config)
        records = grown(span, turns)
        store.write(records[: turns // 2])
        store.write(records[turns // 2 :])

        assert read(store, records) == records
        sizes.append(size(config))
        store.close()

    # Three times the turns are nine times the text.
    assert sizes[1] < 3.5 * sizes[0]


def test_long_texts_of_events_are_shared_too(store: SpanStore, config: TraceConfig, span: Make) -> None:
    long = "what was said before " * 500
    events = [SpanEvent("gen_ai.user.message", 7, {"content": long, "role": "user"})]
    records = [span(number, events=tuple(events), attributes={"text": long}) for number in range(1, 20)]
    store.write(records)

    assert read(store, records) == records
    assert size(config) < 19 * 400


def test_texts_are_not_shared_between_runs(store: SpanStore, config: TraceConfig, span: Make) -> None:
    first, second = call(span, 1, conversation(3)), call(span, 1, conversation(3), trace=2)
    store.write([first, second])
    store.delete_runs([first.trace_id])

    assert read(store, [second]) == [second]


def test_a_run_that_is_deleted_while_it_goes_on_is_written_anew(store: SpanStore, span: Make) -> None:
    records = grown(span, 6)
    store.write(records[:3])
    store.delete_runs([TRACE], force=True)
    store.write(records[3:])

    assert read(store, records[3:]) == records[3:]


def test_what_a_failed_write_brought_is_stored_by_the_next(
    store: SpanStore, config: TraceConfig, span: Make
) -> None:
    records = grown(span, 6)
    store.write(records[:2])
    with broken(config), pytest.raises(StoreError):
        store.write(records[2:])
    store.write(records[2:])

    assert read(store, records) == records


def broken(config: TraceConfig) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def refusing() -> Iterator[None]:
        connection = sqlite3.connect(config.db_path, isolation_level=None)
        connection.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON bodies BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
        yield
        connection.execute("DROP TRIGGER refuse")
        connection.close()

    return refusing()


def test_two_processes_that_write_one_run_do_not_meet(config: TraceConfig, span: Make) -> None:
    records = grown(span, 8)
    first, second = open_store(config), open_store(config)
    for place, record in enumerate(records):
        (first, second)[place % 2].write([record])

    assert read(first, records) == records
    first.close()
    second.close()


def test_an_open_span_and_its_end_share_their_texts(
    store: SpanStore, config: TraceConfig, span: Make
) -> None:
    store.write([call(span, 1, conversation(30), end=None)])
    before = size(config)
    ended = call(span, 1, conversation(30), end=9)
    store.write([ended])

    assert read(store, [ended]) == [ended]
    assert size(config) <= before + 100


def test_a_segment_in_the_place_of_another_is_refused(
    encrypted_store: SpanStore, encrypted_config: TraceConfig, span: Make
) -> None:
    records = [call(span, number, conversation(number)) for number in (1, 2)]
    for record in records:
        encrypted_store.write([record])
    connection = sqlite3.connect(encrypted_config.db_path)
    bodies = connection.execute("SELECT id, body FROM segments ORDER BY id").fetchall()
    connection.execute("UPDATE segments SET body = ? WHERE id = ?", (bodies[0][1], bodies[1][0]))
    connection.commit()
    connection.close()

    with pytest.raises(StoreError):
        read(encrypted_store, records[1:])


def test_deleted_texts_are_gone_from_the_bytes(store: SpanStore, config: TraceConfig, span: Make) -> None:
    secret = "rumpelstiltskin"
    store.write([span(1, attributes={"text": f"{secret} {number}" * 3}) for number in range(1, 2)])
    store.write([span(2, parent=1, attributes={"text": "".join(f"{secret}{n:07x}" for n in range(40))})])
    store.delete_runs([TRACE], force=True)
    store.vacuum()

    files = [path.read_bytes() for path in Path(config.db_path).parent.iterdir() if path.is_file()]
    assert not any(secret.encode() in data for data in files)


def in_pieces(frozen: list[Piece], length: int) -> PieceList:
    return PieceList(frozen[:length])


@given(st.lists(values, max_size=8), st.lists(st.integers(0, 8), min_size=1, max_size=6))
def test_frozen_messages_come_back_as_their_json(items: list[Any], lengths: list[int]) -> None:
    scope, stored = Scope(), list[str]()
    frozen = [Piece(json.dumps(item)) for item in items]
    for length in lengths:
        recipe = scope.take_pieces(in_pieces(frozen, length))
        stored += scope.new_texts
        scope.settle()

        assert (
            make_text(recipe, numbers_in(recipe), dict(enumerate(stored)))
            == in_pieces(frozen, length).render()
        )


@given(st.lists(st.integers(0, 60_000), max_size=20))
def test_numbers_far_apart_come_back(numbers: list[int]) -> None:
    steps = "".join(step(after - before) for before, after in pairwise([0, *numbers]))

    assert numbers_in([0, steps]) == numbers
    assert steps.encode().decode() == steps


def test_a_record_in_pieces_is_stored_like_the_same_record_in_text(
    store: SpanStore, encrypted_store: SpanStore, span: Make
) -> None:
    frozen = [Piece(json.dumps(message)) for message in conversation(6)]
    given_pieces, as_text = list[SpanRecord](), list[SpanRecord]()
    for number in range(1, len(frozen) + 1):
        pieces = in_pieces(frozen, number)
        common = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"}
        for records, content in ((given_pieces, pieces), (as_text, pieces.render())):
            attributes = {**common, MESSAGES: content}
            records.append(span(number, start=number, attributes=attributes, scope_name="agent_inspector"))

    for kept in (store, encrypted_store):
        kept.write(given_pieces[:4])
        kept.write(given_pieces[4:])
        assert read(kept, as_text) == as_text

    facts = [row.facts for row in store.read_spans(TRACE)]
    for record in as_text:
        store.write([replace(record, trace_id=f"{2:032x}")])
    assert facts == [row.facts for row in store.read_spans(f"{2:032x}")]
    for trace in (1, 2):
        found = store.search(SearchSelection(ask('"question 4"')))
        assert f"{trace:032x}" in {hit.trace_id for hit in found.found}


@pytest.mark.parametrize("interruption", ["none", "deleted", "failed"])
def test_every_message_in_pieces_is_found(
    store: SpanStore, config: TraceConfig, span: Make, interruption: str
) -> None:
    frozen = [Piece(json.dumps({"role": "user", "content": f"unheard{number}"})) for number in range(6)]
    records = [
        span(number, start=number, attributes={MESSAGES: in_pieces(frozen, number)}) for number in range(1, 7)
    ]
    store.write(records[:3])
    if interruption == "deleted":
        store.delete_runs([TRACE], force=True)
    if interruption == "failed":
        with broken(config), pytest.raises(StoreError):
            store.write(records[3:])
    store.write(records[3:])

    found = {
        number: [hit.span_id for hit in store.search(SearchSelection(ask(f"unheard{number}"))).found]
        for number in range(6)
    }
    first = 4 if interruption == "deleted" else 1
    assert found == {number: [f"{max(first, number + 1):016x}"] for number in range(6)}
    store.delete_runs([TRACE], force=True)
    assert not store.search(SearchSelection(ask("unheard1"))).found
