"""The server keeps to its own OpenAPI document, whatever is asked of it: 1,000 cases and more (W14)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import schemathesis.openapi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from agent_inspector.config import TraceConfig
from agent_inspector.server.openapi import openapi_text
from agent_inspector.store import open_store
from tests.agent_inspector.server import example_spans
from tests.agent_inspector.server.running import running_server

CHECKED_IN = Path(__file__).parents[2] / "ui" / "openapi.json"
ENDLESS = "/v1/events"
"""A live stream does not end by itself; tests/agent_inspector/server/test_live.py looks after it."""

SCHEMA = schemathesis.openapi.from_dict(json.loads(openapi_text())).exclude(path=ENDLESS)
OPERATIONS = {found.ok().path: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)}


EXAMPLES = 100
asked: Counter[str] = Counter()
"""How often each path was asked."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = TraceConfig(db_path=str(tmp_path_factory.mktemp("store") / "runs.db"), api_host="127.0.0.1")
    store = open_store(config)
    store.write([*example_spans.completed_run(), *example_spans.failed_run()])
    with running_server(store, config) as address:
        yield address
    store.close()
    print(f"{asked.total()} cases of {len(asked)} operations")
    if set(asked) == set(OPERATIONS):
        assert asked.total() >= 1000


WITH_QUERY = [path for path, operation in OPERATIONS.items() if operation.query]
"""Only these can be asked wrongly: every text is a valid id, of a run that does not exist."""


@pytest.mark.parametrize("path", OPERATIONS)
def test_valid_requests_are_answered_as_documented(url: str, path: str) -> None:
    _check(url, path, GenerationMode("positive"))


@pytest.mark.parametrize("path", WITH_QUERY)
def test_invalid_requests_are_refused_as_documented(url: str, path: str) -> None:
    _check(url, path, GenerationMode("negative"))


def _check(url: str, path: str, mode: GenerationMode) -> None:
    @given(case=OPERATIONS[path].as_strategy(generation_mode=mode), is_known=st.booleans())
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def check(case: schemathesis.Case[Any], is_known: bool) -> None:
        if is_known:
            known = {"run_id": example_spans.TRACE_ID, "step_id": example_spans.LLM_ID}
            known |= {"trace_id": example_spans.TRACE_ID, "session_id": "no such session"}
            case.path_parameters.update({name: known[name] for name in case.path_parameters})
        if mode.is_positive:
            case.query.pop("cursor", None)  # only a page of runs can give a valid one
            case.query.pop("fields", None)  # of each run only these are sent, and no schema can say so
        asked[path] += 1
        case.call_and_validate(base_url=url)

    check()


def test_the_ui_knows_the_document_that_is_served() -> None:
    advice = "run: python -m agent_inspector.server.openapi > ui/openapi.json"

    assert CHECKED_IN.read_text() == openapi_text(), advice
