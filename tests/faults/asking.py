"""Asks a running server in ways that no well-behaved client would, and reads what comes back."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from agent_inspector.server.openapi import openapi_text
from tests.agent_inspector.server.example_spans import IN_PATHS

ENDLESS: Final = "/v1/events"
PAGES: Final = (
    "/",
    "/ui/",
    "/ui/index.html",
    "/ui/theme.js",
    "/docs",
    "/redoc",
    "/docs/docs.css",
    "/openapi.json",
    "/no-such-path",
)
"""What the document of the API leaves out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def is_served(self) -> bool:
        return self.status < 400


class Asker:
    """One connection, opened anew where the server has closed it; the headers are sent as they are, `Host` included."""

    def __init__(self, url: str) -> None:
        self.netloc = urlsplit(url).netloc
        self._connection = http.client.HTTPConnection(self.netloc, timeout=60)

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(
        self,
        method: str,
        path: str,
        headers: Sequence[tuple[str, str | bytes]] = (),
        body: bytes = b"",
    ) -> Answer:
        for is_last in (False, True):
            try:
                return self._ask(method, path, headers, body)
            except (ConnectionError, http.client.RemoteDisconnected):
                self._connection.close()
                if is_last:
                    raise
        raise AssertionError

    def _ask(self, method: str, path: str, headers: Sequence[tuple[str, str | bytes]], body: bytes) -> Answer:
        self.send(method, path, headers, body)
        found = self._connection.getresponse()
        answered = {name.lower(): value for name, value in found.getheaders()}
        return Answer(found.status, answered, found.read())

    def send(
        self, method: str, path: str, headers: Sequence[tuple[str, str | bytes]] = (), body: bytes = b""
    ) -> None:
        """Send a request, and wait for no answer."""
        names = {name.lower() for name, _ in headers}
        self._connection.putrequest(method, path, skip_host="host" in names, skip_accept_encoding=True)
        for name, value in headers:
            self._connection.putheader(name, value)
        if body:
            self._connection.putheader("Content-Length", str(len(body)))
        self._connection.endheaders(body or None)


def routes() -> Iterator[tuple[str, str]]:
    """Yield method and path of everything that the server offers, pages included; live streams are left out."""
    for path, operations in json.loads(openapi_text())["paths"].items():
        for method in operations:
            if path != ENDLESS:
                yield method.upper(), path.format_map(IN_PATHS) + ("?q=word" if path == "/v1/search" else "")
    for path in PAGES:
        yield "GET", path
