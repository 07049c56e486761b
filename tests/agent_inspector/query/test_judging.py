"""What rules say of a run is worked out once, kept in the store, and worked out again when run or rules change."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from agent_inspector.config import TraceConfig
from agent_inspector.errors import KeyMissing, StoreError
from agent_inspector.model import RunFilter
from agent_inspector.query import (
    changed_runs,
    find_findings,
    get_facets,
    judge_pending,
    list_runs,
    take_up_rules,
)
from agent_inspector.query.versions import rules_version
from agent_inspector.store import SpanStore, open_store
from otel_bridge.record import SpanRecord

Make = Callable[..., SpanRecord]
TRACE = f"{1:032x}"


def change(config: TraceConfig, statement: str) -> None:
    """Change the file behind the store's back."""
    with closing(sqlite3.connect(config.db_path)) as connection, connection:
        connection.execute(statement)


def failing(span: Make, trace: int = 1) -> list[SpanRecord]:
    return [span(1, trace=trace), span(2, trace=trace, parent=1, start=1, status="error")]


def looping(span: Make, trace: int = 1) -> list[SpanRecord]:
    call = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "look",
        "gen_ai.tool.call.arguments": '{"at": "the door"}',
        "gen_ai.tool.call.result": "closed",
    }
    calls = [span(n, trace=trace, parent=1, start=n, end=n + 1, attributes=call) for n in range(2, 8)]
    return [span(1, trace=trace, attributes={"gen_ai.operation.name": "invoke_agent"}), *calls]


def classes(store: SpanStore, trace: str = TRACE) -> set[str]:
    return {each.finding_class for each in find_findings(store, trace).findings}


def test_findings_are_kept_for_whoever_opens_the_store_later(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    store.write(failing(span))
    found = find_findings(store, TRACE)
    change(config, "UPDATE bodies SET body = x'00'")

    with closing(open_store(config, read_only=True)) as later:
        assert find_findings(later, TRACE) == found
    assert found.findings


def test_a_run_that_grew_is_judged_again(store: SpanStore, span: Make) -> None:
    store.write(failing(span)[:1])
    assert classes(store) == set()

    store.write(failing(span)[1:])

    assert classes(store) == {"error"}


def test_what_other_rules_have_said_does_not_count(store: SpanStore, span: Make) -> None:
    store.write(failing(span))
    judge_pending(store)
    assert store.count_unjudged() == 0

    store.forget_judgements("other rules")

    assert store.read_judgement(TRACE, "other rules") is None
    assert store.find_unjudged(10) == [TRACE]
    take_up_rules(store)
    assert store.count_unjudged() == 1


def test_runs_that_nobody_opens_are_listed_by_what_was_found(store: SpanStore, span: Make) -> None:
    for trace in (1, 2):
        store.write(failing(span, trace))
    store.write(looping(span, 3))
    assert list_runs(store, RunFilter(finding="loop")).unjudged == 3

    assert judge_pending(store) == 3

    page = list_runs(store, RunFilter(finding="loop"))
    assert ([run.id for run in page.runs], page.total, page.unjudged) == ([f"{3:032x}"], 1, 0)
    assert {each.value: each.runs for each in get_facets(store).findings}["error"] == 2
    assert judge_pending(store) == 0


def test_a_run_that_goes_on_is_left_alone_for_a_while(store: SpanStore, span: Make) -> None:
    store.write([span(1, end=None), span(2, parent=1, start=1)])
    judge_pending(store)

    store.write([span(3, parent=1, start=2, status="error")])

    assert (store.count_unjudged(), list(store.find_unjudged(10))) == (1, [])
    store.write([span(1)])
    assert store.find_unjudged(10) == [TRACE]


def test_a_run_whose_process_died_is_judged_again(config: TraceConfig, store: SpanStore, span: Make) -> None:
    store.write([span(1, end=None)])
    judge_pending(store)
    assert list(store.find_unjudged(10)) == []

    change(config, "UPDATE runs SET seen_ns = 0")

    assert store.find_unjudged(10) == [TRACE]
    judge_pending(store)
    assert [run.id for run in list_runs(store, RunFilter(finding="interrupted")).runs] == [TRACE]
    assert list(store.find_unjudged(10)) == []


def test_a_damaged_run_keeps_no_other_from_being_judged(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    store.write(failing(span, 1))
    change(config, "UPDATE bodies SET body = x'00'")
    store.write(failing(span, 2))

    judge_pending(store)

    assert [run.id for run in list_runs(store, RunFilter(finding="error")).runs] == [f"{2:032x}"]
    assert store.count_unjudged() == 0
    with pytest.raises(StoreError):
        find_findings(store, TRACE)


def test_damaged_findings_are_worked_out_again(config: TraceConfig, store: SpanStore, span: Make) -> None:
    store.write(failing(span))
    judge_pending(store)
    change(config, "UPDATE judgements SET body = x'00'")

    assert classes(store) == {"error"}


def test_whoever_watches_is_told_of_other_findings_once(store: SpanStore, span: Make) -> None:
    store.write(failing(span))
    revision, _ = changed_runs(store, 0)

    judge_pending(store)

    later, changed = changed_runs(store, revision)
    assert changed == [TRACE]
    store.forget_judgements("other rules")
    judge_pending(store)
    assert changed_runs(store, later)[1] == []


def test_findings_go_with_their_run(config: TraceConfig, store: SpanStore, span: Make) -> None:
    store.write(failing(span))
    judge_pending(store)

    store.delete_runs([TRACE])

    with closing(sqlite3.connect(config.db_path)) as connection:
        for table in ("judgements", "findings"):
            assert connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)


def test_findings_are_encrypted_and_follow_a_change_of_key(tmp_path: Path, span: Make) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    def opened(keys: str) -> SpanStore:
        path = str(tmp_path / "sealed.db")
        return open_store(TraceConfig(db_path=path, encryption_enabled=True, encryption_key=keys))

    with closing(opened(old)) as store:
        store.write([*failing(span)[:1], span(2, parent=1, start=1, status="error", status_message="plum")])
        judge_pending(store)
        assert "plum" in (find_findings(store, TRACE).headline or "")
    assert all(b"plum" not in file.read_bytes() for file in tmp_path.iterdir())
    with closing(opened(f"{new},{old}")) as store:
        store.rotate_keys()
    with closing(opened(new)) as store:
        kept = store.read_judgement(TRACE, rules_version())
        assert kept is not None
        assert kept.found == find_findings(store, TRACE)
    with closing(opened(old)) as store, pytest.raises(KeyMissing):
        store.read_judgement(TRACE, rules_version())
