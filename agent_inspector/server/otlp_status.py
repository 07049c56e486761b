"""Answers to OTLP requests that fail: `google.rpc.Status`, in the format of the request.

https://opentelemetry.io/docs/specs/otlp/#failures-1
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from otel_bridge.otlp import encode_problem

PATHS: Final = frozenset({"/v1/traces", "/v1/logs", "/v1/metrics"})

JSON_TYPE: Final = "application/json"
_PROTOBUF_TYPE: Final = "application/x-protobuf"
_PROTOBUF_TYPES: Final = (_PROTOBUF_TYPE, "application/protobuf")
_CODES: Final[Mapping[int, int]] = {401: 16, 403: 7, 408: 4, 413: 8, 429: 8, 503: 14}
"""HTTP status to https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto."""
_INVALID_ARGUMENT: Final = 3


def answer_type(content_type: str) -> str:
    """Return the type of the answer to a body of this type: the same, and JSON to what is neither."""
    bare = content_type.partition(";")[0].strip().lower()
    return _PROTOBUF_TYPE if bare in _PROTOBUF_TYPES else JSON_TYPE


def refuse(
    status: int, sentence: str, content_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer a failure with one sentence; exporters repeat what is answered with 429 or 503, and nothing else."""
    form = answer_type(content_type)
    body = encode_problem(form, sentence, _CODES.get(status, _INVALID_ARGUMENT))
    return Response(body, status, headers, form)
