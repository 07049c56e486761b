"""JsonSpanExporter: OTLP over HTTP as JSON, which the SDK has no exporter for."""

from __future__ import annotations

import http.client
import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_bridge.otlp import write_resource_spans
from otel_bridge.readable import to_record

_TIMEOUT_S: Final = 10.0
_PAUSES_S: Final = (1.0, 2.0, 4.0)
_TRY_AGAIN: Final = frozenset({429, 502, 503, 504})
"""https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes"""

_log = logging.getLogger("agent_inspector")


class JsonSpanExporter(SpanExporter):
    """Sends to one endpoint; called by one export thread."""

    def __init__(self, endpoint: str, headers: Mapping[str, str]) -> None:
        self._endpoint = endpoint
        self._headers = {**headers, "Content-Type": "application/json"}
        self._closing = threading.Event()
        # No proxy of the environment stands between a program and its own machine, nor does a redirect lead elsewhere.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler(), _NoRedirect())

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        document = {"resourceSpans": write_resource_spans([to_record(span) for span in spans])}
        body = json.dumps(document, separators=(",", ":")).encode("utf-8", "backslashreplace")
        for pause_s in (*_PAUSES_S, 0.0):
            status = self._send(body)
            if status is not None and 200 <= status < 300:
                return SpanExportResult.SUCCESS
            if status is not None and status not in _TRY_AGAIN:
                break
            if self._closing.wait(pause_s):
                break
        return SpanExportResult.FAILURE

    def shutdown(self) -> None:
        self._closing.set()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return True

    def _send(self, body: bytes) -> int | None:
        """Return the status of the answer; None where there was none."""
        request = urllib.request.Request(self._endpoint, body, self._headers, method="POST")
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return refusal.code
        except (OSError, http.client.HTTPException) as problem:
            _log.debug("OTLP export failed: %s", type(problem).__name__)
            return None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None
