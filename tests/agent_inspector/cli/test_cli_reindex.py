"""`agent-inspector reindex`: what an older version read otherwise is read as today's dialects do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from agent_inspector.config import TraceConfig
from agent_inspector.query import get_run, read_steps
from agent_inspector.store import open_store
from otel_bridge.record import Attributes, SpanRecord
from tests.agent_inspector.cli.conftest import CommandRunner

TRACE = "a" * 32
STEPS = 450
"""More than are written at once."""


def older_reading(db_path: Path) -> None:
    """Leave the store as a version would that knew nothing of model calls."""
    with closing(sqlite3.connect(db_path)) as connection:
        connection.execute(
            "UPDATE spans SET kind = 'chain', type = 'custom', model = NULL, input_tokens = NULL,"
            " output_tokens = NULL, cost_nano_usd = NULL, is_priced = 0, counts_usage = 0, counts_call = 0"
        )
        connection.execute(
            "UPDATE runs SET llm_calls = 0, input_tokens = 0, input_known = 0, output_tokens = 0,"
            " output_known = 0, cost_nano_usd = 0, cost_known = 0"
        )
        connection.execute("DELETE FROM run_facets WHERE facet = 'model'")
        connection.commit()


def calls() -> list[SpanRecord]:
    said: Attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
    }
    root = SpanRecord(TRACE, "f" * 16, None, "work", 10**18, 10**18 + 10**12)
    return [root] + [
        SpanRecord(
            TRACE, f"{number:016x}", "f" * 16, "chat", 10**18 + number, 10**18 + 10**9, attributes=said
        )
        for number in range(1, STEPS)
    ]


def test_old_rows_are_read_as_todays_dialects_do(
    command: CommandRunner, record: Callable[[Sequence[SpanRecord]], None], db_path: Path
) -> None:
    record(calls())
    command("runs")  # prices what has been recorded
    config = TraceConfig(db_path=str(db_path))
    with closing(open_store(config)) as store:
        expected = get_run(store, TRACE), list(read_steps(store, TRACE))
    older_reading(db_path)

    first = json.loads(command("reindex", "--json").stdout)
    again = json.loads(command("reindex", "--json").stdout)

    assert first == {"runs": 1, "steps": STEPS, "changed": STEPS - 1, "unreadable": 0}
    assert again["changed"] == 0
    with closing(open_store(config)) as store:
        assert (get_run(store, TRACE), list(read_steps(store, TRACE))) == expected
    assert expected[0].llm_calls == STEPS - 1
    assert expected[0].cost_usd


def test_it_says_what_it_did(command: CommandRunner, record: Callable[[Sequence[SpanRecord]], None]) -> None:
    record(calls()[:3])

    assert command("reindex").stdout == "Read 3 steps of 1 runs; 0 are read otherwise now.\n"


def test_without_a_store_it_makes_none(command: CommandRunner, db_path: Path) -> None:
    assert command("reindex").returncode == 1
    assert not db_path.exists()
