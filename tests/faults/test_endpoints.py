"""An OTLP endpoint that hangs, refuses or answers nonsense changes nothing for the program or the store (S42)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.faults.programs import Program


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """An address behind which somebody refuses, never answers, or answers nonsense."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    accepted: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                accepted.append(listener.accept()[0])
                if request.param == "nonsense":
                    accepted[-1].sendall(b"\x00\xffnonsense\r\n\r\n")
            except OSError:
                return

    if request.param == "refuses":
        listener.close()
    else:
        threading.Thread(target=serve, daemon=True).start()
    yield address
    listener.close()
    for connection in accepted:
        connection.close()


@pytest.mark.parametrize("endpoint", ["refuses", "hangs", "nonsense"], indirect=True)
@pytest.mark.parametrize("protocol", ["http/protobuf", pytest.param("grpc", marks=pytest.mark.slow)])
def test_a_bad_endpoint_changes_nothing(program: Program, endpoint: str, protocol: str) -> None:
    ended = program.run(
        """
        calls = Calls()
        with trace.run("agent") as run:
            run.tool("first", {}, 1)
            for number in range(299): calls.time(run.tool, "tool", {"n": number}, "x" * 2000)
        report(flushed=trace.flush(), **calls.figures())
        """,
        {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_EXPORTER_OTLP_PROTOCOL": protocol},
    )
    print(ended.figures, ended.seconds)

    assert ended.figures["flushed"]
    assert program.run_named("agent").step_count == 301
    assert program.lost() == {}
    assert ended.seconds < 15
    assert "Traceback" not in ended.errors
    assert len(ended.complaints) <= 10
