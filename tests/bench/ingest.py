"""Ingest: what a server pays to take in spans of GenAI by OTLP, redacted, until they can be read.

python -m tests.bench.ingest [SPANS]    20,000 unless told otherwise; --profile prints the costliest functions
"""

from __future__ import annotations

import cProfile
import http.client
import json
import pstats
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from agent_inspector.config import TraceConfig
from agent_inspector.intake import Intake
from agent_inspector.pipeline import make_redactor
from agent_inspector.store import open_store
from otel_bridge.otlp import decode_traces
from tests.bench.payload import SOURCE, slice_of
from tests.faults.measures import wait_until
from tests.faults.server_process import ServerProcess, server_process

PER_REQUEST: Final = 512
RUN_STEPS: Final = 20
CONTENT_BYTES: Final = 2000
TYPE: Final = "application/x-protobuf"
_ORIGIN_NS: Final = 1_700_000_000_000_000_000
_BOUNDS: Final = "bounds 0.20, goal 0.12"


def main(spans: int = 20_000) -> None:
    """Print what a server process pays for this many spans."""
    bodies = list(requests(spans))
    with TemporaryDirectory() as folder:
        with server_process(Path(folder)) as server:
            _measure(server, bodies)
        print(
            f"{'':40} {server.disk_bytes() / spans:,.0f} B on disk a span (bound 1,700), once the log is written back;"
            f" {sum(map(len, bodies)) / spans:,.0f} B on the wire"
        )


def _measure(server: ServerProcess, bodies: Sequence[bytes]) -> None:
    send(server, bodies[:1])  # what is loaded once is not what a span costs
    settled(server)
    server.forget_peak()
    idle_mb, cpu_s, began = server.memory_mb(), server.cpu_s(), time.monotonic()
    send(server, bodies[1:])
    readable_s, stored_s = time.monotonic() - began, server.cpu_s() - cpu_s
    settled(server)
    thousands = (len(bodies) - 1) * PER_REQUEST / 1000
    print(
        f"{'ingest of 1,000 spans of 2 kB':40} {stored_s / thousands:.3f} CPU-s ({_BOUNDS}),"
        f" {(server.cpu_s() - cpu_s) / thousands:.3f} with prices and findings;"
        f" readable after {readable_s / thousands:.2f} s (bound 0.5, goal 0.2);"
        f" {idle_mb:.0f} MB before, {server.peak_mb():.0f} MB at most (bound 150)"
    )


def profile(spans: int = 4096) -> None:
    """Print the costliest functions of decoding, redacting and storing, without a server around them."""
    bodies = list(requests(spans))
    config = TraceConfig()
    with TemporaryDirectory() as folder:
        config.db_path = str(Path(folder, "runs.db"))
        store = open_store(config)
        intake = Intake(store, make_redactor(config))
        intake.take_spans(decode_traces(bodies[0], TYPE).records)
        profiler = cProfile.Profile()
        profiler.enable()
        for body in bodies[1:]:
            intake.take_spans(decode_traces(body, TYPE).records)
        profiler.disable()
        store.close()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)
    pstats.Stats(profiler).sort_stats("cumtime").print_stats(60)


def send(server: ServerProcess, bodies: Sequence[bytes]) -> None:
    """Send requests one after the other, as one exporter does; an answer of 200 means that its spans are stored."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    for body in bodies:
        connection.request("POST", "/v1/traces", body, {"content-type": TYPE})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b""), answer.status
    connection.close()


def settled(server: ServerProcess) -> None:
    """Wait until the server has nothing to do any more."""

    def is_idle() -> bool:
        before = server.cpu_s()
        time.sleep(3)  # judging begins up to two seconds after the last request
        return server.cpu_s() - before < 0.1

    assert wait_until(is_idle, 120)


def requests(spans: int, *, content_bytes: int = CONTENT_BYTES, seed: int = 5) -> Iterator[bytes]:
    """Make requests of model calls, each in a run of its own agent, with content that nobody has said before."""
    pick = random.Random(seed)
    for first in range(0, spans, PER_REQUEST):
        request = ExportTraceServiceRequest()
        group = request.resource_spans.add()
        group.resource.attributes.append(_pair("service.name", "bench"))
        scope = group.scope_spans.add()
        scope.scope.name = "opentelemetry.instrumentation.openai_v2"
        for number in range(first, min(spans, first + PER_REQUEST)):
            scope.spans.append(_span(number, content_bytes, seed, pick))
        yield request.SerializeToString()


def _span(number: int, content_bytes: int, seed: int, pick: random.Random) -> Span:
    run, step = divmod(number, RUN_STEPS)
    root = run * RUN_STEPS + 1
    start_ns = _ORIGIN_NS + number * 10**6
    span = Span(
        trace_id=(seed * 2**64 + run + 1).to_bytes(16, "big"),
        span_id=(seed * 2**40 + number + 1).to_bytes(8, "big"),
        parent_span_id=b"" if step == 0 else (seed * 2**40 + root).to_bytes(8, "big"),
        name="invoke_agent bench" if step == 0 else "chat gpt-4o",
        kind=Span.SPAN_KIND_CLIENT,
        start_time_unix_nano=start_ns,
        end_time_unix_nano=start_ns + 9 * 10**5,
    )
    said = [_message(role, slice_of(pick, SOURCE, content_bytes // 4)) for role in ("system", "user", "user")]
    answer = [_message("assistant", slice_of(pick, SOURCE, content_bytes // 4))]
    span.attributes.extend(
        [
            _pair("gen_ai.operation.name", "invoke_agent" if step == 0 else "chat"),
            _pair("gen_ai.provider.name", "openai"),
            _pair("gen_ai.request.model", "gpt-4o"),
            _pair("gen_ai.response.model", "gpt-4o-2024-08-06"),
            _pair("gen_ai.response.id", f"chatcmpl-{number:024x}"),
            _pair("gen_ai.usage.input_tokens", 400 + number % 100),
            _pair("gen_ai.usage.output_tokens", 100 + number % 50),
            _pair("gen_ai.agent.name", f"agent {run % 20}"),
            _pair("gen_ai.input.messages", json.dumps(said)),
            _pair("gen_ai.output.messages", json.dumps(answer)),
        ]
    )
    return span


def _message(role: str, text: str) -> dict[str, object]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def _pair(key: str, value: str | int) -> KeyValue:
    pair = KeyValue(key=key)
    if isinstance(value, str):
        pair.value.string_value = value
    else:
        pair.value.int_value = value
    return pair


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    (profile if "--profile" in sys.argv else main)(*numbers[:1])
