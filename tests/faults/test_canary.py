"""Addresses in what is recorded are never called: not by the server, not by the recorder (W17)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.faults.programs import Program
from tests.faults.server_process import server_process

NAMES: Final = (
    "url.full", "http.url", "server.address", "endpoint", "api_url", "api_base", "callback", "webhook", "image_url",
    "schema_url", "otel.exporter.otlp.endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT", "langsmith-api-url", "LANGSMITH_ENDPOINT",
    "gen_ai.input.messages_ref", "gen_ai.output.messages_ref", "gen_ai.system_instructions", "gen_ai.input.messages",
    "openinference.endpoint", "session.id",
)  # fmt: skip


class Canary:
    """A port that nobody has a reason to call."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}/canary"

    def was_called(self, within_s: float) -> bool:
        self._listener.settimeout(within_s)
        try:
            self._listener.accept()[0].close()
        except TimeoutError:
            return False
        return True


@pytest.fixture
def canary() -> Iterator[Canary]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Canary(listener)


WATCHED_S: Final = (0.2, pytest.param(60, marks=pytest.mark.slow))


@pytest.mark.parametrize("seconds", WATCHED_S)
def test_the_server_calls_no_address_that_it_receives(tmp_path: Path, canary: Canary, seconds: float) -> None:
    value = {"stringValue": canary.url}
    span = {
        "traceId": "ca" * 16,
        "spanId": "ca" * 8,
        "name": canary.url,
        "startTimeUnixNano": "1",
        "endTimeUnixNano": "2",
        "traceState": f"endpoint={canary.url}",
        "attributes": [{"key": name, "value": value} for name in NAMES],
        "events": [{"name": canary.url, "attributes": [{"key": name, "value": value} for name in NAMES]}],
    }
    group = {
        "resource": {"attributes": [{"key": name, "value": value} for name in NAMES]},
        "schemaUrl": canary.url,
    }
    body = {"resourceSpans": [{**group, "scopeSpans": [{"schemaUrl": canary.url, "spans": [span]}]}]}
    baggage = ",".join(f"{name}={canary.url}" for name in NAMES)
    with server_process(tmp_path) as server, httpx2.Client(base_url=server.url, timeout=60) as client:
        headers = {"baggage": baggage, "tracestate": f"x={canary.url}", "referer": canary.url}
        assert client.post("/v1/traces", json=body, headers=headers).status_code == 200
        run = f"/v1/runs/{'ca' * 16}"
        for path in (run, f"{run}/timeline?include_data=true", f"{run}/steps/{'ca' * 8}", f"{run}/findings"):
            assert client.get(path).status_code == 200
        assert canary.url in client.get(f"{run}/export").text

        assert not canary.was_called(seconds)


@pytest.mark.parametrize("seconds", WATCHED_S)
def test_the_recorder_calls_no_address_that_it_records(
    program: Program, canary: Canary, seconds: float
) -> None:
    ended = program.run(
        f"""
        from opentelemetry import baggage, context
        names, url = {NAMES!r}, {canary.url!r}
        inside = context.get_current()
        for name in names: inside = baggage.set_baggage(name, url, inside)
        token = context.attach(inside)
        with trace.run("agent", user_id=url, session_id=url) as run:
            run.tool("fetch", {{name: url for name in names}}, url)
            run.llm(url, url, url)
        report(flushed=trace.flush())
        """
    )

    assert ended.figures["flushed"]
    assert program.run_named("agent").step_count == 3
    assert not canary.was_called(seconds)
