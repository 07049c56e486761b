from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.server.headers import CONTENT_SECURITY_POLICY
from agent_inspector.store import SpanStore
from tests.agent_inspector.server import example_spans

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client

ROUTES = (
    "/",
    "/health",
    "/v1/runs",
    f"/v1/runs/{example_spans.TRACE_ID}",
    f"/v1/runs/{example_spans.TRACE_ID}/timeline",
    f"/v1/runs/{example_spans.TRACE_ID}/steps",
    f"/v1/runs/{example_spans.TRACE_ID}/steps/{example_spans.LLM_ID}",
    f"/v1/runs/{example_spans.TRACE_ID}/steps/{example_spans.LLM_ID}/data",
    f"/v1/runs/{example_spans.TRACE_ID}/export",
    "/v1/stats",
    "/ui/",
    "/ui/assets/index.js",
    "/docs",
    "/redoc",
    "/docs/docs.css",
    "/openapi.json",
    "/no-such-path",
)
API_ROUTES = tuple(route for route in ROUTES if route.startswith("/v1"))
RECEIVERS = ("/v1/traces", "/v1/logs", "/v1/metrics")
POISON = {"traceId": "be" * 16, "spanId": "be" * 8, "name": "poison", "startTimeUnixNano": "1"}
FOREIGN_HOSTS = (
    "rebind.evil.example",
    "rebind.evil.example:8000",
    "127.0.0.1.evil.example:8000",
    "localhost.evil.example:8000",
    "127.0.0.1:9999",
    "127.0.0.1",
    "localhost.:8000",
    "0.0.0.0:8000",
    "2130706433:8000",
    "[::]:8000",
    "127.0.0.1:8000@evil.example",
    "127.0.0.1:8000:8000",
    " ",
    "",
)


@pytest.mark.parametrize("route", ROUTES)
def test_a_foreign_host_is_served_nothing(client: Client, route: str) -> None:
    answers = {host: client.get(route, headers={"Host": host}) for host in FOREIGN_HOSTS}

    assert dict.fromkeys(FOREIGN_HOSTS, 421) == {host: answer.status_code for host, answer in answers.items()}
    assert all(list(answer.json()) == ["detail"] for answer in answers.values())


@pytest.mark.parametrize("path", RECEIVERS)
def test_nothing_is_received_under_a_foreign_host(client: Client, path: str) -> None:
    answers = {
        client.request("POST", path, json={}, headers={"Host": host}).status_code for host in FOREIGN_HOSTS
    }

    assert answers == {421}


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LocalHost:8000", "[::1]:8000"])
def test_this_machine_is_served(client: Client, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


def test_two_hosts_are_refused(client: Client) -> None:
    doubled = [("Host", "127.0.0.1:8000"), ("Host", "evil.example")]

    assert client.get("/v1/runs", headers=doubled).status_code == 400


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8000", "file://", ""],
)
def test_a_page_of_another_origin_is_refused_and_not_named(client: Client, route: str, origin: str) -> None:
    answer = client.get(route, headers={"Origin": origin})

    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT", "DELETE"])
def test_no_method_reaches_through_from_another_site(client: Client, method: str) -> None:
    plain_form = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Content-Type": "text/plain"}

    assert client.request(method, "/v1/runs", headers=plain_form).status_code == 403


@pytest.mark.parametrize("site", ["same-site", "cross-site", "nonsense", ""])
def test_only_our_own_pages_fetch(client: Client, site: str) -> None:
    assert client.get("/v1/runs", headers={"Sec-Fetch-Site": site}).status_code == 403


def test_our_own_pages_fetch(client: Client) -> None:
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"}

    assert client.get("/v1/runs", headers=ours).status_code == 200


def test_a_link_on_another_site_may_open_the_ui_but_not_embed_it(client: Client) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    assert client.get("/docs", headers=link).status_code == 200
    assert client.get("/docs", headers=link | {"Sec-Fetch-Dest": "iframe"}).status_code == 403


@pytest.mark.parametrize("path", RECEIVERS)
def test_a_page_of_another_site_stores_nothing(client: Client, store: SpanStore, path: str) -> None:
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [POISON]}]}]}
    pages = (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    )
    by_script = {client.request("POST", path, json=body, headers=page).status_code for page in pages}
    as_form = {
        client.request(
            "POST", path, content=json.dumps(body), headers=page | {"Content-Type": kind}
        ).status_code
        for page in pages
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    }
    preflight = client.request("OPTIONS", path, headers={**pages[0], "Access-Control-Request-Method": "POST"})

    assert by_script | as_form | {preflight.status_code} == {403}
    assert not [name for name in preflight.headers if name.startswith("access-control-")]
    assert store.read_run(POISON["traceId"]) is None


@pytest.mark.parametrize("path", RECEIVERS)
def test_what_a_page_can_send_unasked_is_no_type_of_otlp(client: Client, path: str) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        assert client.request("POST", path, content=b"{}", headers={"Content-Type": kind}).status_code == 415


