"""A search finds a step by what was said in it, whether an index covers it or its content has to be read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_inspector.config import TraceConfig
from agent_inspector.errors import KeyMissing
from agent_inspector.model import StepFilter
from agent_inspector.query import QueryError, search
from agent_inspector.store import RunSelection, SpanStore, open_store
from otel_bridge.record import SpanEvent, SpanRecord

Make = Callable[..., SpanRecord]
KEY = Fernet.generate_key().decode()
START_MS = 1_700_000_000_000


def config_of(folder: Path, way: str) -> TraceConfig:
    return TraceConfig(
        db_path=str(folder / f"{way}.db"),
        encryption_enabled=way == "encrypted",
        encryption_key=KEY if way == "encrypted" else None,
        search_index=way != "without index",
    )


@pytest.fixture(params=["index", "encrypted", "without index"])
def searched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SpanStore]:
    store = open_store(config_of(tmp_path, request.param))
    yield store
    store.close()


def messages(*texts: str) -> str:
    return json.dumps([{"role": "user", "parts": [{"type": "text", "content": text}]} for text in texts])


def chat(prompts: Sequence[str], answer: str, **more: object) -> dict[str, object]:
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.input.messages": messages(*prompts),
        "gen_ai.output.messages": messages(answer),
        **more,
    }


def tool(arguments: str, result: str) -> dict[str, object]:
    return {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "weather",
        "gen_ai.tool.call.arguments": arguments,
        "gen_ai.tool.call.result": result,
    }


def run_of(span: Make, trace: int, *texts: str, **fields: object) -> list[SpanRecord]:
    """A run whose conversation grows by one text with each call."""
    calls = [
        span(
            number + 2,
            trace=trace,
            parent=1,
            start=number + 1,
            attributes=chat(texts[: number + 1], f"answer {number}"),
        )
        for number in range(len(texts))
    ]
    return [span(1, trace=trace, **fields), *calls]


def found(store: SpanStore, text: str, matching: StepFilter | None = None) -> list[tuple[int, int]]:
    """Return run and span numbers of all hits."""
    hits, cursor = list[tuple[int, int]](), None
    while True:
        page = search(store, text, matching, limit=3, cursor=cursor)
        hits += [(int(hit.run_id, 16), int(hit.step.id, 16)) for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            return hits


def test_a_step_is_found_by_any_of_its_words_in_any_case(searched: SpanStore, span: Make) -> None:
    searched.write(
        [
            span(1),
            span(2, parent=1, attributes=chat(["Where is Paris?"], "In France, naïvely spoken.")),
            span(3, parent=1, attributes=tool('{"city": "Berlin"}', '{"sky": "sunny"}')),
            span(
                4,
                parent=1,
                status="error",
                status_message="quota exhausted",
                events=[SpanEvent("exception", 1, {"exception.type": "QuotaError"})],
            ),
        ]
    )

    assert found(searched, "paris") == [(1, 2)]
    assert found(searched, "FRANCE paris") == [(1, 2)]
    assert found(searched, "naively") == [(1, 2)]
    assert found(searched, "berl") == [(1, 3)]
    assert found(searched, "sunny berlin") == [(1, 3)]
    assert found(searched, "quota") == [(1, 4)]
    assert found(searched, "quotaerror") == [(1, 4)]
    assert found(searched, "paris berlin") == []
    assert found(searched, "aris") == []


def test_words_in_quotes_have_to_stand_as_they_are(searched: SpanStore, span: Make) -> None:
    searched.write(run_of(span, 1, "the quick brown fox", "the brown quick fox"))

    assert sorted(found(searched, "quick brown")) == [(1, 2), (1, 3)]
    assert found(searched, '"quick brown"') == [(1, 2)]
    assert found(searched, '"Brown Quick" fox') == [(1, 3)]


def test_a_text_counts_for_the_step_that_brought_it_and_not_for_those_that_repeat_it(
    searched: SpanStore, span: Make
) -> None:
    searched.write(run_of(span, 1, "alpha", "beta", "gamma"))

    assert found(searched, "alpha") == [(1, 2)]
    assert found(searched, "beta") == [(1, 3)]


def test_only_steps_of_runs_with_a_tag(searched: SpanStore, span: Make) -> None:
    labels = {"agent_inspector.metadata": '{"tags": ["canary"], "version": 7}'}
    searched.write(run_of(span, 1, "alpha", attributes=labels))
    searched.write(run_of(span, 2, "alpha"))

    for tag in ("canary", "version", "version=7"):
        assert found(searched, "alpha", StepFilter(tag=tag)) == [(1, 2)]
    assert found(searched, "", StepFilter(tag="canary", kind="llm")) == [(1, 2)]
    assert found(searched, "alpha", StepFilter(tag="version=8")) == []


def test_text_without_spaces_between_words_is_found(searched: SpanStore, span: Make) -> None:
    searched.write(run_of(span, 1, "東京の天気はどうですか", "Größe überall", "Привет мир"))

    assert found(searched, "天気") == [(1, 2)]
    assert found(searched, "GRÖSSE") == [(1, 3)]
    assert found(searched, "привет") == [(1, 4)]


def test_newest_come_first_page_by_page_each_once(searched: SpanStore, span: Make) -> None:
    for number in range(1, 8):
        searched.write(run_of(span, number, f"needle {number}", start=0))

    hits = found(searched, "needle")

    assert hits == [(number, 2) for number in range(7, 0, -1)]


def test_many_hits_in_one_run_are_paged_without_gaps(searched: SpanStore, span: Make) -> None:
    searched.write(run_of(span, 1, *(f"needle {number}" for number in range(10))))

    assert sorted(found(searched, "needle")) == [(1, number) for number in range(2, 12)]


def test_the_snippet_shows_the_words_around_the_first_place(searched: SpanStore, span: Make) -> None:
    searched.write(run_of(span, 1, "x " * 200 + "the\nNEEDLE here" + " y" * 200))

    (hit,) = search(searched, "needle").hits

    assert "the NEEDLE here" in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) < 200


@pytest.mark.parametrize(
    ("matching", "expected"),
    [
        (StepFilter(kind="llm"), [2]),
        (StepFilter(kind="tool"), [3]),
        (StepFilter(model="gpt-4o"), [2]),
        (StepFilter(model="gpt"), []),
        (StepFilter(tool="weather"), [3]),
        (StepFilter(status="failed"), [4]),
        (StepFilter(status="running"), []),
        (StepFilter(user_id="ann"), [2, 3, 4]),
        (StepFilter(user_id="bob"), []),
        (StepFilter(session_id="s1"), [2, 3, 4]),
        (StepFilter(started_after=START_MS + 3), [3, 4]),
        (StepFilter(started_before=START_MS + 3), [2, 3]),
        (StepFilter(min_tokens=15), [2]),
        (StepFilter(min_tokens=16), []),
        (StepFilter(min_cost_usd=0.5), [2]),
        (StepFilter(max_cost_usd=0.2), []),
        (StepFilter(min_duration_ms=5), [4]),
        (StepFilter(max_duration_ms=4), [2, 3]),
    ],
)
def test_filters(searched: SpanStore, span: Make, matching: StepFilter, expected: list[int]) -> None:
    usage = {
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
        "gen_ai.usage.cost": 0.5,
    }
    searched.write(
        [
            span(1, attributes={"user.id": "ann", "session.id": "s1", "gen_ai.conversation.id": "s1"}),
            span(2, parent=1, start=2, end=4, attributes=chat(["needle"], "x", **usage)),
            span(3, parent=1, start=3, end=6, attributes=tool("needle", "y")),
            span(4, parent=1, start=4, end=9, status="error", status_message="needle"),
        ]
    )

    assert sorted(number for _, number in found(searched, "needle", matching)) == expected
    assert sorted(number for _, number in found(searched, "", matching) if number > 1) == expected


def test_a_step_that_is_still_open_is_found(searched: SpanStore, span: Make) -> None:
    opened = span(2, parent=1, end=None, attributes=chat(["needle"], ""), process_id=searched.process_id)
    searched.write([span(1, end=None, process_id=searched.process_id), opened])

    assert found(searched, "needle") == [(1, 2)]
    searched.write([span(2, parent=1, attributes=chat(["needle"], "thread"))])
    assert found(searched, "needle thread") == [(1, 2)]


def test_a_finished_step_that_is_sent_again_is_found_by_its_new_words(
    searched: SpanStore, span: Make
) -> None:
    searched.write([span(1, attributes=chat(["first"], ""))])
    searched.write([span(1, attributes=chat(["second"], ""))])

    assert found(searched, "second") == [(1, 1)]
    assert found(searched, "first") == []


def test_a_deleted_run_is_not_found(searched: SpanStore, span: Make) -> None:
    for number in (1, 2):
        searched.write(run_of(span, number, "needle"))

    searched.delete_runs([f"{2:032x}"])

    assert found(searched, "needle") == [(1, 2)]
    searched.write(run_of(span, 3, "other words"))
    assert found(searched, "needle") == [(1, 2)]


def test_the_way_is_told(tmp_path: Path, span: Make) -> None:
    ways = {}
    for way in ("index", "encrypted", "without index"):
        store = open_store(config_of(tmp_path, way))
        store.write(run_of(span, 1, "needle"))
        page = search(store, "needle")
        ways[way] = (page.way, page.scanned_steps)
        assert search(store, "", StepFilter(kind="llm")).way == "columns"
        store.close()

    assert ways == {"index": ("index", 0), "encrypted": ("scan", 2), "without index": ("scan", 2)}


def test_a_store_that_was_once_without_index_is_searched_in_both_ways(tmp_path: Path, span: Make) -> None:
    path = str(tmp_path / "mixed.db")
    for number, indexed in ((1, False), (2, True)):
        store = open_store(TraceConfig(db_path=path, search_index=indexed))
        store.write(run_of(span, number, "needle"))
        store.close()
    store = open_store(TraceConfig(db_path=path))

    assert found(store, "needle") == [(2, 2), (1, 2)]
    assert search(store, "needle").way == "index and scan"
    store.close()


def test_what_cannot_be_read_for_want_of_a_key_is_said(tmp_path: Path, span: Make) -> None:
    store = open_store(config_of(tmp_path, "encrypted"))
    store.write(run_of(span, 1, "needle"))
    store.close()
    keyless = open_store(TraceConfig(db_path=str(tmp_path / "encrypted.db")))

    with pytest.raises(KeyMissing):
        search(keyless, "needle")
    keyless.close()


def test_an_encrypted_store_has_no_word_in_its_index(tmp_path: Path, span: Make) -> None:
    config = config_of(tmp_path, "encrypted")
    store = open_store(config)
    store.write(run_of(span, 1, "rumpelstiltskin"))
    store.close()

    assert all(b"rumpel" not in file.read_bytes() for file in tmp_path.iterdir())
    connection = sqlite3.connect(config.db_path)
    assert connection.execute("SELECT COUNT(*) FROM search_texts").fetchone()[0] == 0
    connection.close()


@pytest.mark.parametrize("text", ["???", '""', " - ", "\U000e0080\u0378"])
def test_a_text_without_words_finds_nothing_and_says_why(searched: SpanStore, text: str) -> None:
    page = search(searched, text)

    assert (list(page.hits), page.way, page.next_cursor) == ([], "no words", None)


@pytest.mark.parametrize("cursor", ["x", "!!", "WzFd", "WyJpbmRleCIsImEiLDAsMF0"])
def test_a_cursor_that_is_none_is_refused(searched: SpanStore, cursor: str) -> None:
    with pytest.raises(QueryError, match="cursor"):
        search(searched, "needle", cursor=cursor)


@pytest.mark.parametrize(
    "text", ['needle" OR "x', "needle*", "NEAR(needle x)", "words:needle", "-needle", "a\0b"]
)
def test_the_index_own_language_is_not_spoken(searched: SpanStore, span: Make, text: str) -> None:
    searched.write(run_of(span, 1, "needle OR x NEAR words", "a b"))

    assert isinstance(found(searched, text), list)


WORDS = st.sampled_from(["alpha", "beta", "gamma", "Ä", "漢", "alphabet", "x1", "…", "be ta"])
TEXTS = st.lists(st.lists(WORDS, max_size=4).map(" ".join), max_size=4)


@given(st.lists(TEXTS, max_size=4), st.lists(WORDS, min_size=1, max_size=2).map(" ".join))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_index_and_scan_find_the_same(
    tmp_path_factory: pytest.TempPathFactory, span: Make, runs: list[list[str]], text: str
) -> None:
    folder = tmp_path_factory.mktemp("stores")
    results = []
    for way in ("index", "without index"):
        store = open_store(config_of(folder, way))
        for number, texts in enumerate(runs, 1):
            store.write(run_of(span, number, *texts))
        assert len(store.read_runs(RunSelection())) == len(runs)
        if text.strip("… "):
            results.append(sorted(found(store, text)))
        store.close()

    assert results[:1] == results[1:]


def test_of_a_run_that_goes_on_only_open_steps_are_read(tmp_path: Path, span: Make) -> None:
    store = open_store(config_of(tmp_path, "index"))
    store.write([span(1, end=None), *run_of(span, 1, "first", "second")[1:]])
    store.write([span(9, parent=1, start=9, end=None, attributes=tool("{}", "a zebra waits"))])
    assert found(store, "zebra") == [(1, 9)]
    with closing(sqlite3.connect(tmp_path / "index.db")) as connection, connection:
        connection.execute("""
            UPDATE bodies SET body = x'10' WHERE span IN (SELECT id FROM spans WHERE end_ns IS NOT NULL)""")

    assert found(store, "giraffe") == []
    store.close()
