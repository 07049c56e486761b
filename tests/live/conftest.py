"""The model server, and programs of the SDKs in their current releases; `make live` makes their environment."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from model_server.server import ModelServer

from tests.e2e.conftest import CHROMIUM_ARGUMENTS, Served, find_chromium, serve
from tests.live.recorded import APPS, SECRET, Recorded, start, start_app

NODE = APPS.parents[2] / ".live-node"
TOLD_SECRET = f" My key is {SECRET}."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = "the SDKs are not here; `make live` installs them"
    folder = Path(__file__).parent
    # Two environments: vendors and frameworks want other versions than the newest SDKs.
    others, newest = (importlib.util.find_spec(name) is not None for name in ("lmnr", "pydantic_ai"))
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.live)
            if not (others if folder / "beside" in item.path.parents else newest and not others):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {"executable_path": find_chromium(), "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def model_url() -> Iterator[str]:
    """The address of a model that costs nothing."""
    with ModelServer(latency_ms=0) as server:
        yield server.base_url


@pytest.fixture
def record(model_url: str, tmp_path: Path) -> Callable[..., Recorded]:
    """Start a program with a question, recorded without a word of code."""

    def record(app: str, question: str, launcher: str = "run", **settings: str) -> Recorded:
        path = tmp_path / "store.db"
        asked = {"MODEL_URL": model_url, "QUESTION": question + TOLD_SECRET, "TRACE_DB_PATH": str(path)}
        return Recorded.at(path, *start_app(launcher, app, **asked | settings))

    return record


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The server, on the store that `record` fills."""
    yield from serve(tmp_path / "store.db")


@pytest.fixture
def run_node(model_url: str, served: Served) -> Callable[[str, str], str]:
    """Start a program of Node that sends OTLP to the server."""

    def run_node(app: str, question: str) -> str:
        # Node looks for packages beside the program.
        program = shutil.copy(APPS / app, NODE)
        receiver = served.url.partition("/ui")[0].rstrip("/")
        asked = {"MODEL_URL": model_url, "QUESTION": question + TOLD_SECRET}
        return start(["node", str(program)], OTEL_EXPORTER_OTLP_ENDPOINT=receiver, **asked)

    return run_node
