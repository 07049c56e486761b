"""OTLP: request bodies to records, records' fate to response bodies, and records to JSON files.

Specification: https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

from otel_bridge.otlp.answers import encode_logs_answer, encode_problem, encode_traces_answer
from otel_bridge.otlp.bodies import (
    MAX_LOGS,
    MAX_SPANS,
    Decoded,
    check_content_type,
    decode_logs,
    decode_traces,
)
from otel_bridge.otlp.compression import check_unpacking, decompress
from otel_bridge.otlp.json_writer import write_resource_spans
from otel_bridge.otlp.problems import BodyTooLarge, MalformedBody, UnsupportedBody

__all__ = [
    "MAX_LOGS",
    "MAX_SPANS",
    "BodyTooLarge",
    "Decoded",
    "MalformedBody",
    "UnsupportedBody",
    "check_content_type",
    "check_unpacking",
    "decode_logs",
    "decode_traces",
    "decompress",
    "encode_logs_answer",
    "encode_problem",
    "encode_traces_answer",
    "write_resource_spans",
]
