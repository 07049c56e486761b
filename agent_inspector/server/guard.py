"""The guard: the ASGI middleware that every request passes before it is routed.

It alone refuses requests, bounds their bodies, adds the security headers, turns an unforeseen
failure into one sentence, and keeps OpenTelemetry from recording this server itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import anyio
from fastapi import HTTPException
from opentelemetry.instrumentation.utils import suppress_instrumentation
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_inspector.server import otlp_status
from agent_inspector.server.access import (
    MAX_BODY_BYTES,
    AccessPolicy,
    Refusal,
    RequestHead,
    find_refusal,
    is_foreign_origin_allowed,
    too_large,
)
from agent_inspector.server.answers import JsonAnswer
from agent_inspector.server.headers import NO_STORE, SECURITY_HEADERS

BODY_TIMEOUT_S: Final = 30.0
"""Longest time in which a request body may arrive."""

_log = logging.getLogger(__name__)


class Guard:
    """Pure ASGI middleware; see the module's docstring for what it does."""

    def __init__(self, app: ASGIApp, policy: AccessPolicy) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = _head_of(scope)
        refusal = find_refusal(head, self._policy)
        answer = _GuardedAnswer(send, _headers_for(head, self._policy, refusal))
        if refusal:
            await _refusal_of(head, refusal)(scope, receive, answer)
        elif _is_preflight(head):
            await Response(status_code=204)(scope, receive, answer)
        else:
            await self._pass_on(scope, BoundedBody(receive), answer)

    async def _pass_on(self, scope: Scope, receive: Receive, answer: _GuardedAnswer) -> None:
        try:
            with suppress_instrumentation():
                await self._app(scope, receive, answer)
        except Exception as error:
            what = type(error).__name__
            _log.exception("%s %s could not be answered: %s", scope["method"], ascii(scope["path"]), what)
            if answer.started:
                raise
            failure = Refusal(500, f"The server failed on this request ({what}); its log says more.")
            await _refusal_of(_head_of(scope), failure)(scope, receive, answer)


class BoundedBody:
    """A request's body as it arrives, ended by an HTTPException when it is too large or too slow."""

    def __init__(
        self, receive: Receive, *, max_bytes: int = MAX_BODY_BYTES, timeout_s: float = BODY_TIMEOUT_S
    ) -> None:
        self._receive = receive
        self._left_bytes = max_bytes
        self._deadline = anyio.current_time() + timeout_s
        self._is_complete = False

    async def __call__(self) -> Message:
        if self._is_complete:  # What follows is the client's leaving, which may take its time.
            return await self._receive()
        try:
            with anyio.fail_after(max(0.0, self._deadline - anyio.current_time())):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "The request body took too long to arrive.") from None
        self._left_bytes -= len(message.get("body", b""))
        if self._left_bytes < 0:
            raise HTTPException(413, too_large())
        self._is_complete = not message.get("more_body", False)
        return message


class _GuardedAnswer:
    """A `send` that adds headers to the answer's start, and knows whether it has started."""

    def __init__(self, send: Send, extra: Mapping[str, str]) -> None:
        self._send = send
        self._extra = extra
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in self._extra.items():
                headers[name] = value
        await self._send(message)


def _head_of(scope: Scope) -> RequestHead:
    headers: dict[str, list[bytes]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value)
    server = scope.get("server")
    return RequestHead(
        method=scope["method"],
        path=scope["path"],
        scheme=scope.get("scheme", "http"),
        port=server[1] if server else None,
        headers=headers,
    )


def _headers_for(head: RequestHead, policy: AccessPolicy, refusal: Refusal | None) -> dict[str, str]:
    added = dict(_decoded(SECURITY_HEADERS))
    if refusal or head.path.startswith("/v1"):
        added.update(_decoded([NO_STORE]))
    origin = head.only("origin")
    if origin and is_foreign_origin_allowed(origin, policy):
        added |= {"access-control-allow-origin": origin, "vary": "Origin"}
        if _is_preflight(head):
            added |= {
                "access-control-allow-methods": "GET, POST",
                "access-control-allow-headers": "Authorization, Content-Type, X-API-Key",
                "access-control-max-age": "600",
            }
    return added


def _decoded(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("ascii"), value.decode("ascii")) for name, value in headers]


def _is_preflight(head: RequestHead) -> bool:
    return (
        head.method == "OPTIONS"
        and "origin" in head.headers
        and "access-control-request-method" in head.headers
    )


def _refusal_of(head: RequestHead, refusal: Refusal) -> Response:
    """Answer in the form that the path's clients read."""
    if head.path in otlp_status.PATHS and head.method == "POST":
        headers = {"connection": "close"} if refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else {}
        content_type = head.only("content-type") or ""
        return otlp_status.refuse(refusal.status, refusal.detail, content_type, headers)
    return _refuse(refusal)


def _refuse(refusal: Refusal) -> JsonAnswer:
    answer = JsonAnswer({"detail": refusal.detail}, status_code=refusal.status)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["www-authenticate"] = "Bearer"
    if refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        answer.headers["connection"] = "close"
    return answer
