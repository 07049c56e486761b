"""Other names, other sites and wrong keys, at a real server's every door (W01, W02, W03, W04, W23)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import grpc
import pytest

from agent_inspector import TraceConfig
from agent_inspector.server.headers import SECURITY_HEADERS
from agent_inspector.store import open_store
from tests.agent_inspector.server import example_spans
from tests.agent_inspector.server.raw_connection import RawConnection
from tests.agent_inspector.server.test_http_foreign import LEADING_AWAY, OURS, foreign
from tests.faults.asking import Asker, routes
from tests.faults.server_process import ServerProcess, server_process

ROUTES: Final = tuple(routes())
GUARDED: Final = tuple((method, path) for method, path in ROUTES if path.startswith("/v1"))
FOREIGN_HOSTS: Final = (
    "rebind.evil.example",
    "rebind.evil.example:PORT",
    "127.0.0.1.evil.example:PORT",
    "localhost.evil.example:PORT",
    "localhost.:PORT",
    "127.0.0.1:9",
    "0.0.0.0:PORT",
    "[::]:PORT",
    "2130706433:PORT",
    "127.0.0.1:PORT@evil.example",
)
FOREIGN_ORIGINS: Final = (
    "https://evil.example",
    "http://127.0.0.1.evil.example:PORT",
    "http://127.0.0.1:9",
    "https://127.0.0.1:PORT",
    "file://",
    "null",
)
FORMS: Final = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
"""The types of a body that any page may send without asking."""
KEY: Final = "s3cret-kéy-0123456789abcdef"
BAD_KEYS: Final = (
    b"",
    b"wrong",
    KEY[:-1].encode(),
    KEY.encode("latin-1"),
    b"\xff\xfe",
    "ключ".encode(),
    b"x" * 10_000,
    b"'; DROP TABLE runs; --",
)
POISON: Final = "be" * 16
BODY: Final = json.dumps(
    {"resourceSpans": [{"scopeSpans": [{"spans": [
        {"traceId": POISON, "spanId": POISON[:16], "name": "poison", "startTimeUnixNano": "1"}
    ]}]}]}
).encode()  # fmt: skip
JSON_TYPE: Final = ("Content-Type", "application/json")


def filled(folder: Path) -> Path:
    store = open_store(TraceConfig(db_path=str(folder / "store" / "runs.db")))
    store.write([*example_spans.completed_run(), *example_spans.failed_run()])
    store.close()
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_process(filled(tmp_path_factory.mktemp("open"))) as started:
        yield started


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    settings = {"TRACE_API_KEY": KEY, "TRACE_API_KEY_REQUIRED": "true"}
    with server_process(filled(tmp_path_factory.mktemp("keyed")), settings) as started:
        yield started


@pytest.fixture
def asker(server: ServerProcess) -> Iterator[Asker]:
    with Asker(server.url) as opened:
        yield opened


def has_poison(server: ServerProcess) -> bool:
    store = server.store()
    found = store.read_run(POISON)
    store.close()
    return found is not None


def at(server: ServerProcess, text: str) -> str:
    return text.replace("PORT", server.url.rpartition(":")[2])


def test_ten_foreign_hosts_are_served_nothing_at_any_route(server: ServerProcess, asker: Asker) -> None:
    """W01: of 10 foreign hosts at every route, none is served."""
    answers = {
        (host, route): asker.ask(*route, [("Host", at(server, host)), JSON_TYPE], BODY * (route[0] == "POST"))
        for host in FOREIGN_HOSTS
        for route in ROUTES
    }
    print(f"{len(answers)} requests: {Counter(answer.status for answer in answers.values())}")

    assert [asked for asked, answer in answers.items() if answer.is_served] == []
    assert {answer.status for answer in answers.values()} == {421}
    assert not has_poison(server)
    assert asker.ask("GET", "/health").status == 200


def test_a_host_that_is_missing_doubled_or_part_of_the_target_is_refused(server: ServerProcess) -> None:
    """W01: no request without exactly one host of ours is served."""
    heads = (
        b"GET /v1/runs HTTP/1.0\r\n\r\n",
        b"GET /v1/runs HTTP/1.1\r\n\r\n",
        b"GET /v1/runs HTTP/1.1\r\nHost: HERE\r\nHost: HERE\r\n\r\n",
        b"GET /v1/runs HTTP/1.1\r\nHost: HERE\r\nHost: evil.example\r\n\r\n",
        b"GET http://evil.example/v1/runs HTTP/1.1\r\nHost: HERE\r\n\r\n",
        b"GET http://HERE/v1/runs HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    )
    statuses = list[bytes]()
    for head in heads:
        with RawConnection(server.url) as connection:
            connection.send(head.replace(b"HERE", connection.host.encode()))
            statuses.append(connection.read_until(b"\r\n").split(b" ")[1])

    assert {status[:1] for status in statuses} == {b"4"}


def test_six_foreign_origins_are_refused_and_never_named(server: ServerProcess, asker: Asker) -> None:
    """W02: 6 foreign origins at every route, as a script, as a preflight and as a form: each is 403, none reflected."""
    answers = []
    for origin in (at(server, origin) for origin in FOREIGN_ORIGINS):
        page = ("Origin", origin)
        for method, path in ROUTES:
            answers.append(asker.ask(method, path, [page, JSON_TYPE], BODY * (method == "POST")))
            asked = [page, ("Access-Control-Request-Method", method)]
            answers.append(asker.ask("OPTIONS", path, asked))
            answers += [asker.ask("POST", path, [page, ("Content-Type", form)], BODY) for form in FORMS]
    print(f"{len(answers)} requests: {Counter(answer.status for answer in answers)}")

    assert {answer.status for answer in answers} == {403}
    assert [
        answer for answer in answers if any(name.startswith("access-control") for name in answer.headers)
    ] == []
    assert not has_poison(server)


def test_a_form_without_an_origin_is_no_request_of_otlp(server: ServerProcess, asker: Asker) -> None:
    """W02: what a page can post unasked is stored from nowhere."""
    paths = [path for method, path in ROUTES if method == "POST"]
    answers = [asker.ask("POST", path, [("Content-Type", form)], BODY) for path in paths for form in FORMS]

    assert {answer.status for answer in answers} == {415}
    assert not has_poison(server)


def test_every_answer_has_every_header_and_names_no_other_site(asker: Asker) -> None:
    """W03: the full set of headers on what is served and what is refused; no answer loads from elsewhere."""
    expected = {name.decode(): value.decode() for name, value in SECURITY_HEADERS}
    refused: Mapping[str, list[tuple[str, str]]] = {
        "": [], "foreign host": [("Host", "evil.example")], "foreign origin": [("Origin", "https://evil.example")],
    }  # fmt: skip
    answers = {
        (route, how): asker.ask(*route, [*headers, JSON_TYPE], b"{}" * (route[0] == "POST"))
        for route in ROUTES
        for how, headers in refused.items()
    }
    lacking = {
        asked: missing
        for asked, answer in answers.items()
        if (missing := {name for name, value in expected.items() if answer.headers.get(name) != value})
    }
    leading = [
        asked
        for asked, answer in answers.items()
        if any("//" in answer.headers.get(name, "") for name in LEADING_AWAY)
        or ("json" not in answer.headers.get("content-type", "") and foreign(answer.text))
    ]
    policy = expected["content-security-policy"].split(";")
    sources = {source for rule in policy if "trusted-types" not in rule for source in rule.split()[1:]}
    print(f"{len(answers)} answers, {len(expected)} headers each")

    assert lacking == {}
    assert leading == []
    assert sources <= OURS


def test_eight_bad_keys_open_no_route(keyed: ServerProcess) -> None:
    """W04: 8 bad keys at every route, in either header: no 2xx, no 5xx; and over gRPC as well."""
    with Asker(keyed.url) as asker:
        answers = {
            (key, route, name): asker.ask(
                *route, [(name, before + key), JSON_TYPE], BODY * (route[0] == "POST")
            )
            for key in BAD_KEYS
            for route in GUARDED
            for name, before in (("X-API-Key", b""), ("Authorization", b"Bearer "))
        }
        right = [asker.ask(*route, [("X-API-Key", KEY.encode())]) for route in GUARDED if route[0] == "GET"]
    print(f"{len(answers)} requests: {Counter(answer.status for answer in answers.values())}")
    with grpc.insecure_channel(keyed.grpc_address) as channel:
        call = channel.unary_unary("/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        codes = {_code(call, [("x-api-key", "wrong")]), _code(call, [("authorization", "Bearer wrong")]), _code(call, [])}  # fmt: skip

    assert {answer.status for answer in answers.values()} == {403}
    assert {answer.status for answer in right} <= {200, 404}  # nothing to compare the run with
    assert codes == {"UNAUTHENTICATED"}
    assert not has_poison(keyed)


def _code(call: grpc.UnaryUnaryMultiCallable[bytes, bytes], metadata: list[tuple[str, str]]) -> str:
    try:
        call(b"", metadata=metadata, timeout=30, wait_for_ready=True)
    except grpc.RpcError as refused:
        return str(refused.code().name)
    return "OK"


@pytest.mark.parametrize("is_upgrade", [False, True], ids=["stream", "websocket"])
def test_the_live_stream_and_an_upgrade_are_refused_to_six_origins(
    server: ServerProcess, asker: Asker, is_upgrade: bool
) -> None:
    """W23: the live stream, and a WebSocket wherever one is asked for: 403 to every foreign origin."""
    upgrade = (
        ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    )  # fmt: skip
    asked = [path for method, path in ROUTES if method == "GET"] if is_upgrade else []
    statuses = {
        asker.ask("GET", path, [("Origin", at(server, origin)), *(upgrade if is_upgrade else ())]).status
        for path in ("/v1/events", *asked)
        for origin in FOREIGN_ORIGINS
    }

    assert statuses == {403}
