"""Passing: events of spans that are in no store, for exporters of the user's own."""

from __future__ import annotations

from agent_inspector.model import Json, Tokens
from agent_inspector.query.details import to_detail
from agent_inspector.query.events import event_data
from agent_inspector.store import SpanRow
from otel_bridge.dialects import read
from otel_bridge.record import SpanRecord


def event_of(record: SpanRecord) -> dict[str, Json]:
    """Return a span in the shape of an event; a run's root as its `run_end` once it has ended."""
    event = event_data(to_detail(_row(record), record))
    is_root = record.parent_id is None or record.parent_is_remote
    if event["type"] == "run_start" and record.end_ns is not None and is_root:
        event |= {
            "type": "run_end",
            "run_status": read(record).outcome,
            "completed_at": record.end_ns // 1_000_000,
        }
    return event


def _row(record: SpanRecord) -> SpanRow:
    reading = read(record)
    usage = reading.usage
    facts: dict[str, Json] = {
        "name": reading.name,
        "error_type": reading.error_type,
        "error_message": reading.error_message,
    }
    facts |= {"input": reading.input_preview, "output": reading.output_preview, "calls": list(reading.calls)}
    facts |= {"shape": reading.shape and reading.shape.told(), "change": reading.change}
    return SpanRow(
        trace_id=record.trace_id,
        span_id=record.span_id,
        parent_id=record.parent_id,
        number=0,
        kind=reading.kind,
        type=reading.type,
        status="running" if record.end_ns is None else reading.outcome,
        start_ns=record.start_ns,
        end_ns=record.end_ns,
        run_start_ns=record.start_ns,
        last_sign_ns=record.end_ns or record.start_ns,
        instant=reading.instant,
        framework=reading.framework,
        agent=reading.agent,
        model=reading.model,
        provider=reading.provider,
        tool=reading.tool_name,
        tokens=Tokens(usage.input, usage.output, usage.cached_input, usage.cache_write, usage.reasoning),
        counted=True,
        cost_usd=reading.cost_usd,
        facts={name: value for name, value in facts.items() if value},
    )
