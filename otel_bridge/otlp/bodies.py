"""Request bodies: decoded by their content type, with what had to be refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from otel_bridge.otlp import json_form, protobuf_form
from otel_bridge.otlp.problems import BadRecord, BodyTooLarge, UnsupportedBody
from otel_bridge.record import LogRecord, SpanRecord

MAX_SPANS: Final = 50_000
"""Spans of one request that are read by default; exporters send 512 at a time."""
MAX_LOGS: Final = 50_000

_JSON: Final = "application/json"
_PROTOBUF: Final = ("application/x-protobuf", "application/protobuf")


class _Form(Protocol):
    """One of the two forms of OTLP."""

    def read_spans(self, body: bytes) -> Iterator[SpanRecord | BadRecord]: ...

    def read_logs(self, body: bytes) -> Iterator[LogRecord]: ...


@dataclass(frozen=True, slots=True)
class Decoded:
    """The spans of a request."""

    records: list[SpanRecord]
    rejected: int = 0
    """Spans left out, each for its own fault; the others are good."""
    reason: str | None = None
    """Why, in one sentence, naming the first fault found; None when nothing was rejected."""


def is_json(content_type: str) -> bool:
    """Whether a body of this type is in OTLP's JSON form."""
    return _bare(content_type) == _JSON


def check_content_type(content_type: str) -> None:
    """Refuse a body by its type alone.

    Raises:
        UnsupportedBody: the content type is neither of OTLP's two.
    """
    _form_of(content_type)


def decode_traces(body: bytes, content_type: str, *, max_spans: int = MAX_SPANS) -> Decoded:
    """Decode the body of an ExportTraceServiceRequest.

    Raises:
        UnsupportedBody: the content type is neither of OTLP's two.
        MalformedBody: the body cannot be read.
    """
    form = _form_of(content_type)
    records: list[SpanRecord] = []
    rejected, fault = 0, None
    for outcome in form.read_spans(body):
        if isinstance(outcome, BadRecord):
            rejected, fault = rejected + 1, fault or f"a span was rejected because {outcome}"
        elif len(records) < max_spans:
            records.append(outcome)
        else:
            rejected, fault = rejected + 1, fault or f"a request may hold {max_spans} spans at most"
    return Decoded(records, rejected, fault and f"{rejected} rejected: {fault}.")


def decode_logs(body: bytes, content_type: str, *, max_logs: int = MAX_LOGS) -> list[LogRecord]:
    """Decode the body of an ExportLogsServiceRequest; records without usable ids are kept without ids.

    Raises:
        UnsupportedBody: the content type is neither of OTLP's two.
        BodyTooLarge: there are more than `max_logs` records.
        MalformedBody: the body cannot be read.
    """
    kept: list[LogRecord] = []
    for record in _form_of(content_type).read_logs(body):
        if len(kept) == max_logs:
            raise BodyTooLarge(f"The request holds more than the allowed {max_logs} log records.")
        kept.append(record)
    return kept


def _form_of(content_type: str) -> _Form:
    bare = _bare(content_type)
    if bare == _JSON:
        return json_form
    if bare in _PROTOBUF:
        return protobuf_form
    raise UnsupportedBody(
        f"The content type {bare[:60]!r} is not supported; send application/x-protobuf or application/json."
    )


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
