"""Collector: an OTLP backend of this machine, which keeps what it is sent."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from otel_bridge.otlp import decode_traces, decompress
from otel_bridge.record import SpanRecord


class Collector:
    """An OTLP/HTTP endpoint."""

    def __init__(self) -> None:
        self.spans: list[SpanRecord] = []
        self.bodies: list[bytes] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                body = decompress(body, self.headers.get("content-encoding", ""), limit=2**24)
                collector.may_answer.wait(60)
                collector.bodies.append(body)
                if self.path.endswith("/v1/traces"):
                    collector.spans += decode_traces(body, self.headers["content-type"]).records
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
