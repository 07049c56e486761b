"""Answers to senders, in the format of their request."""

from __future__ import annotations

import json

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from otel_bridge.otlp import encode_logs_answer, encode_problem, encode_traces_answer

PROTOBUF, JSON = "application/x-protobuf", "application/json; charset=utf-8"


def test_full_success_is_an_empty_message() -> None:
    assert encode_traces_answer(PROTOBUF) == b""
    assert encode_traces_answer(JSON) == b"{}"
    assert encode_logs_answer(PROTOBUF) == b""
    assert encode_logs_answer(JSON) == b"{}"


def test_partial_success_tells_how_many_and_why() -> None:
    protobuf = ExportTraceServiceResponse.FromString(encode_traces_answer(PROTOBUF, 2, "bad ids"))

    assert protobuf.partial_success.rejected_spans == 2
    assert protobuf.partial_success.error_message == "bad ids"
    assert json.loads(encode_traces_answer(JSON, 2, "bad ids")) == {
        "partialSuccess": {"rejectedSpans": "2", "errorMessage": "bad ids"}
    }


def test_partial_success_of_logs_counts_log_records() -> None:
    protobuf = ExportLogsServiceResponse.FromString(encode_logs_answer(PROTOBUF, 1, "why"))

    assert protobuf.partial_success.rejected_log_records == 1
    assert json.loads(encode_logs_answer(JSON, 1, "why")) == {
        "partialSuccess": {"rejectedLogRecords": "1", "errorMessage": "why"}
    }


def test_a_problem_is_a_status() -> None:
    from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]  # It comes without stubs.

    status = Status.FromString(encode_problem(PROTOBUF, "It is " + "too long. " * 20))

    assert (status.code, status.message) == (3, "It is " + "too long. " * 20)
    assert json.loads(encode_problem(JSON, "No.", 8)) == {"code": 8, "message": "No."}
