"""ModelServer: the script behind HTTP, on a free loopback port, for as long as the `with` block lasts."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final

from model_server.chat import answer_chat
from model_server.embeddings import answer_embeddings
from model_server.failures import error_reply, find_failure
from model_server.messages import answer_messages, read_conversation
from model_server.reply import CREATED, Reply
from model_server.responses import answer_response, read_messages
from model_server.script import Json, text_of

MODELS: Final = ("gpt-4o-mini", "gpt-4o", "text-embedding-3-small")
DEFAULT_LATENCY_MS: Final = 35.0
_LONGEST_ANSWER_TOKENS: Final = 80

_ENDPOINTS: Final[Mapping[str, Callable[[Mapping[str, Json]], Reply]]] = {
    "/v1/chat/completions": answer_chat,
    "/v1/responses": answer_response,
    "/v1/messages": answer_messages,
    "/v1/embeddings": answer_embeddings,
}
_READERS: Final[Mapping[str, Callable[[Mapping[str, Json]], Iterable[Json]]]] = {
    "/v1/chat/completions": lambda request: request["messages"],
    "/v1/responses": read_messages,
    "/v1/messages": read_conversation,
}


class ModelServer:
    """Serves the script until it is closed; `latency_ms` passes before the first word of every answer."""

    def __init__(self, port: int = 0, latency_ms: float = DEFAULT_LATENCY_MS) -> None:
        self._http = _HttpServer(("127.0.0.1", port), _Handler)
        self._http.latency_ms = latency_ms
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def start(self) -> ModelServer:
        self._thread.start()
        return self

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def __enter__(self) -> ModelServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    latency_ms = DEFAULT_LATENCY_MS

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up, as they do when they abandon a stream."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Many small writes in a row: with Nagle's algorithm each waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True
    server: _HttpServer

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            models = [
                {"id": name, "object": "model", "created": CREATED, "owned_by": "you"} for name in MODELS
            ]
            self._send(Reply({"object": "list", "data": models}))
        else:
            self._send(error_reply(404, f"There is nothing at {self.path}."))

    def do_POST(self) -> None:
        try:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            reply = self._answer(json.loads(body))
        except ValueError:
            reply = error_reply(400, "The request body is not valid JSON.")
        except (KeyError, TypeError, AttributeError) as error:
            reply = error_reply(400, f"The request lacks something or has the wrong shape: {error}")
        self._send(reply)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the examples print their own transcript."""

    def _answer(self, request: Mapping[str, Json]) -> Reply:
        path = self.path.partition("?")[0]
        answer = _ENDPOINTS.get(path)
        if answer is None:
            return error_reply(404, f"There is nothing at {self.path}.")
        attempt = int(self.headers.get("x-stainless-retry-count") or 0)
        return find_failure(_question(path, request), attempt) or answer(request)

    def _send(self, reply: Reply) -> None:
        latency_s = self.server.latency_ms / 1000
        writing_s = latency_s * min(1.0, reply.output_tokens / _LONGEST_ANSWER_TOKENS)
        if reply.chunks:
            time.sleep(latency_s)
            self._send_chunks(reply, writing_s / len(reply.chunks))
        else:
            time.sleep(latency_s + writing_s)
            self._send_body(reply)

    def _send_body(self, reply: Reply) -> None:
        body = json.dumps(reply.body).encode()
        self._send_head(reply, "application/json", {"content-length": str(len(body))})
        self.wfile.write(body)

    def _send_chunks(self, reply: Reply, pause_s: float) -> None:
        self._send_head(reply, "text/event-stream", {"transfer-encoding": "chunked"})
        for chunk in reply.chunks:
            data = chunk.encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
            time.sleep(pause_s)
        self.wfile.write(b"0\r\n\r\n")

    def _send_head(self, reply: Reply, content_type: str, framing: Mapping[str, str]) -> None:
        self.send_response(reply.status)
        for name, value in {"content-type": content_type, **framing, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()


def _question(path: str, request: Mapping[str, Json]) -> str:
    messages = _READERS[path](request) if path in _READERS else ()
    asked = [text_of(message) for message in messages if message["role"] == "user"]
    return asked[-1] if asked else ""
