"""What frameworks and coding agents really sent, received over HTTP and counted once."""

from __future__ import annotations

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
ONLY_IN_LOGS: Final = {"codex-cli.tools": 360}
"""Input tokens of captures whose spans know of none."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    config = TraceConfig(db_path=str(tmp_path_factory.mktemp("store") / "runs.db"), api_host="127.0.0.1")
    store = open_store(config)
    with running_server(store, config) as url, httpx2.Client(base_url=url) as opened:
        yield opened
    store.close()


@pytest.mark.parametrize("name", CAPTURES)
def test_a_capture_is_counted_once_and_shown_as_expected(client: httpx2.Client, name: str) -> None:
    capture = CAPTURES[name]
    assert client.post("/v1/traces", json=capture["traces"]).status_code == 200
    assert client.post("/v1/logs", json=capture["logs"]).status_code == 200

    traces = traces_of(capture)
    runs = [client.get(f"/v1/runs/{trace_id}").json() for trace_id in traces]
    answers = [client.get(f"/v1/traces/{trace_id}/steps?detail=true").json() for trace_id in traces]

    counted = [span for span in capture["expected"] if span.get("counts_tokens")]
    wanted = ONLY_IN_LOGS.get(name, sum(inclusive(span, "input_tokens") for span in counted))
    assert total(runs, "input") == wanted
    assert total(runs, "output") in allowed_outputs(counted) or name in ONLY_IN_LOGS
    steps = {step["span_id"]: step for answer in answers for step in answer["steps"]}
    assert [problem for span in capture["expected"] for problem in problems(span, steps)] == []


def problems(expected: Mapping[str, Any], steps: Mapping[str, Any]) -> list[str]:
    """Return what is wrong about a step, by its span's id."""
    span_id = expected["span_id"]
    step = steps.get(span_id)
    if any(expected.get(mark) for mark in HIDDEN):
        return [] if step is None or step["framework"] else [f"{span_id} is shown"]
    if expected.get("duplicate_of"):
        twin = steps[expected["duplicate_of"]]
        return [f"{span_id} counts twice"] if step and step["counted"] and twin["counted"] else []
    if step is None:
        return [f"{span_id} is missing"]
    found = [
        f"{span_id}: {field} {step[f'{field}_id']!r}"
        for field in ("session", "user")
        if expected.get(field) not in (None, step[f"{field}_id"])
    ]
    if (step["status"] == "error") != expected["error"] and not expected.get("tool_exit_nonzero"):
        found.append(f"{span_id}: {step['status']}")
    return found


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
