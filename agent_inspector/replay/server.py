"""ReplayServer: answers model APIs and the facade's tools on a loopback port, from a tape."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final

from agent_inspector.model import Json
from agent_inspector.replay.apis import APIS
from agent_inspector.replay.calls import ToolCall
from agent_inspector.replay.failures import failure_of
from agent_inspector.replay.replies import reply_of
from agent_inspector.replay.requests import Redactor, read_arguments, read_request
from agent_inspector.replay.tape import Differs, Tape
from agent_inspector.trace.replaying import MODEL_TOLD_PATH, TOOL_PATH, TOOL_TOLD_PATH

_LARGEST_BODY: Final = 256 * 1024 * 1024
_DIFFERS: Final = 400
"""Clients do not ask again after it."""


class ReplayServer:
    """Serves a tape for as long as the `with` block lasts; only who knows `base_url` is answered."""

    def __init__(self, tape: Tape, redact: Redactor) -> None:
        self._http = _HttpServer(("127.0.0.1", 0), _Handler)
        self._http.tape = tape
        self._http.redact = redact
        self._http.prefix = f"/{secrets.token_urlsafe(16)}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        """The address, with the secret that a request has to name."""
        return f"http://127.0.0.1:{self._http.server_port}{self._http.prefix}"

    def __enter__(self) -> ReplayServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    tape: Tape
    redact: Redactor
    prefix: str

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _HttpServer

    def do_GET(self) -> None:
        path = self._path()
        if path is not None and path.endswith("/models"):
            self._send_json(200, {"object": "list", "data": []})
        else:
            self._send_problem(404, f"A replay serves nothing at {self.path.rpartition('/')[2]}.")

    def do_POST(self) -> None:
        path = self._path()
        length = int(self.headers.get("content-length") or 0)
        if path is None or length > _LARGEST_BODY:
            self.close_connection = True
            self._send_problem(404, "This replay does not know you.")
            return
        try:
            body = json.loads(self.rfile.read(length))
            self._answer(path, body)
        except Differs as difference:
            self._send_problem(_DIFFERS, str(difference))
        except (ValueError, TypeError, AttributeError, KeyError) as problem:
            self._send_problem(_DIFFERS, f"The request cannot be read: {type(problem).__name__}.")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is the program's."""

    def _path(self) -> str | None:
        path = self.path.partition("?")[0]
        prefix = self.server.prefix
        return path[len(prefix) :] if path.startswith(f"{prefix}/") else None

    def _answer(self, path: str, body: Mapping[str, Json]) -> None:
        api = next((api for ending, api in APIS.items() if path.endswith(ending)), None)
        if path == TOOL_PATH:
            self._send_json(200, self._tool(body))
        elif path == TOOL_TOLD_PATH:
            self.server.tape.hear_tool(str(body["name"]), self._arguments(body))
            self._send_json(200, {})
        elif path == MODEL_TOLD_PATH:
            self.server.tape.hear_model(read_request(json.loads(body["arguments"]), self.server.redact))
            self._send_json(200, {})
        elif api is None:
            self.server.tape.refuse(f"The program asked for {path}, which no recording holds.")
            raise Differs(f"{path} cannot be replayed.")
        else:
            self._answer_model(api, body)

    def _answer_model(self, api: Any, body: Mapping[str, Json]) -> None:
        call = self.server.tape.answer_model(read_request(body, self.server.redact))
        if call.error is not None and not call.content.output_messages:
            status, problem = failure_of(call.error)
            self._send_json(status, problem)
            return
        reply = reply_of(call, body.get("model"))
        if body.get("stream"):
            events = b"".join(event.encode() for event in api.stream(reply, body))
            self._send(200, "text/event-stream", events)
        else:
            self._send_json(200, api.whole(reply, body))

    def _tool(self, body: Mapping[str, Json]) -> Json:
        call: ToolCall = self.server.tape.answer_tool(str(body["name"]), self._arguments(body))
        if call.error is not None:
            return {"error": {"type": call.error.type, "message": call.error.message}}
        return {"result": call.result, "text": call.text}

    def _arguments(self, body: Mapping[str, Json]) -> Json:
        return read_arguments(str(body["name"]), str(body["arguments"]), self.server.redact)

    def _send_problem(self, status: int, sentence: str) -> None:
        problem = {"type": "replay_differs", "message": f"agent-inspector replay: {sentence}"}
        self._send_json(status, {"type": "error", "error": problem})

    def _send_json(self, status: int, body: Json) -> None:
        self._send(status, "application/json", json.dumps(body).encode("utf-8", "backslashreplace"))

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        # A recorded failure is over: the retries that the client made were part of the recorded call.
        self.send_header("x-should-retry", "false")
        self.end_headers()
        self.wfile.write(body)
