"""What frameworks and coding agents really sent, received over HTTP and counted once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx2
import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.store import open_store
from tests.agent_inspector.server.running import running_server
from tests.otel_bridge.dialects.test_captures import CAPTURES as OF_INSTRUMENTATIONS
from tests.otel_bridge.dialects.test_framework_captures import CAPTURES as OF_FRAMEWORKS
from tests.otel_bridge.dialects.test_framework_captures import load, name_of

CAPTURES: Final[Mapping[str, Any]] = OF_INSTRUMENTATIONS | {
    name_of(path): load(path) for path in OF_FRAMEWORKS
}
HIDDEN: Final = ("noise", "pending")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    config = TraceConfig(db_path=str(tmp_path_factory.mktemp("store") / "runs.db"), api_host="127.0.0.1")
    store = open_store(config)
    with running_server(store, config) as url, httpx2.Client(base_url=url) as opened:
        yield opened
    store.close()


@pytest.mark.parametrize("name", CAPTURES)
def test_the_tokens_of_a_capture_are_counted_once(client: httpx2.Client, name: str) -> None:
    capture = CAPTURES[name]
    assert client.post("/v1/traces", json=capture["traces"]).status_code == 200
    assert client.post("/v1/logs", json=capture["logs"]).status_code == 200

    runs = [client.get(f"/v1/runs/{trace_id}").json() for trace_id in traces_of(capture)]

    counted = [span for span in capture["expected"] if span.get("counts_tokens")]
    assert total(runs, "input") == sum(inclusive(span, "input_tokens") for span in counted)
    assert total(runs, "output") in allowed_outputs(counted)


@pytest.mark.parametrize("name", CAPTURES)
def test_every_step_of_a_capture_is_shown_or_folded_as_expected(client: httpx2.Client, name: str) -> None:
    capture = CAPTURES[name]
    client.post("/v1/traces", json=capture["traces"])
    client.post("/v1/logs", json=capture["logs"])

    steps = {
        step["span_id"]: step
        for trace_id in traces_of(capture)
        for step in client.get(f"/v1/traces/{trace_id}/steps", params={"detail": True}).json()["steps"]
    }

    for expected in capture["expected"]:
        step = steps.get(expected["span_id"])
        if any(expected.get(mark) for mark in HIDDEN):
            assert step is None or step["framework"]
        elif not expected.get("duplicate_of"):
            assert step is not None
            assert (step["status"] == "error") == expected["error"] or expected.get("tool_exit_nonzero")
            for name_, value in (("session", step["session_id"]), ("user", step["user_id"])):
                assert value == expected.get(name_, value)


def traces_of(capture: Mapping[str, Any]) -> set[str]:
    return {
        span["traceId"]
        for group in capture["traces"]["resourceSpans"]
        for scope in group["scopeSpans"]
        for span in scope["spans"]
    }


def total(runs: list[Any], name: str) -> int:
    return sum(run["tokens"][name] or 0 for run in runs)


def inclusive(span: Mapping[str, Any], name: str) -> int:
    return int(span.get(f"{name}_inclusive", span.get(name)) or 0)


def allowed_outputs(counted: list[Mapping[str, Any]]) -> set[int]:
    """Return the sums that are right; where a span and its log record differ, either one is."""
    sums = {0}
    for span in counted:
        values = span.get("output_tokens_any") or [inclusive(span, "output_tokens")]
        sums = {known + value for known in sums for value in values}
    return sums


def test_captures_are_there() -> None:
    assert len(CAPTURES) > 100
    assert json.dumps(CAPTURES)
