"""The JSON form of OTLP, in all the spellings that senders have for it."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from otel_bridge.otlp import BodyTooLarge, MalformedBody, UnsupportedBody, decode_logs, decode_traces
from otel_bridge.record import LogRecord, SpanRecord

JSON = "application/json"
SPAN: dict[str, Any] = {
    "traceId": "0AF7651916CD43DD8448EB211C80319C",
    "spanId": "b7ad6b7169203331",
    "name": "chat",
    "startTimeUnixNano": "1700000000000000001",
    "endTimeUnixNano": 1700000000000000002,
}


def body(*spans: Any, **group: Any) -> bytes:
    scope = {"scope": {"name": "s", "version": "1"}, "spans": list(spans)}
    return json.dumps({"resourceSpans": [{"scopeSpans": [scope]} | group]}).encode()


def decode_one(**fields: Any) -> SpanRecord:
    decoded = decode_traces(body(SPAN | fields), JSON)
    assert decoded.reason is None
    return decoded.records[0]


def decode_value(value: Any) -> Any:
    return decode_one(attributes=[{"key": "k", "value": value}]).attributes["k"]


def test_a_span_with_what_it_must_have_decodes() -> None:
    assert decode_one() == SpanRecord(
        trace_id="0af7651916cd43dd8448eb211c80319c",
        span_id="b7ad6b7169203331",
        parent_id=None,
        name="chat",
        start_ns=1700000000000000001,
        end_ns=1700000000000000002,
        scope_name="s",
        scope_version="1",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"stringValue": "é"}, "é"),
        ({"boolValue": False}, False),
        ({"intValue": "-9223372036854775808"}, -(2**63)),
        ({"intValue": 7}, 7),
        ({"intValue": "1e3"}, 1000),
        ({"intValue": "12345678901234567890123"}, "12345678901234567890123"),
        ({"doubleValue": 1}, 1.0),
        ({"doubleValue": "Infinity"}, math.inf),
        ({"doubleValue": "-Infinity"}, -math.inf),
        ({"bytesValue": "_-8="}, b"\xff\xef"),
        ({"bytesValue": "/+8"}, b"\xff\xef"),
        ({"bytesValue": "not base64!"}, "not base64!"),
        ({"arrayValue": {"values": [{"intValue": "1"}, {}]}}, (1, None)),
        ({"arrayValue": {}}, ()),
        (
            {"kvlistValue": {"values": [{"key": "a", "value": {"stringValue": "b"}}, {"value": {}}]}},
            {"a": "b"},
        ),
        ({}, None),
        (None, None),
        ({"futureValue": 1}, None),
        ({"stringValue": 5}, "5"),
    ],
)
def test_values_decode(value: Any, expected: object) -> None:
    assert expected == decode_value(value)


def test_not_a_number_decodes() -> None:
    assert math.isnan(decode_value({"doubleValue": "NaN"}))


def test_enums_may_be_names_or_numbers() -> None:
    by_name = decode_one(kind="SPAN_KIND_CLIENT", status={"code": "STATUS_CODE_ERROR", "message": "no"})
    by_number = decode_one(kind=3, status={"code": 2, "message": "no"})

    assert by_name == by_number
    assert (by_name.kind, by_name.status, by_name.status_message) == ("client", "error", "no")


def test_unknown_enums_have_their_defaults() -> None:
    record = decode_one(kind=99, status={"code": "STATUS_CODE_WEIRD"})

    assert (record.kind, record.status) == ("internal", "unset")


def test_values_nested_too_deeply_are_cut_off() -> None:
    value: Any = {"stringValue": "deep"}
    for _ in range(100):
        value = {"arrayValue": {"values": [value]}}

    decoded = decode_value(value)

    for _ in range(64):
        decoded = decoded[0]
    assert decoded == "(nested more than 64 levels deep)"


def test_an_open_span_has_no_end() -> None:
    assert decode_one(endTimeUnixNano="0").end_ns is None


def test_a_span_that_ends_before_it_starts_ends_when_it_starts() -> None:
    assert decode_one(endTimeUnixNano="5").end_ns == 1700000000000000001


def test_a_zero_parent_is_none_and_flags_say_where_it_lives() -> None:
    root = decode_one(parentSpanId="0000000000000000")
    child = decode_one(parentSpanId="00f067aa0ba902b7", flags=0x301)

    assert (root.parent_id, root.parent_is_remote) == (None, False)
    assert (child.parent_id, child.parent_is_remote) == ("00f067aa0ba902b7", True)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"traceId": "0" * 32}, "its traceId is not 32 hex digits that are not all zero"),
        ({"traceId": None}, "its traceId is not 32 hex digits that are not all zero"),
        ({"spanId": "xyz"}, "its spanId is not 16 hex digits that are not all zero"),
        ({"parentSpanId": "12"}, "its parentSpanId is not 16 hex digits that are not all zero"),
        ({"startTimeUnixNano": "soon"}, "its startTimeUnixNano is not an unsigned 64-bit number"),
        ({"startTimeUnixNano": 0, "endTimeUnixNano": 0}, "it has no start time"),
    ],
)
def test_a_bad_span_is_rejected_alone(fields: dict[str, Any], reason: str) -> None:
    decoded = decode_traces(body(SPAN, SPAN | fields), JSON)

    assert len(decoded.records) == 1
    assert (decoded.rejected, decoded.reason) == (1, f"1 rejected: a span was rejected because {reason}.")


def test_spans_beyond_the_limit_are_rejected() -> None:
    decoded = decode_traces(body(SPAN, SPAN, SPAN), JSON, max_spans=2)

    assert (len(decoded.records), decoded.rejected) == (2, 1)
    assert decoded.reason == "1 rejected: a request may hold 2 spans at most."


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b'{"resourceSpans": 5}',
        b'{"resourceSpans": [5]}',
        b"[" * 100_000,
        b'{"a": ' * 100_000,
    ],
)
def test_a_malformed_body_is_one_error(text: bytes) -> None:
    with pytest.raises(MalformedBody):
        decode_traces(text, JSON)


def test_lone_surrogates_and_bare_nan_are_read_as_far_as_possible() -> None:
    text = body(
        SPAN | {"name": "cut \ud83d", "attributes": [{"key": "n", "value": {"doubleValue": math.nan}}]}
    )

    record = decode_traces(text, JSON).records[0]

    assert record.name == "cut ?"
    assert math.isnan(record.attributes["n"])  # type: ignore[arg-type]  # An AnyValue; the next line would fail.


def test_another_content_type_is_refused() -> None:
    with pytest.raises(UnsupportedBody, match="text/plain"):
        decode_traces(b"", "text/plain; charset=utf-8")


def test_parameters_of_the_content_type_do_not_matter() -> None:
    assert decode_traces(b"{}", "Application/JSON; charset=utf-8").records == []


LOG: dict[str, Any] = {
    "timeUnixNano": "7",
    "severityNumber": 9,
    "body": {"stringValue": "hello"},
    "attributes": [{"key": "event.name", "value": {"stringValue": "gen_ai.choice"}}],
    "traceId": SPAN["traceId"],
    "spanId": SPAN["spanId"],
}


def logs_body(*logs: Any) -> bytes:
    scope = {"scope": {"name": "s"}, "logRecords": list(logs)}
    return json.dumps({"resourceLogs": [{"scopeLogs": [scope]}]}).encode()


def test_a_log_record_decodes() -> None:
    assert decode_logs(logs_body(LOG), JSON) == [
        LogRecord(
            time_ns=7,
            observed_ns=0,
            trace_id="0af7651916cd43dd8448eb211c80319c",
            span_id="b7ad6b7169203331",
            event_name="gen_ai.choice",
            severity="INFO",
            body="hello",
            attributes={"event.name": "gen_ai.choice"},
            scope_name="s",
        )
    ]


def test_a_log_record_without_ids_or_time_is_kept() -> None:
    log = decode_logs(logs_body({"observedTimeUnixNano": "9", "traceId": "bad", "timeUnixNano": {}}), JSON)[0]

    assert (log.trace_id, log.span_id, log.time_ns) == (None, None, 9)


def test_too_many_log_records_are_too_large() -> None:
    with pytest.raises(BodyTooLarge):
        decode_logs(logs_body(LOG, LOG), JSON, max_logs=1)
