"""Requests of OTLP, good and spoiled in every way we could think of, by a fixed seed."""

from __future__ import annotations

import copy
import gzip
import json
import random
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"
PATHS: Final = ("/v1/traces", "/v1/traces", "/v1/traces", "/v1/logs", "/v1/metrics")
TYPES: Final = (
    PROTOBUF,
    JSON,
    "application/json; charset=utf-16",
    "application/protobuf",
    "text/plain",
    "multipart/form-data; boundary=x",
    "APPLICATION/JSON;;;",
    "application/grpc",
    "",
    "\xff",
)
ENCODINGS: Final = (
    "gzip",
    "deflate",
    "zstd",
    "br",
    "gzip, gzip",
    "identity",
    "x-gzip",
    "*",
    "gzip;q=1",
    "\xe9",
)
ODD_VALUES: Final[Sequence[Any]] = (
    None, True, False, 0, -1, 2**63, 2**64, 10**400, 1e308, float("nan"), float("inf"), "", "\ud800", "\x00", "0" * 32,
    "z" * 32, "a" * 33, "9" * 5000, [], [[]], [None], {}, {"": {}}, {"values": {}}, {"arrayValue": {"values": [1]}},
    {"stringValue": 3}, {"intValue": "1e999"}, {"bytesValue": "%"}, {"doubleValue": {}}, "SPAN_KIND_CLIENT", "٣", [[[[[[]]]]]],
)  # fmt: skip
PACKERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstd.compress,
}


@dataclass(frozen=True, slots=True)
class OtlpRequest:
    """One request, over HTTP or gRPC."""

    path: str
    body: bytes
    headers: Mapping[str, str]
    trace_id: str | None = None
    """That of the one span inside, where the request is good."""


def make_requests(count: int, seed: int = 7) -> Iterator[OtlpRequest]:
    """Make this many requests; one in ten is good."""
    pick = random.Random(seed)
    for number in range(count):
        yield _good(number, pick) if number % 10 == 0 else _spoiled(number, pick)


def _message(number: int, *, prefix: str) -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add()
    span.trace_id = bytes.fromhex(f"{prefix}{number:030x}")
    span.span_id = (number + 1).to_bytes(8, "big")
    span.name = "chat gpt-4o"
    span.start_time_unix_nano = 1_700_000_000_000_000_000 + number
    span.end_time_unix_nano = span.start_time_unix_nano + 1000
    for name, text in (
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.request.model", "gpt-4o"),
        ("gen_ai.input.messages", json.dumps([{"role": "user", "content": f"Question {number}?"}])),
    ):
        span.attributes.add(key=name).value.string_value = text
    span.attributes.add(key="gen_ai.usage.input_tokens").value.int_value = number
    nested = span.attributes.add(key="nested").value.kvlist_value.values.add(key="list")
    nested.value.array_value.values.add().double_value = 1.5
    span.events.add(name="exception").attributes.add(key="exception.type").value.string_value = "KeyError"
    span.links.add(trace_id=b"\x01" * 16, span_id=b"\x02" * 8)
    return request


def _document(number: int, *, prefix: str) -> Any:
    """Return the request in OTLP's own JSON form, whose ids are hex."""
    document = MessageToDict(_message(number, prefix=prefix))
    [span] = document["resourceSpans"][0]["scopeSpans"][0]["spans"]
    span["traceId"], span["spanId"] = f"{prefix}{number:030x}", f"{number + 1:016x}"
    span["links"] = [{"traceId": "01" * 16, "spanId": "02" * 8}]
    return document


def _good(number: int, pick: random.Random) -> OtlpRequest:
    is_json = pick.random() < 0.5
    packing = pick.choice(list(PACKERS))
    plain = (
        json.dumps(_document(number, prefix="aa")).encode()
        if is_json
        else _message(number, prefix="aa").SerializeToString()
    )
    headers = {"content-type": JSON if is_json else PROTOBUF} | (
        {"content-encoding": packing} if packing else {}
    )
    return OtlpRequest("/v1/traces", PACKERS[packing](plain), headers, f"aa{number:030x}")


def _spoiled(number: int, pick: random.Random) -> OtlpRequest:
    spoil = pick.choice(_SPOILERS)
    body, headers = spoil(number, pick)
    return OtlpRequest(pick.choice(PATHS), body, headers)


Spoiled = tuple[bytes, dict[str, str]]


def _changed_bytes(number: int, pick: random.Random) -> Spoiled:
    is_json = pick.random() < 0.3
    body = bytearray(
        json.dumps(_document(number, prefix="ff")).encode()
        if is_json
        else _message(number, prefix="ff").SerializeToString()
    )
    for _ in range(pick.randint(1, 6)):
        place = pick.randrange(len(body) + 1)
        change = pick.randrange(4)
        if change == 0:
            body[place : place + 1] = bytes([pick.randrange(256)])
        elif change == 1:
            del body[place : place + pick.randint(1, 30)]
        elif change == 2:
            body[place:place] = pick.randbytes(pick.randint(1, 12))
        else:
            body[place:place] = body[place : place + pick.randint(1, 60)]
    return bytes(body), {"content-type": JSON if is_json else PROTOBUF}


