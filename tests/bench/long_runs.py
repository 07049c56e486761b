"""Writes a store with runs of many steps, and many runs, straight into it: what the UI and the API are measured on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agent_inspector import TraceConfig
from agent_inspector.store import open_store
from otel_bridge.record import SpanRecord

_START_NS: Final = 1_767_000_000_000_000_000
_BATCH: Final = 2_000
_TURN: Final = 3
"""Steps of a turn: an agent, a model call, a tool call."""


def fill(path: Path, lengths: dict[str, int], small_runs: int) -> dict[str, str]:
    """Write one run of each length, and small ones; return the ids of the long ones by name."""
    store = open_store(TraceConfig(db_path=str(path)))
    ids = {name: f"{number:032x}" for number, name in enumerate(lengths, 1)}
    for name, steps in lengths.items():
        _write(store.write, _run(ids[name], name, steps))
    _write(store.write, (span for number in range(small_runs) for span in _small_run(number)))
    store.close()
    return ids


def _write(write: object, spans: Iterator[SpanRecord]) -> None:
    batch: list[SpanRecord] = []
    assert callable(write)
    for span in spans:
        batch.append(span)
        if len(batch) == _BATCH:
            write(batch)
            batch = []
    write(batch)


def _run(trace_id: str, name: str, steps: int) -> Iterator[SpanRecord]:
    root = f"{1:016x}"
    yield _span(trace_id, 1, None, f"invoke_agent {name}", 0, steps, {"gen_ai.operation.name": "invoke_agent",
                "gen_ai.agent.name": name})  # fmt: skip
    for number in range(2, steps + 1, _TURN):
        agent = f"{number:016x}"
        yield _span(trace_id, number, root, "invoke_agent worker", number, _TURN,
                    {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": f"worker-{number % 7}"})  # fmt: skip
        yield _span(trace_id, number + 1, agent, "chat gpt-4o", number, 1, _CALL)
        yield _span(trace_id, number + 2, agent, "execute_tool search", number + 1, 1, {
            "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": f"search_{number % 11}",
            "gen_ai.tool.call.arguments": json.dumps({"query": f"question {number}"}),
            "gen_ai.tool.call.result": f"answer {number}"})  # fmt: skip


def _small_run(number: int) -> Iterator[SpanRecord]:
    return _run(f"{number + 1_000_000:032x}", f"agent-{number % 20}", 4)


_CALL: Final = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 900,
    "gen_ai.usage.output_tokens": 40,
    "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [{"type": "text", "content": "Go on."}]}]),
    "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [{"type": "text", "content": "I search."}]}]),
}  # fmt: skip


def _span(
    trace_id: str, number: int, parent: str | None, name: str, at_ms: int, took_ms: int, attributes: dict[str, object]
) -> SpanRecord:  # fmt: skip
    start_ns = _START_NS + int(trace_id, 16) * 10**9 + at_ms * 1_000_000
    return SpanRecord(
        trace_id=trace_id,
        span_id=f"{number:016x}",
        parent_id=parent,
        name=name,
        start_ns=start_ns,
        end_ns=start_ns + took_ms * 1_000_000,
        attributes=attributes,  # type: ignore[arg-type]  # plain JSON values
    )
