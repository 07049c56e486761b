"""Requests that are meant to lead astray, to a real server: paths, texts, packings, broken HTTP (W05, W06, W15, W16, W22)."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from agent_inspector import TraceConfig
from agent_inspector.store import open_store
from tests.agent_inspector.server import example_spans
from tests.agent_inspector.server.raw_connection import RawConnection
from tests.agent_inspector.server.test_http_injections import EXACT, questions
from tests.agent_inspector.server.test_http_ui import TRAVERSALS
from tests.agent_inspector.server.test_serve import MALFORMED
from tests.faults.asking import Asker
from tests.faults.otlp_fuzz import PACKERS, make_requests
from tests.faults.server_process import ServerProcess, server_process

STATIC: Final = Path(__file__).parents[2] / "agent_inspector" / "server" / "static"
SECRET: Final = "the-words-beside-the-store"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("served")
    store = open_store(TraceConfig(db_path=str(folder / "store" / "runs.db")))
    store.write([*example_spans.completed_run(), *example_spans.failed_run()])
    store.close()
    (folder / "store" / "secret.txt").write_text(SECRET)
    with server_process(folder) as started:
        yield started


@pytest.fixture
def asker(server: ServerProcess) -> Iterator[Asker]:
    with Asker(server.url) as opened:
        yield opened


def sent_raw(server: ServerProcess, target: str) -> bytes:
    """Ask for a target as it stands, which a client would put right, and return the whole answer."""
    with RawConnection(server.url) as connection:
        head = f"GET {target} HTTP/1.1\r\nHost: {connection.host}\r\nConnection: close\r\n\r\n"
        connection.send(head.encode())
        return connection.read_to_end()


def test_sixty_paths_lead_to_no_file(server: ServerProcess) -> None:
    """W05: 60 traversals: none leads to a file that is no part of the pages, none fails."""
    ours = [path.read_bytes() for path in STATIC.rglob("*") if path.is_file()]
    upwards = "../" * 12
    others = (
        f"{upwards}{server.path.parent}/secret.txt".replace("//", "/"),
        f"/{server.path.parent}/secret.txt",
    )
    targets = [
        f"{root}{path}" for root in ("/ui/", "/ui/assets/", "/docs/", "/") for path in (*TRAVERSALS, *others)
    ]
    answers = {target: sent_raw(server, target) for target in targets}
    statuses = Counter(answer.split(b" ")[1] for answer in answers.values())
    served = [
        target
        for target, answer in answers.items()
        if answer.split(b" ")[1] == b"200" and answer.partition(b"\r\n\r\n")[2] not in ours
    ]
    print(f"{len(targets)} targets: {statuses}")

    assert len(targets) >= 60
    assert served == []
    assert [target for target, answer in answers.items() if SECRET.encode() in answer] == []
    assert not [status for status in statuses if status.startswith(b"5") and status != b"503"]


def test_hostile_texts_in_every_filter_match_nothing(asker: Asker) -> None:
    """W06: 504 injections and more into every parameter: 0 answers of 5xx, and no filter matches more than it says."""
    statuses, matched = Counter[int](), list[str]()
    stored = runs_in(asker)
    for path, name, _ in questions():
        answer = asker.ask("GET", path)
        statuses[answer.status] += 1
        if (
            answer.status == 200
            and name in EXACT
            and path.startswith("/v1/runs?")
            and json.loads(answer.body)["total"]
        ):
            matched.append(path)
    print(f"{statuses.total()} requests: {statuses}")

    assert statuses.total() >= 504
    assert set(statuses) <= {200, 400, 404, 422}
    assert matched == []
    assert runs_in(asker) == stored >= 2


def runs_in(asker: Asker) -> int:
    return int(json.loads(asker.ask("GET", "/v1/runs").body)["total"])


def test_malformed_requests_are_refused_and_the_next_one_is_served(
    server: ServerProcess, asker: Asker
) -> None:
    """W15: 14 malformed requests and more: each is refused as the client's fault, and the server lives on."""
    statuses = Counter[bytes]()
    for request in MALFORMED:
        with RawConnection(server.url) as connection:
            connection.send(request.replace(b"HOST", connection.host.encode()))
            statuses[connection.read_until(b"\r\n").split(b" ")[1]] += 1
    print(f"{statuses.total()} requests: {statuses}")

    assert statuses.total() >= 14
    assert {status[:1] for status in statuses} == {b"4"}
    assert asker.ask("GET", "/health").status == 200