def _changed_document(number: int, pick: random.Random) -> Spoiled:
    document = copy.deepcopy(_document(number, prefix="ff"))
    for _ in range(pick.randint(1, 4)):
        owner, key = pick.choice(list(_places(document)))
        owner[key] = copy.deepcopy(pick.choice(ODD_VALUES))
    text = json.dumps(document)
    encoding = pick.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))
    return text.encode(encoding, "replace"), {"content-type": JSON}


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, (dict, list)):
            yield from _places(inner)


def _random_bytes(number: int, pick: random.Random) -> Spoiled:
    return pick.randbytes(pick.choice((0, 1, 10, 1000))), {"content-type": pick.choice((JSON, PROTOBUF))}


def _nested(number: int, pick: random.Random) -> Spoiled:
    """Nest values deeper than any reader likes: lists in lists, maps in maps, brackets alone."""
    depth = pick.choice((50, 90, 200, 2_000))
    if pick.random() < 0.5:
        return nested_protobuf(depth), {"content-type": PROTOBUF}
    text = pick.choice(
        (nested_json(depth), "[" * depth * 10, '{"resourceSpans":' * depth, "[" * depth + "]" * depth)
    )
    return text.encode(), {"content-type": JSON}


def nested_json(depth: int) -> str:
    """Return a request whose one attribute holds lists in lists."""
    value = '{"arrayValue":{"values":[' * depth + "]}}" * depth
    span = f'{{"traceId":"{"fe" * 16}","spanId":"{"fe" * 8}","startTimeUnixNano":"1","attributes":'
    return f'{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{span}[{{"key":"k","value":{value}}}]}}]}}]}}]}}'


def nested_protobuf(depth: int) -> bytes:
    """Return the same as protobuf: AnyValue 5 holds ArrayValue, whose 1 holds AnyValue."""
    value = b""
    for _ in range(depth):
        value = _field(5, _field(1, value))
    attribute = _field(1, b"k") + _field(2, value)
    ids = _field(1, b"\xfe" * 16) + _field(2, b"\xfe" * 8)
    span = ids + b"\x39" + (1).to_bytes(8, "little") + _field(9, attribute)
    return _field(1, _field(2, _field(2, span)))


def _field(number: int, content: bytes) -> bytes:
    length, size = bytearray(), len(content)
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    length.append(size)
    return bytes([number << 3 | 2]) + bytes(length) + content


def _badly_packed(number: int, pick: random.Random) -> Spoiled:
    body = PACKERS[pick.choice(list(PACKERS))](_message(number, prefix="ff").SerializeToString())
    if pick.random() < 0.5:
        body = body[: pick.randrange(len(body))] + pick.randbytes(pick.randint(0, 20))
    return body, {"content-type": PROTOBUF, "content-encoding": pick.choice(ENCODINGS)}


def _mislabelled(number: int, pick: random.Random) -> Spoiled:
    body = pick.choice(
        (
            _message(number, prefix="ff").SerializeToString(),
            json.dumps(_document(number, prefix="ff")).encode(),
        )
    )
    headers = {"content-type": pick.choice(TYPES)}
    if pick.random() < 0.1:
        del headers["content-type"]
    return body, headers


def _odd_times(number: int, pick: random.Random) -> Spoiled:
    """Tell of spans and log records of one session at the ends of time."""
    ids = {"traceId": f"ff{number % 7:030x}", "spanId": f"{number % 5 + 1:016x}"}
    attributes = [
        {"key": name, "value": {"stringValue": value}}
        for name, value in (
            ("session.id", f"session {number % 3}"),
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.request.model", "gpt-4o"),
            ("gen_ai.response.id", "the same"),
            (
                "event.name",
                pick.choice(("claude_code.user_prompt", "codex.user_prompt", "gemini_cli.user_prompt")),
            ),
        )
    ]
    names = ("startTimeUnixNano", "endTimeUnixNano", "timeUnixNano", "observedTimeUnixNano")
    times = {name: str(pick.choice(ENDS_OF_TIME)) for name in names}
    told = {**(ids if pick.random() < 0.5 else {}), **times, "name": "chat", "attributes": attributes}
    scope = {"name": pick.choice(("app", "agent_inspector", "com.anthropic.claude_code.events"))}
    spans = {"resourceSpans": [{"scopeSpans": [{"scope": scope, "spans": [{**ids, **told}]}]}]}
    logs = {"resourceLogs": [{"scopeLogs": [{"scope": scope, "logRecords": [told]}]}]}
    return json.dumps(spans | logs).encode(), {"content-type": JSON}


ENDS_OF_TIME: Final = (0, 1, 10**18, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
_SPOILERS: Final = (
    _changed_bytes,
    _changed_document,
    _random_bytes,
    _nested,
    _badly_packed,
    _mislabelled,
    _odd_times,
)
