"""One agent step, recorded by us or by plain OpenTelemetry: the program that the benchmark counts instructions of.

python -m tests.bench.hotpath DRIVER STEPS
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from opentelemetry.util.types import AnyValue

from tests.bench.payload import StepPayload, make_steps

STEPS_PER_RUN: Final = 20
DISTINCT: Final = 1000
"""Payloads made before the count begins, however many steps there are; none comes twice, as texts known are not
scanned again."""


def drive_otel(payloads: Sequence[StepPayload], steps: int) -> None:
    """Record steps as raw spans with json.dumps content, a stock BatchSpanProcessor and a no-op exporter."""
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

    class NoExporter(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            return SpanExportResult.SUCCESS

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(NoExporter()))
    tracer = provider.get_tracer("bench")
    for first in range(0, steps, STEPS_PER_RUN):
        with tracer.start_as_current_span("invoke_agent bench"):
            for number in range(first, min(first + STEPS_PER_RUN, steps)):
                step = payloads[number % len(payloads)]
                attributes: dict[str, AnyValue] = {
                    "gen_ai.operation.name": "chat",
                    "gen_ai.request.model": "gpt-4o",
                    "gen_ai.input.messages": json.dumps(step.messages),
                    "gen_ai.output.messages": json.dumps([{"role": "assistant", "content": step.answer}]),
                    "gen_ai.usage.input_tokens": 1000,
                    "gen_ai.usage.output_tokens": 120,
                }
                tracer.start_span("chat gpt-4o", attributes=attributes).end()
                attributes = {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.name": "list_charges",
                    "gen_ai.tool.call.arguments": json.dumps(step.tool_args),
                    "gen_ai.tool.call.result": json.dumps(step.tool_result),
                }
                tracer.start_span("execute_tool list_charges", attributes=attributes).end()


def drive_ours(payloads: Sequence[StepPayload], steps: int) -> None:
    """Record the same steps by the facade, down to the SQLite file."""
    from agent_inspector import trace

    for first in range(0, steps, STEPS_PER_RUN):
        with trace.run("bench"):
            for number in range(first, min(first + STEPS_PER_RUN, steps)):
                step = payloads[number % len(payloads)]
                trace.llm("gpt-4o", step.messages, step.answer, prompt_tokens=1000, completion_tokens=120)
                trace.tool("list_charges", step.tool_args, step.tool_result)


DRIVERS: Final[dict[str, Callable[[Sequence[StepPayload], int], None]]] = {
    "otel": drive_otel,
    "ours": drive_ours,
}


def main(driver: str, steps: int) -> None:
    """Drive this many steps after a warm-up, and print what they cost the caller's thread, in CPU nanoseconds."""
    payloads = make_steps(DISTINCT)
    drive = DRIVERS[driver]
    with TemporaryDirectory() as folder:
        _use_store(Path(folder, "bench.db"), steps)
        drive(payloads, STEPS_PER_RUN)
        # What is loaded at the first export is loaded now, and the collector has seen it.
        _finish()
        gc.collect()
        began = time.thread_time_ns()
        drive(payloads, steps)
        print(time.thread_time_ns() - began)
        _finish()


def _use_store(path: Path, steps: int) -> None:
    from agent_inspector import TraceConfig, set_config

    set_config(
        TraceConfig(
            db_path=str(path),
            queue_size=4 * steps + 1000,
            queue_bytes=2**34,
            # Batches fill up, as they do at full speed: under valgrind, half a second is over after a span or two,
            # and to write each span in a transaction of its own costs thrice as much.
            batch_timeout_ms=60_000,
            sample_rate=1.0,
        )
    )


def _finish() -> None:
    from agent_inspector import trace

    trace.flush(3_600_000)  # under valgrind, on a busy machine


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
