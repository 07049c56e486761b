from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import httpx2
import pytest
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent_inspector.config import TraceConfig
from agent_inspector.server import create_app
from agent_inspector.store import SpanStore
from tests.agent_inspector.server.conftest import LOCAL, Client

if TYPE_CHECKING:
    from collections.abc import Sequence


def _spans_of_one_request(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    assert Client(app).get("/v1/runs").status_code == 200
    return [span.name for span in exporter.get_finished_spans()]


def test_the_server_does_not_record_itself(
    store: SpanStore, config: TraceConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _spans_of_one_request(create_app(store, config), monkeypatch) == []


def test_instrumentation_is_off_while_a_request_is_answered(app: FastAPI) -> None:
    seen: list[bool] = []
    app.add_api_route("/v1/seen", lambda: seen.append(is_instrumentation_enabled()))

    Client(app).get("/v1/seen")

    assert seen == [False]
    assert is_instrumentation_enabled()


def test_a_slow_request_holds_up_no_other(app: FastAPI) -> None:
    may_end = threading.Event()
    app.add_api_route("/v1/slow", lambda: may_end.wait(10))

    async def ask_both() -> tuple[int, bool]:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=LOCAL) as client:
            slow = asyncio.create_task(client.get("/v1/slow"))
            await asyncio.sleep(0.05)
            quick = await client.get("/v1/runs")
            was_waiting = not slow.done()
            may_end.set()
            await slow
        return quick.status_code, was_waiting

    assert asyncio.run(ask_both()) == (200, True)
