from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI

from agent_inspector import errors
from agent_inspector.config import TraceConfig
from agent_inspector.server import create_app
from agent_inspector.store import SpanStore, open_store
from tests.agent_inspector.server import example_spans
from tests.agent_inspector.server.conftest import Client

TRACE_ID, STEP_ID = example_spans.TRACE_ID, example_spans.LLM_ID


@pytest.fixture
def config(tmp_path: Path) -> TraceConfig:
    return TraceConfig(db_path=str(tmp_path / "runs.db"), api_host="127.0.0.1", api_port=8000)


@pytest.fixture
def store(config: TraceConfig) -> Iterator[SpanStore]:
    opened = open_store(config)
    opened.write(example_spans.completed_run())
    yield opened
    opened.close()


@pytest.fixture
def app(store: SpanStore, config: TraceConfig) -> FastAPI:
    return create_app(store, config)


def _assert_is_problem(client: Client, status: int, path: str, **options: object) -> str:
    answer = client.get(path, **options)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert list(answer.json()) == ["detail"]
    detail = answer.json()["detail"]
    assert isinstance(detail, str)
    assert detail
    assert "\n" not in detail
    assert "Traceback" not in detail
    assert answer.headers["x-content-type-options"] == "nosniff"
    return detail


@pytest.mark.parametrize(
    ("status", "path"),
    [
        (404, "/no/such/path"),
        (404, "/v1/no-such-path"),
        (404, "/v1/runs/ffff"),
        (404, "/v1/runs/ffff/timeline"),
        (404, "/v1/runs/ffff/steps"),
        (404, "/v1/runs/ffff/export"),
        (404, f"/v1/runs/{TRACE_ID}/steps/ffffffffffffffff"),
        (404, f"/v1/runs/{TRACE_ID}/steps/ffffffffffffffff/data"),
        (422, "/v1/runs?limit=0"),
        (422, f"/v1/runs/{TRACE_ID}/timeline?include_data=perhaps"),
        (422, f"/v1/runs/{TRACE_ID}/steps?offset=-1"),
    ],
)
def test_what_cannot_be_answered_has_one_shape(app: FastAPI, status: int, path: str) -> None:
    _assert_is_problem(Client(app), status, path)


def test_a_method_that_is_not_accepted_has_the_same_shape(app: FastAPI) -> None:
    answer = Client(app).request("DELETE", "/v1/runs")

    assert answer.status_code == 405
    assert list(answer.json()) == ["detail"]
    assert answer.headers["allow"] == "GET"


def test_a_refusal_of_the_guard_has_the_same_shape(app: FastAPI) -> None:
    client = Client(app)

    _assert_is_problem(client, 421, "/v1/runs", headers={"Host": "evil.example"})
    _assert_is_problem(client, 403, "/v1/runs", headers={"Origin": "https://evil.example"})


@pytest.mark.parametrize(
    "tail",
    [f"/steps/{STEP_ID}", f"/steps/{STEP_ID}/data", "/steps", "/export", "/timeline?include_data=true"],
)
def test_content_under_a_missing_key_is_a_conflict_and_not_emptiness(tmp_path: Path, tail: str) -> None:
    writing = open_store(_locked(tmp_path))
    writing.write(example_spans.completed_run())
    writing.close()
    config = _locked(tmp_path)
    store = open_store(config)

    client = Client(create_app(store, config))

    _assert_is_problem(client, 409, f"/v1/runs/{TRACE_ID}{tail}")
    store.close()


def test_a_store_that_cannot_be_read_is_unavailable(
    app: FastAPI, config: TraceConfig, store: SpanStore
) -> None:
    store.close()
    path = Path(config.db_path)
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
    path.mkdir()

    _assert_is_problem(Client(app), 503, "/v1/runs")


def _locked(folder: Path) -> TraceConfig:
    """Make a configuration with a key of its own, each time another one."""
    key = Fernet.generate_key().decode()
    return TraceConfig(db_path=str(folder / "locked.db"), encryption_enabled=True, encryption_key=key)


def _fail_with(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("There is no run ffff; agent-inspector runs lists what there is."), 404),
        (errors.KeyMissing("The key is missing; set TRACE_ENCRYPTION_KEY."), 409),
        (errors.StoreUnavailable("The store cannot be opened; check the path."), 503),
        (errors.StoreTooNew("A newer version wrote the store; upgrade."), 503),
        (errors.StoreError("The store is damaged; restore a backup."), 503),
        (errors.ConfigError("A setting cannot be used; change it."), 400),
    ],
)
def test_every_known_failure_answers_with_its_own_sentence(
    app: FastAPI, error: Exception, status: int
) -> None:
    app.add_api_route("/v1/failing", _fail_with(error))

    assert _assert_is_problem(Client(app), status, "/v1/failing") == str(error)


def test_an_unforeseen_failure_tells_its_kind_and_nothing_of_its_content(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    app.add_api_route("/v1/failing", _fail_with(RuntimeError("the prompt was: secret")))

    detail = _assert_is_problem(Client(app), 500, "/v1/failing")

    assert "RuntimeError" in detail
    assert "secret" not in detail
    assert "/v1/failing" in caplog.text
