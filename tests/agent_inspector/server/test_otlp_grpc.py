"""OTLP over gRPC, from the real exporter into a store; gRPC itself is loaded by the first client."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult

from agent_inspector.config import TraceConfig
from agent_inspector.intake import Intake
from agent_inspector.pipeline import make_redactor
from agent_inspector.query import get_run, read_steps
from agent_inspector.server.access import policy_of
from agent_inspector.server.otlp_grpc import grpc_receiver
from agent_inspector.server.receiver import Receiver
from agent_inspector.server.serve import bind
from agent_inspector.store import SpanStore, open_store

KEY = "a-key-of-some-length"
SECRET = "sk-" + "proj-" + "Zx9Yw8Vu7T" * 4


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SpanStore]:
    opened = open_store(TraceConfig(db_path=str(tmp_path / "runs.db")))
    yield opened
    opened.close()


@contextmanager
def receiving(store: SpanStore, config: TraceConfig) -> Iterator[str]:
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    receiver = Receiver(Intake(store, make_redactor(config)))
    with grpc_receiver(receiver, policy_of(config), port):
        yield f"127.0.0.1:{port}"


def make_span() -> ReadableSpan:
    with TracerProvider().get_tracer("app").start_as_current_span("chat gpt-4o") as span:
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.request.model", "gpt-4o")
        span.set_attribute("gen_ai.usage.input_tokens", 12)
        span.set_attribute("note", f"my key is {SECRET}")
    assert isinstance(span, ReadableSpan)
    return span


def export(address: str, span: ReadableSpan, **options: object) -> SpanExportResult:
    exporter = OTLPSpanExporter(endpoint=address, insecure=True, timeout=20, **options)  # type: ignore[arg-type]  # headers of any kind
    try:
        return exporter.export([span])
    finally:
        exporter.shutdown()


def test_the_stock_exporter_is_received_redacted_and_stored(store: SpanStore) -> None:
    span = make_span()
    with receiving(store, TraceConfig()) as address:
        assert export(address, span) is SpanExportResult.SUCCESS

    place = span.get_span_context()
    assert place is not None
    trace_id = f"{place.trace_id:032x}"
    [step] = read_steps(store, trace_id)
    [record] = store.read_records(trace_id, [step.span_id]).values()
    assert (step.kind, step.model, get_run(store, trace_id).tokens.input) == ("llm", "gpt-4o", 12)
    assert SECRET not in str(record.attributes)


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"x-api-key": KEY}, True),
        ({"authorization": f"Bearer {KEY}"}, True),
        ({"x-api-key": "another"}, False),
        ({}, False),
    ],
)
def test_a_key_that_is_required_is_asked_for(
    store: SpanStore, headers: dict[str, str], *, is_let_in: bool
) -> None:
    config = TraceConfig(api_key=KEY, api_key_required=True)
    with receiving(store, config) as address:
        result = export(address, make_span(), headers=headers)

    assert (result is SpanExportResult.SUCCESS) == is_let_in


def test_a_body_that_is_no_request_is_an_invalid_argument(store: SpanStore) -> None:
    with receiving(store, TraceConfig()) as address, grpc.insecure_channel(address) as channel:
        call: Callable[..., bytes] = channel.unary_unary(
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
        )
        with pytest.raises(grpc.RpcError) as refused:
            call(b"\xff\xff\xff", timeout=20, wait_for_ready=True)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_server_without_grpc_clients_loads_no_grpc(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from agent_inspector.server.otlp_grpc import grpc_receiver\n"
        "from agent_inspector.server.serve import bind\n"
        "with bind('127.0.0.1', 0) as free: port = free.getsockname()[1]\n"
        "with grpc_receiver(None, None, port): pass\n"
        "print('grpc' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
