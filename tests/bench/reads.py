"""Reading a large store: what lists, filters, searches and long runs cost the server's process, in CPU time.

python -m tests.bench.reads [SPANS [FILE]]    200,000 unless told otherwise; 1,000,000 take some minutes to fill

A FILE is kept, and read again by the next call that names it.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import httpx2

from agent_inspector.config import TraceConfig
from agent_inspector.server import create_app
from agent_inspector.store import SpanStore, open_store
from otel_bridge.record import AttributeValue, SpanRecord
from tests.bench.payload import SOURCE, slice_of

RUN_STEPS: Final = 20
LONG_STEPS: Final = 10_000
BATCH: Final = 2000
ROUNDS: Final = 15
CONTENT: Final = 300
ORIGIN_NS: Final = 1_700_000_000_000_000_000
ORIGIN_MS: Final = ORIGIN_NS // 10**6
WEEK_MS: Final = 7 * 24 * 3600 * 1000
LONG: Final = f"{2**100:032x}"
LIVE: Final = f"{2**101:032x}"
"""As long, and not over: nothing that is made of it can be kept in the store."""
SHORT: Final = f"{7:032x}"
RARE: Final = "zyzzyvasaurus"


class Question(NamedTuple):
    """One request, and what it may cost."""

    name: str
    path: str
    bound_ms: float
    goal_ms: float


QUESTIONS: Final = (
    Question("list of runs", "/v1/runs", 8, 3),
    Question("list of failed runs", "/v1/runs?status=failed", 8, 3),
    Question("steps of a 20-step run", f"/v1/runs/{SHORT}/steps", 8, 3),
    Question("usage over a week", f"/v1/stats/usage?started_before={ORIGIN_MS + WEEK_MS}", 50, 20),
    Question("search for a rare word", f"/v1/search?q={RARE}", 10, 5),
    Question("first page of a 10k-step run", f"/v1/runs/{LONG}/timeline?limit=200", 15, 5),
    Question("outline of a 10k-step run", f"/v1/runs/{LONG}/timeline?limit={LONG_STEPS}", 80, 40),
    Question("outline of one that goes on", f"/v1/runs/{LIVE}/timeline", 80, 40),
)


def main(spans: int = 200_000, file: str | None = None) -> None:
    """Fill a store, and print what each question costs."""
    with TemporaryDirectory() as folder:
        path = Path(file or Path(folder, "reads.db"))
        is_filled = path.exists()
        config = TraceConfig(db_path=str(path), api_host="127.0.0.1", api_port=8000)
        store = open_store(config)
        if not is_filled:
            began = time.process_time()
            written = _fill(store, spans)
            spent = time.process_time() - began
            size = sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))
            print(
                f"{written:,} spans of {CONTENT} B: {written / spent:,.0f} per CPU-second,"
                f" {size / written:,.0f} B each"
            )
        for question, first_ms, cost_ms, length in asyncio.run(_ask_all(store, config)):
            print(
                f"{question.name:40} {cost_ms:7.1f} ms CPU, first {first_ms:7.1f}   bound {question.bound_ms:g}, goal {question.goal_ms:g}"
                f"   ({length / 1000:,.0f} kB)"
            )
        store.close()


async def _ask_all(store: SpanStore, config: TraceConfig) -> list[tuple[Question, float, float, int]]:
    """Ask each question some times; return the first and the median of the CPU times, and the answer's size."""
    transport = httpx2.ASGITransport(app=create_app(store, config))
    answers = []
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        for question in QUESTIONS:
            costs, length = [], 0
            for _ in range(ROUNDS):
                began = time.process_time()
                answer = await client.get(question.path)
                costs.append((time.process_time() - began) * 1000)
                answer.raise_for_status()
                length = len(answer.content)
            answers.append((question, costs[0], statistics.median(costs), length))
    return answers


def _fill(store: SpanStore, spans: int) -> int:
    batch, written = list[SpanRecord](), 0
    for span in _spans(spans):
        batch.append(span)
        written += 1
        if len(batch) == BATCH:
            store.write(batch)
            batch = []
    store.write(batch)
    return written


def _spans(count: int) -> Iterator[SpanRecord]:
    pick = random.Random(3)
    for run in range(1, count // RUN_STEPS + 1):
        yield from _run(f"{run:032x}", run, RUN_STEPS, pick)
    yield from _run(LONG, 0, LONG_STEPS, pick)
    root, *steps = _run(LIVE, 0, LONG_STEPS, pick)
    yield replace(root, end_ns=None)
    yield from steps


def _run(trace_id: str, run: int, steps: int, pick: random.Random) -> Iterator[SpanRecord]:
    """Make a run of a root and tool calls; one in ten fails, and one alone holds the rare word."""
    root = f"{run * RUN_STEPS + 2**40:016x}"
    start_ns = ORIGIN_NS + run * 10**9
    for step in range(steps):
        span_id = root if step == 0 else f"{int(root, 16) + step + (2**41 if steps > RUN_STEPS else 0):016x}"
        text = slice_of(pick, SOURCE, CONTENT) + (RARE if (run, step) == (7, 3) else "")
        yield SpanRecord(
            trace_id=trace_id,
            span_id=span_id,
            parent_id=None if step == 0 else root,
            name="invoke_agent bench" if step == 0 else "a step",
            start_ns=start_ns + step * 1000,
            end_ns=start_ns + step * 1000 + 900,
            status="error" if step == 0 and run % 10 == 0 else "unset",
            attributes=_attributes(run, step, text),
            resource={"service.name": "bench"},
            scope_name="agent_inspector",
        )


def _attributes(run: int, step: int, text: str) -> dict[str, AttributeValue]:
    if step == 0:
        return {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": f"agent {run % 20}"}
    if step % 3 == 1:
        return {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": f"model {run % 5}",
            "gen_ai.usage.input_tokens": 900 + step,
            "gen_ai.usage.output_tokens": 40,
            "gen_ai.output.messages": json.dumps(
                [{"role": "assistant", "parts": [{"type": "text", "content": text}]}]
            ),
        }
    return {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": f"tool {step % 7}",
        "gen_ai.tool.call.result": text,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000, *sys.argv[2:3])
