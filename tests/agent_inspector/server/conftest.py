"""A store with known runs, the application that serves it, and a client that speaks to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from agent_inspector.config import TraceConfig
from agent_inspector.server import create_app
from agent_inspector.store import SpanStore, open_store
from tests.agent_inspector.server import example_spans
from tests.agent_inspector.server.running import running_server

LOCAL = "http://127.0.0.1:8000"


class Client:
    """Sends requests straight into the application, without a network, and waits for the answer."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("GET", path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        async def send() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self._app)
            async with httpx2.AsyncClient(transport=transport, base_url=LOCAL) as client:
                answer: httpx2.Response = await client.request(method, path, **options)
                return answer

        return asyncio.run(send())


@pytest.fixture
def config(tmp_path: Path) -> TraceConfig:
    return TraceConfig(db_path=str(tmp_path / "store" / "runs.db"), api_host="127.0.0.1", api_port=8000)


@pytest.fixture
def store(config: TraceConfig) -> Iterator[SpanStore]:
    opened = open_store(config)
    opened.write([*example_spans.completed_run(), *example_spans.failed_run()])
    yield opened
    opened.close()


@pytest.fixture
def app(store: SpanStore, config: TraceConfig) -> FastAPI:
    return create_app(store, config)


@pytest.fixture
def make_client() -> Callable[[FastAPI], Client]:
    return Client


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


@pytest.fixture
def client_of(store: SpanStore) -> Callable[[TraceConfig], Client]:
    """Makes a client for the same store under another configuration."""
    return lambda config: Client(create_app(store, config))


@pytest.fixture
def served(store: SpanStore, config: TraceConfig) -> Iterator[str]:
    """The address of a real server on a free port of this machine."""
    with running_server(store, config) as url:
        yield url
