"""Response bodies of OTLP/HTTP: full and partial success, and failures as `google.rpc.Status`."""

from __future__ import annotations

import json
from typing import Final

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from otel_bridge.otlp.bodies import is_json

_INVALID_ARGUMENT: Final = 3
"""https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto"""


def encode_traces_answer(content_type: str, rejected: int = 0, reason: str | None = None) -> bytes:
    """Answer an accepted traces request in its own format, saying how many spans were refused and why."""
    if is_json(content_type):
        return _partial_json("rejectedSpans", rejected, reason)
    answer = ExportTraceServiceResponse()
    if rejected or reason:
        answer.partial_success.rejected_spans = rejected
        answer.partial_success.error_message = _clean(reason)
    return answer.SerializeToString()


def encode_logs_answer(content_type: str, rejected: int = 0, reason: str | None = None) -> bytes:
    """Answer an accepted logs request in its own format, saying how many records were refused and why."""
    if is_json(content_type):
        return _partial_json("rejectedLogRecords", rejected, reason)
    answer = ExportLogsServiceResponse()
    if rejected or reason:
        answer.partial_success.rejected_log_records = rejected
        answer.partial_success.error_message = _clean(reason)
    return answer.SerializeToString()


def encode_problem(content_type: str, message: str, code: int = _INVALID_ARGUMENT) -> bytes:
    """Encode a refusal as `google.rpc.Status`, in the format of the request."""
    if is_json(content_type):
        return json.dumps({"code": code, "message": _clean(message)}).encode()
    text = _clean(message).encode()
    return b"\x08" + _varint(code) + b"\x12" + _varint(len(text)) + text


def _partial_json(count_name: str, rejected: int, reason: str | None) -> bytes:
    if not rejected and not reason:
        return b"{}"
    # A 64-bit integer is a string in the JSON form of protobuf.
    partial = {count_name: str(rejected), "errorMessage": _clean(reason)}
    return json.dumps({"partialSuccess": partial}).encode()


def _clean(text: str | None) -> str:
    return (text or "").encode("utf-8", "backslashreplace").decode()


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)
