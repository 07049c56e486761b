"""OTLP as received over HTTP: request bodies to records, and records' fate to response bodies.

Specification: https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

from otel_bridge.otlp.answers import encode_logs_answer, encode_problem, encode_traces_answer
from otel_bridge.otlp.bodies import MAX_LOGS, MAX_SPANS, Decoded, decode_logs, decode_traces
from otel_bridge.otlp.compression import decompress
from otel_bridge.otlp.problems import BodyTooLarge, MalformedBody, UnsupportedBody

__all__ = [
    "MAX_LOGS",
    "MAX_SPANS",
    "BodyTooLarge",
    "Decoded",
    "MalformedBody",
    "UnsupportedBody",
    "decode_logs",
    "decode_traces",
    "decompress",
    "encode_logs_answer",
    "encode_problem",
    "encode_traces_answer",
]