def test_a_listed_origin_may_read_without_credentials(
    config: TraceConfig, client_of: Callable[[TraceConfig], Client]
) -> None:
    config.api_cors_origins = ["https://tools.example"]
    client = client_of(config)
    page = {"Origin": "https://tools.example", "Sec-Fetch-Site": "cross-site"}

    answer = client.get("/v1/runs", headers=page)
    preflight = client.request("OPTIONS", "/v1/runs", headers=page | {"Access-Control-Request-Method": "GET"})

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://tools.example"
    assert "access-control-allow-credentials" not in answer.headers
    assert preflight.status_code == 204
    assert "X-API-Key" in preflight.headers["access-control-allow-headers"]
    assert client.get("/v1/runs", headers=page | {"Origin": "https://evil.example"}).status_code == 403


def test_a_star_of_origins_counts_only_behind_a_key(
    config: TraceConfig, client_of: Callable[[TraceConfig], Client]
) -> None:
    config.api_cors_origins = ["*"]

    assert client_of(config).get("/v1/runs", headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_carries_the_security_headers(client: Client, route: str) -> None:
    for answer in (client.get(route), client.get(route, headers={"Host": "evil.example"})):
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "permissions-policy" in answer.headers


@pytest.mark.parametrize("route", API_ROUTES)
def test_no_trace_stays_in_a_browser_cache(client: Client, route: str) -> None:
    assert client.get(route).headers["cache-control"] == "no-store"


@pytest.fixture
def keyed(config: TraceConfig, client_of: Callable[[TraceConfig], Client]) -> Client:
    config.api_key = "s3cret-kéy"
    config.api_key_required = True
    return client_of(config)


BAD_KEYS = (
    b"",
    b"wrong",
    b"s3cret",
    b"s3cret-k\xe9y",
    b"\xff\xfe",
    "ключ".encode(),
    b"x" * 10_000,
    b"'; DROP TABLE",
)


@pytest.mark.parametrize("route", API_ROUTES)
def test_a_bad_key_opens_nothing(keyed: Client, route: str) -> None:
    by_header = {keyed.get(route, headers={b"X-API-Key": key}).status_code for key in BAD_KEYS}
    as_token = {
        keyed.get(route, headers={b"Authorization": b"Bearer " + key}).status_code for key in BAD_KEYS
    }
    without = keyed.get(route)

    assert by_header == {403}
    assert as_token == {403}
    assert (without.status_code, without.json()) == (401, {"detail": "API key required"})


@pytest.mark.parametrize("route", API_ROUTES)
def test_the_key_opens_every_path(keyed: Client, route: str) -> None:
    key = "s3cret-kéy".encode()

    assert keyed.get(route, headers={b"X-API-Key": key}).status_code == 200
    assert keyed.get(route, headers={b"Authorization": b"bearer " + key}).status_code == 200


@pytest.mark.parametrize("path", RECEIVERS)
def test_a_bad_key_stores_nothing(keyed: Client, store: SpanStore, path: str) -> None:
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [POISON]}]}]}
    answers = {
        keyed.request("POST", path, json=body, headers={name: value}).status_code
        for key in BAD_KEYS
        for name, value in ((b"X-API-Key", key), (b"Authorization", b"Bearer " + key))
    }

    assert answers == {403}
    assert keyed.request("POST", path, json=body).status_code == 401
    assert store.read_run(POISON["traceId"]) is None


def test_the_key_counts_in_a_header_only(keyed: Client) -> None:
    assert keyed.get("/v1/runs?api_key=s3cret-kéy&X-API-Key=s3cret-kéy").status_code == 401


def test_pages_without_traces_need_no_key(keyed: Client) -> None:
    assert {keyed.get(route).status_code for route in ("/health", "/docs", "/openapi.json")} == {200}


def test_a_server_beyond_this_machine_asks_for_a_key_whatever_is_configured(
    config: TraceConfig, client_of: Callable[[TraceConfig], Client]
) -> None:
    config.api_host = "0.0.0.0"

    assert client_of(config).get("/v1/runs").status_code == 401


def test_a_server_on_every_interface_answers_to_addresses_but_not_to_foreign_names(
    config: TraceConfig, client_of: Callable[[TraceConfig], Client]
) -> None:
    config.api_host = "0.0.0.0"
    client = client_of(config)

    assert client.get("/health", headers={"Host": "192.168.1.20:8000"}).status_code == 200
    assert client.get("/health", headers={"Host": "rebind.evil.example:8000"}).status_code == 421


@pytest.mark.parametrize("length", ["99999999999", "9" * 5000, "8388609"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: Client, length: str) -> None:
    assert client.request("POST", "/v1/runs", headers={"Content-Length": length}).status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "0x10"])
def test_a_body_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    headers = {b"Content-Length": length.encode()}

    assert client.request("POST", "/v1/runs", headers=headers).status_code == 400
