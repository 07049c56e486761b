"""Runs without a step of an agent: agents made before they run, and the plumbing of coding agents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.intake import Intake
from agent_inspector.pipeline import make_redactor
from agent_inspector.store import SpanStore
from otel_bridge.record import SpanRecord

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client

MADE, WIRED, BROKEN = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture
def intake(store: SpanStore, config: TraceConfig) -> Intake:
    return Intake(store, make_redactor(config))


def span(trace_id: str, scope: str, name: str, attributes: dict[str, Any], **more: Any) -> SpanRecord:
    return SpanRecord(
        trace_id=trace_id,
        span_id=trace_id[:16],
        parent_id=None,
        name=name,
        start_ns=1,
        end_ns=2,
        attributes=attributes,
        scope_name=scope,
        **more,
    )


CREATE = {"gen_ai.operation.name": "create_agent", "gen_ai.agent.name": "guide"}
SETUP = [
    span(MADE, "autogen-core", "create_agent guide", CREATE),
    span(WIRED, "opencode", "sql.execute", {}, status="error", status_message="no such file"),
]


def listed(client: Client, **parameters: str) -> tuple[set[str], int]:
    answer = client.get("/v1/runs", params=parameters).json()
    return {run["id"] for run in answer["runs"]} & {MADE, WIRED, BROKEN}, answer["setup_runs"]


def test_runs_that_only_prepare_others_are_left_out_when_asked_and_counted(
    client: Client, intake: Intake
) -> None:
    intake.take_spans(SETUP)

    assert listed(client) == ({MADE, WIRED}, 0)
    assert listed(client, setup="false") == (set(), 2)
    assert listed(client, setup="true") == ({MADE, WIRED}, 0)
    assert listed(client, setup="false", search="create_agent") == (set(), 1)
    assert {row["value"] for row in client.get("/v1/runs/facets?setup=true").json()["agents"]} == {"guide"}


def test_a_run_is_listed_as_soon_as_an_agent_does_something_in_it(client: Client, intake: Intake) -> None:
    intake.take_spans(SETUP)
    call = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m"}
    step = replace(span(WIRED, "opencode", "chat m", call), span_id="9" * 16, parent_id=WIRED[:16])
    intake.take_spans([replace(step, scope_name="anyone")])

    assert listed(client, setup="false") == ({WIRED}, 1)


def test_making_an_agent_that_failed_is_listed(client: Client, intake: Intake) -> None:
    intake.take_spans([span(BROKEN, "anyone", "create_agent guide", CREATE, status="error")])

    assert listed(client, setup="false") == ({BROKEN}, 0)
