"""A Jaeger of our own for the tests of this folder, on free ports, with nothing but memory behind it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

BINARY: Final = Path(sys.executable).with_name("jaeger-all-in-one")
_TCP: Final = (
    "admin.http.host-port",
    "collector.grpc-server.host-port",
    "collector.http-server.host-port",
    "collector.otlp.grpc.host-port",
    "collector.otlp.http.host-port",
    "http-server.host-port",
    "query.grpc-server.host-port",
    "query.http-server.host-port",
)
_UDP: Final = (
    "processor.jaeger-binary.server-host-port",
    "processor.jaeger-compact.server-host-port",
    "processor.zipkin-compact.server-host-port",
)
_READY_WITHIN_S: Final = 60


@dataclass(frozen=True)
class Jaeger:
    """Where it listens, and what it has."""

    otlp_http: str
    otlp_grpc: str
    query: str

    def trace(self, trace_id: str, spans: int) -> dict[str, Any]:
        """Return a trace once so many of its spans are there."""
        deadline = time.monotonic() + 20
        while True:
            found = self._get(f"/api/traces/{trace_id}")
            if found and len(found["data"][0]["spans"]) >= spans:
                trace: dict[str, Any] = found["data"][0]
                return trace
            assert time.monotonic() < deadline, found
            time.sleep(0.05)

    def _get(self, path: str) -> dict[str, Any] | None:
        try:
            with urllib.request.urlopen(self.query + path, timeout=10) as answer:
                read: dict[str, Any] = json.load(answer)
                return read
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return None


@pytest.fixture(scope="session")
def jaeger() -> Iterator[Jaeger]:
    if not BINARY.exists():
        pytest.skip("Jaeger is not built; `make e2e-jaeger` does it")
    addresses = _free_addresses()
    options = [f"--{name}={address}" for name, address in addresses.items()]
    process = subprocess.Popen(
        [str(BINARY), *options],
        env={**os.environ, "SPAN_STORAGE_TYPE": "memory"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://{addresses['admin.http.host-port']}/", process)
        yield Jaeger(
            otlp_http=f"http://{addresses['collector.otlp.http.host-port']}",
            otlp_grpc=f"http://{addresses['collector.otlp.grpc.host-port']}",
            query=f"http://{addresses['query.http-server.host-port']}",
        )
    finally:
        process.terminate()
        process.wait(20)


def _free_addresses() -> dict[str, str]:
    with ExitStack() as held:
        addresses = {}
        for name in (*_TCP, *_UDP):
            kind = socket.SOCK_STREAM if name in _TCP else socket.SOCK_DGRAM
            free = held.enter_context(socket.socket(socket.AF_INET, kind))
            free.bind(("127.0.0.1", 0))
            addresses[name] = f"127.0.0.1:{free.getsockname()[1]}"
        return addresses


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "Jaeger ended by itself"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Jaeger did not become ready")
