"""The three walks of ARCHITECTURE.md, through public doors: read them as the map."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent_inspector import TraceConfig, query, set_config, trace
from agent_inspector.server.app import create_app
from agent_inspector.store import SpanStore, open_store

PROMPT = "Which flight leaves first?"
KEY = "sk-proj-Zx81Jq0vT3mW9rLbYc4nHd7KfPs2GuEa6XoQ5iMt"


@pytest.fixture
def config(tmp_path: Path) -> TraceConfig:
    return TraceConfig(db_path=str(tmp_path / "runs.db"), batch_timeout_ms=20, compression_enabled=False)


@pytest.fixture
def store(config: TraceConfig) -> Iterator[SpanStore]:
    set_config(config)
    opened = open_store(config)
    yield opened
    trace.flush()
    opened.close()


def test_walk_a_a_prompt_from_the_facade_to_a_row(store: SpanStore, config: TraceConfig) -> None:
    # The caller's thread: a step is frozen and ends as a span.
    with trace.run("walk_a"):
        step = trace.llm(model="gpt-4o", prompt=f"{PROMPT} {KEY}", response="UA 42")
    assert step is not None

    # The export thread: redacted, then written in one transaction.
    assert trace.flush()

    # The row holds what the step is; its body, what it carried, without the key.
    with sqlite3.connect(config.db_path) as database:
        kind, body = database.execute(
            "SELECT kind, body FROM spans JOIN bodies ON bodies.span = spans.id WHERE span_id = ?",
            (bytes.fromhex(step.event_id),),
        ).fetchone()
    database.close()
    assert kind == "llm"
    assert PROMPT.encode() in body
    assert KEY.encode() not in body

    # Query turns the span into a step again.
    detail = query.get_step(store, step.run_id, step.event_id)
    assert detail.step.sentence == 'gpt-4o wrote "UA 42"'
    assert PROMPT in detail.content.input_messages[0]["parts"][0]["content"]  # type: ignore[index]  # it has messages
    assert sum(detail.redactions.values()) == 1


def test_walk_b_otlp_of_a_foreign_sdk_to_the_timeline(store: SpanStore, config: TraceConfig) -> None:
    # Elsewhere: some SDK, with the attributes of some vendor, sends a request body.
    body = otlp_of_a_foreign_program()

    # Here: received, decoded, redacted, and written like our own.
    answer = request(store, config, "POST", "/v1/traces", body)
    assert answer.status_code == 200

    # The vendor's dialect has told what kind of step it is.
    (run,) = query.list_runs(store).runs
    (step,) = request(store, config, "GET", f"/v1/runs/{run.id}/timeline").json()["events"]
    assert (step["kind"], step["model"], step["tokens"]["input"]) == ("llm", "claude-sonnet-4-5", 12)


def otlp_of_a_foreign_program() -> bytes:
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    with provider.get_tracer("openinference.instrumentation.anthropic").start_as_current_span(
        "Messages"
    ) as span:
        span.set_attribute("openinference.span.kind", "LLM")
        span.set_attribute("llm.model_name", "claude-sonnet-4-5")
        span.set_attribute("llm.token_count.prompt", 12)
    request: bytes = encode_spans(memory.get_finished_spans()).SerializeToString()
    return request


def test_walk_c_a_click_on_a_step_back_to_what_was_said(store: SpanStore, config: TraceConfig) -> None:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": PROMPT}]
    with trace.run("walk_c"):
        step = trace.llm(model="gpt-4o", prompt=messages, response="UA 42", temperature=0.2)
    assert step is not None
    assert trace.flush()

    # The page asks for one step by its id; the guard, the router, query and the store answer.
    detail = request(store, config, "GET", f"/v1/runs/{step.run_id}/steps/{step.event_id}").json()

    said = [(message["role"], message["parts"]) for message in detail["content"]["input_messages"]]
    assert said[-1] == ("user", [{"type": "text", "content": PROMPT}])
    assert detail["content"]["output_messages"][0]["parts"] == [{"type": "text", "content": "UA 42"}]
    assert detail["content"]["parameters"] == {"temperature": 0.2}


def request(
    store: SpanStore, config: TraceConfig, method: str, path: str, body: bytes | None = None
) -> httpx2.Response:
    """Send one request into the application, as the web UI or an exporter does."""

    async def send() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=create_app(store, config))
        headers = {"content-type": "application/x-protobuf"} if body else {}
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            answer: httpx2.Response = await client.request(method, path, content=body, headers=headers)
            return answer

    return asyncio.run(send())
