"""An OTLP endpoint that hangs, refuses or is slow changes nothing for the program or the store (S42), and is counted."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.collector import Collector
from tests.faults.measures import wait_until
from tests.faults.programs import Ended, Program


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
    records_all(program, endpoint, protocol)


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ["refuses", "hangs"], indirect=True)
def test_a_bad_endpoint_delays_no_call_and_the_exit_by_five_seconds_at_most(
    program: Program, endpoint: str
) -> None:
    alone, beside = (records_all(program, address, "http/protobuf") for address in ("", endpoint))

    assert beside.figures["cpu_p99_ms"] <= 1
    assert beside.seconds <= alone.seconds + 5


def records_all(program: Program, endpoint: str, protocol: str) -> Ended:
    program.path = program.folder / ("beside.db" if endpoint else "alone.db")
    ended = program.run(
        """
        calls = Calls()
        with trace.run("agent") as run:
            run.tool("first", {}, 1)
            for number in range(299): calls.time(run.tool, "tool", {"n": number}, "x" * 2000)
        report(flushed=trace.flush(), **calls.figures())
        """,
        {
            "TRACE_DB_PATH": str(program.path),
            "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
            "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
        },
    )
    print(ended.figures, ended.seconds)

    assert ended.figures["flushed"]
    assert program.run_named("agent").step_count == 301
    lost = program.lost()
    assert set(lost) <= {"fan_out_failed", "fan_out_unsent"}
    assert sum(lost.values()) == (301 if endpoint else 0)
    assert program.run_named("agent").dropped_spans == 0
    assert ended.seconds < 15
    assert "Traceback" not in ended.errors
    assert len(ended.complaints) <= 10
    return ended


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.may_answer.set()
    made.server.shutdown()
    made.server.server_close()


FAST = """
    with trace.run("agent") as run:
        for number in range(4_999): run.tool("tool", {"n": number}, "x" * 200)
    print(trace.flush(60_000), flush=True)
    sys.stdin.readline()
"""


def test_copies_for_a_slow_endpoint_arrive_or_are_counted(program: Program, collector: Collector) -> None:
    collector.may_answer.clear()
    process = program.start(
        FAST,
        {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_EXPORTER_OTLP_TIMEOUT": "60"},
        stdin=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    collector.may_answer.set()

    def arrived() -> int:
        return len({span.span_id for span in collector.spans})

    assert wait_until(lambda: arrived() + sum(program.lost().values()) == 5_000, 30)
    _, errors = process.communicate("go\n", timeout=30)
    lost = program.lost()

    assert set(lost) == {"fan_out_queue_full"}
    assert 2_000 <= arrived() < 4_000
    assert arrived() + lost["fan_out_queue_full"] == 5_000
    assert (program.run_named("agent").step_count, program.run_named("agent").dropped_spans) == (5_000, 0)
    assert f"'fan_out_queue_full': {lost['fan_out_queue_full']}" in errors
    assert f"fan_out_queue_full {lost['fan_out_queue_full']:,}" in found_by_doctor(program)


def found_by_doctor(program: Program) -> str:
    """Return what `doctor` says of copies that did not arrive."""
    command = [sys.executable, "-m", "agent_inspector", "doctor", "--json"]
    done = subprocess.run(command, env=program.environment, capture_output=True, text=True, check=False)
    found = {check["name"]: check["found"] for check in json.loads(done.stdout)["checks"]}
    assert found["losses"] == "No span was lost."
    return str(found["fan-out"])
