"""The endpoint of comparisons."""

from __future__ import annotations

from agent_inspector.store import SpanStore
from tests.agent_inspector.server import example_spans
from tests.agent_inspector.server.conftest import Client

OTHER = "c3" * 16


def test_two_runs_are_compared(client: Client, store: SpanStore) -> None:
    store.write(example_spans.completed_run(OTHER, at_ms=1000))

    found = client.get(f"/v1/runs/{example_spans.TRACE_ID}/compare?with={OTHER}").json()

    assert (found["a"]["id"], found["b"]["id"]) == (example_spans.TRACE_ID, OTHER)
    assert [row["relation"] for row in found["rows"]] == ["same"] * 3
    assert (found["divergence"], found["partner_reason"]) == (None, None)


def test_a_partner_is_found_where_none_is_named(client: Client, store: SpanStore) -> None:
    store.write(example_spans.completed_run(OTHER, at_ms=1000))

    found = client.get(f"/v1/runs/{example_spans.TRACE_ID}/compare").json()

    assert found["b"]["id"] == OTHER
    assert "with the same input" in found["partner_reason"]


def test_without_any_partner_the_answer_is_one_sentence(client: Client) -> None:
    answer = client.get(f"/v1/runs/{example_spans.TRACE_ID}/compare")

    assert answer.status_code == 404
    assert answer.json() == {
        "detail": "No other run named 'planner' has completed; name the run to compare with."
    }