def test_packings_of_one_layer_are_read_and_others_are_named_unsupported(asker: Asker) -> None:
    """W16: gzip, deflate and zstd are unpacked; brotli and layers of packings are 415; what is damaged is 400."""
    good = next(
        request
        for request in make_requests(100)
        if request.trace_id and "content-encoding" not in request.headers
    )
    kind = ("Content-Type", good.headers["content-type"])

    def status(encoding: str, body: bytes) -> int:
        return asker.ask("POST", good.path, [kind, ("Content-Encoding", encoding)], body).status

    packed = {name: pack(good.body) for name, pack in PACKERS.items()}
    read = {name: status(name or "identity", body) for name, body in packed.items()}
    unread = {
        name: status(name, packed["gzip"])
        for name in ("br", "compress", "gzip, gzip", "gzip, zstd", "gzip;q=1", "*", "\xe9")
    }
    damaged = {name: status(name, body[:-4]) for name, body in packed.items() if name}
    mislabelled = {name: status(name, good.body) for name in packed if name}

    assert read == dict.fromkeys(packed, 200)
    assert unread == dict.fromkeys(unread, 415)
    assert set(damaged.values()) | set(mislabelled.values()) == {400}


def test_a_port_in_use_is_one_sentence(server: ServerProcess, tmp_path: Path) -> None:
    """W22: a second server on the port says so, and how to choose another one."""
    port = server.url.rpartition(":")[2]
    command = [
        sys.executable,
        "-m",
        "agent_inspector",
        "--db",
        str(tmp_path / "other.db"),
        "server",
        "--port",
        port,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"Port {port} on 127.0.0.1 is in use" in done.stderr
    assert "--port" in done.stderr


def test_two_servers_on_one_store_both_receive_and_both_show_it(tmp_path: Path) -> None:
    """W22: what either of two servers receives, both answer with."""
    good = [request for request in make_requests(400) if request.trace_id]
    with (
        server_process(tmp_path) as first,
        server_process(tmp_path) as second,
        Asker(first.url) as one,
        Asker(second.url) as other,
    ):
        for number, request in enumerate(good):
            receiver = (one, other)[number % 2]
            headers = list(request.headers.items())
            assert receiver.ask("POST", request.path, headers, request.body).status == 200
        totals = [json.loads(asker.ask("GET", "/v1/runs").body)["total"] for asker in (one, other)]

    assert totals == [len(good)] * 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_server_whose_clients_stay(tmp_path: Path, number: signal.Signals) -> None:
    """W22: SIGTERM or SIGINT ends it within 5 s, whatever its clients have left open."""
    with server_process(tmp_path) as server:
        address = server.url.rpartition("/")[2].split(":")
        open_ones = [socket.create_connection((address[0], int(address[1])), 10) for _ in range(20)]
        for connection in open_ones[::2]:
            connection.sendall(b"GET /v1/runs HTTP/1.1\r\nHost: ")
        with RawConnection(server.url) as stream, RawConnection(server.url) as sender:
            stream.get("/v1/events")
            stream.read_until(b": alive")
            sender.send(
                f"POST /v1/traces HTTP/1.1\r\nHost: {sender.host}\r\nContent-Type: application/json\r\n"
                "Content-Length: 1000\r\n\r\n{".encode()
            )
            began = time.monotonic()
            code = server.end(number, within_s=5)
            print(f"ended with {code} after {time.monotonic() - began:.1f} s")
        for connection in open_ones:
            connection.close()

    assert code == 0
