from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.errors import ConfigError, InspectorError
from agent_inspector.server import protocol
from agent_inspector.server.serve import bind, check_exposure, url_of
from tests.agent_inspector.server.raw_connection import RawConnection

MALFORMED = (
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n",
    b"GET http://evil.example/v1/runs HTTP/1.1\r\nHost: HOST\r\n\r\n",
    b"GET v1/runs HTTP/1.1\r\nHost: HOST\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: HOST\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: HOST\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/one\r\nHost: HOST\r\n\r\n",
    b"POST /v1/runs HTTP/1.1\r\nHost: HOST\r\nContent-Length: -5\r\n\r\n",
    b"POST /v1/runs HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /v1/runs HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    b"GET /v1/runs HTTP/1.1\r\nHost: HOST\r\nbad header\r\n\r\n",
    b"GET /v1/runs HTTP/1.1\r\nHost : HOST\r\n\r\n",
    b"CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\n\r\n",
    b"\r\n\r\n\r\n\r\n\x00\x00",
)


@pytest.mark.parametrize("request_bytes", MALFORMED)
def test_malformed_requests_are_refused_and_the_server_lives_on(served: str, request_bytes: bytes) -> None:
    with RawConnection(served) as connection:
        connection.send(request_bytes.replace(b"HOST", connection.host.encode()))

        status = connection.read_until(b"\r\n").split(b" ")[1]

    assert status.startswith(b"4")
    assert httpx2.get(f"{served}health").status_code == 200


def test_half_a_request_does_not_keep_its_connection(served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol.TimedH11Protocol, "head_timeout_s", 0.2)
    silent, half = RawConnection(served), RawConnection(served)
    second = RawConnection(served)
    with silent, half, second:
        half.send(b"GET /health HTTP/1.1\r\nHost: ")
        second.get("/health")
        second.read_until(b'"healthy"')
        second.send(b"GET /he")

        assert silent.read_to_end() == b""
        assert half.read_to_end() == b""
        assert second.read_to_end().count(b"HTTP/1.1 200") == 1


def test_three_hundred_slow_connections_hold_up_nobody_and_are_all_closed(
    served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol.TimedH11Protocol, "head_timeout_s", 1.0)
    with contextlib.ExitStack() as open_ones:
        slow = [open_ones.enter_context(RawConnection(served, timeout_s=30)) for _ in range(300)]
        for connection in slow:
            with contextlib.suppress(OSError):  # already closed by the server
                connection.send(b"GET /v1/runs HTTP/1.1\r\nHost: ")

        assert httpx2.get(f"{served}health").status_code == 200
        assert {connection.read_to_end() for connection in slow} == {b""}


def test_a_connection_serves_one_request_after_another(served: str) -> None:
    with httpx2.Client() as client:
        assert {client.get(f"{served}health").status_code for _ in range(5)} == {200}


def test_a_busy_port_is_named_with_the_way_out() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(InspectorError, match=rf"^Port {port} on 127\.0\.0\.1 is in use; .*--port\.$"):
            bind("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "198.51.100.7", ""])
def test_an_address_that_cannot_be_had_is_one_sentence(host: str) -> None:
    with pytest.raises(InspectorError):
        bind(host, 0).close()


@pytest.mark.parametrize(
    ("host", "is_refused"),
    [
        ("127.0.0.1", False),
        ("127.8.9.10", False),
        ("localhost", False),
        ("::1", False),
        ("[::1]", False),
        ("0.0.0.0", True),
        ("::", True),
        ("192.168.1.20", True),
        ("build.example", True),
        ("localhost.example", True),
        ("", True),
    ],
)
def test_only_this_machine_is_served_without_a_key(host: str, is_refused: bool) -> None:
    config = TraceConfig()
    config.api_host = host

    with pytest.raises(ConfigError, match="TRACE_API_KEY") if is_refused else contextlib.nullcontext():
        check_exposure(config)


def test_every_web_page_is_served_only_behind_a_key() -> None:
    with pytest.raises(ConfigError, match="TRACE_API_CORS_ORIGINS"):
        check_exposure(TraceConfig(api_cors_origins=["*"]))


def test_the_address_can_be_opened_on_this_machine() -> None:
    with bind("0.0.0.0", 0) as everywhere, bind("localhost", 0) as local:
        assert url_of(everywhere) == f"http://127.0.0.1:{everywhere.getsockname()[1]}/"
        assert url_of(local).startswith("http://127.0.0.1:") or url_of(local).startswith("http://[::1]:")


def free_port() -> int:
    with bind("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def _server_process(tmp_path: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    environment = inherited | {
        "TRACE_DB_PATH": str(tmp_path / "runs.db"),
        "TRACE_OTLP_PORT": str(free_port()),
        "TRACE_OTLP_GRPC_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "agent_inspector", "server", "--port", "0", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]  # as Popen's overloads do not see through **
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(2)]
            yield process, lines[1].split()[1].removesuffix("docs")
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_at_once_while_a_page_is_watching(
    tmp_path: Path, number: signal.Signals
) -> None:
    with _server_process(tmp_path) as (process, url), RawConnection(url) as stream:
        stream.get("/v1/events")
        stream.read_until(b": alive\n\n")
        before = time.monotonic()

        process.send_signal(number)

        assert process.wait(10) == 0
        assert time.monotonic() - before < 2
        assert stream.read_to_end().endswith(b"0\r\n\r\n")
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_the_server_process_answers_where_it_says(tmp_path: Path) -> None:
    with _server_process(tmp_path) as (_, url):
        assert httpx2.get(f"{url}health").json()["status"] == "healthy"
        assert httpx2.get(f"{url}v1/runs").json()["runs"] == []
        assert "server" not in httpx2.get(f"{url}health").headers


def test_an_answer_in_two_parts_does_not_wait_for_the_first_to_be_acknowledged() -> None:
    with bind("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), 5):
        accepted, _ = listener.accept()
        with accepted:
            # What asyncio looks at before it sets TCP_NODELAY.
            assert accepted.proto == socket.IPPROTO_TCP


def test_two_servers_read_one_store(tmp_path: Path) -> None:
    with _server_process(tmp_path) as (_, first), _server_process(tmp_path) as (_, second):
        assert first != second
        assert httpx2.get(f"{first}v1/stats").json() == httpx2.get(f"{second}v1/stats").json()


def test_the_socket_is_listening_before_the_address_is_known() -> None:
    with bind("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), 5):
        assert url_of(listener).startswith("http://127.0.0.1:")
