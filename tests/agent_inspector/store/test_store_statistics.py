"""Statistics hold for what is stored now, though hours that have not changed are not summed again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from agent_inspector.config import TraceConfig
from agent_inspector.model import Statistics
from agent_inspector.store import SpanStore, open_store
from otel_bridge.record import SpanRecord

Make = Callable[..., SpanRecord]
BEGIN = 1_700_000_000_000
HOUR = 3600 * 1000
CALL = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 10,
}


def run(span: Make, trace: int, *, at: int = 0, took: int = 50) -> list[SpanRecord]:
    """A run at so many milliseconds, with one model call."""
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "desk"}
    return [
        span(1, trace=trace, start=at, end=at + took, attributes=agent),
        span(2, trace=trace, parent=1, start=at, end=at + took, attributes=CALL),
    ]


def read(store: SpanStore, begin: int = 0, end: int = 48 * HOUR, periods: int = 2) -> Statistics:
    return store.read_statistics(BEGIN + begin, BEGIN + end, periods)


def calls(found: Statistics) -> dict[str, tuple[int, int | None]]:
    return {each.name: (each.steps, each.tokens.input) for each in found.models}


def test_what_changes_later_is_counted(store: SpanStore, span: Make) -> None:
    store.write(run(span, 1))
    assert calls(read(store)) == {"gpt-4o": (1, 10)}

    store.write([span(3, trace=1, parent=1, start=1, attributes=CALL)])
    store.write(run(span, 2, at=30 * HOUR))

    found = read(store)
    assert calls(found) == {"gpt-4o": (3, 30)}
    assert [(each.runs, each.tokens.input) for each in found.periods] == [(1, 20), (1, 10)]
    assert [(each.name, each.runs, each.steps) for each in found.agents] == [("desk", 2, 2)]


def test_runs_that_are_deleted_no_longer_count(store: SpanStore, span: Make) -> None:
    store.write([*run(span, 1), *run(span, 2)])
    assert calls(read(store)) == {"gpt-4o": (2, 20)}

    store.delete_runs([f"{1:032x}"])

    assert calls(read(store)) == {"gpt-4o": (1, 10)}


def test_hours_that_have_not_changed_are_not_summed_again(
    config: TraceConfig, store: SpanStore, span: Make
) -> None:
    store.write(run(span, 1))
    before = read(store)
    with closing(sqlite3.connect(config.db_path)) as connection, connection:
        connection.execute("UPDATE spans SET input_tokens = 77")

    with closing(open_store(config)) as later:
        assert read(later) == before


def test_a_stretch_that_cuts_an_hour_counts_its_part(store: SpanStore, span: Make) -> None:
    store.write([*run(span, 1, at=0), *run(span, 2, at=1000)])
    whole = read(store)

    assert calls(read(store, 500, HOUR)) == {"gpt-4o": (1, 10)}
    assert calls(read(store, 0, 500)) == {"gpt-4o": (1, 10)}
    assert read(store) == whole


def test_any_stretch_of_time_can_be_asked_for(store: SpanStore, span: Make) -> None:
    store.write([*run(span, 1), SpanRecord(f"{2:032x}", f"{1:016x}", None, "late", 2**63 - 1, 2**63 - 1)])

    found = store.read_statistics(0, 2**53 - 1, 1)

    assert (found.total.runs, calls(found)) == (2, {"gpt-4o": (1, 10)})


@pytest.mark.parametrize("took", [1, 7, 123, 199, 201, 499, 12_345, 99_999, 3_599_999])
def test_durations_by_name_are_right_to_one_per_cent(store: SpanStore, span: Make, took: int) -> None:
    store.write(run(span, 1, took=took))

    assert read(store).models[0].latency.p50_ms == pytest.approx(took, rel=0.01)
    assert read(store).total.latency.p50_ms == took


def test_names_are_known_after_a_change_of_key(tmp_path: Path, span: Make) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    def opened(keys: str) -> SpanStore:
        path = str(tmp_path / "sealed.db")
        return open_store(TraceConfig(db_path=path, encryption_enabled=True, encryption_key=keys))

    with closing(opened(old)) as store:
        store.write(run(span, 1))
        read(store)
    with closing(opened(f"{new},{old}")) as store:
        store.write(run(span, 2))
        assert calls(read(store)) == {"gpt-4o": (1, 10)}  # one name under two keys, until they are rotated
        store.rotate_keys()

    with closing(opened(new)) as store:
        assert calls(read(store)) == {"gpt-4o": (2, 20)}
