"""Details: steps in full, with everything as it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from agent_inspector.model import Content, StepDetail, StepError
from agent_inspector.query.ids import check_step_id, find_run_id, no_such_step
from agent_inspector.query.plain_json import clean_text, to_json
from agent_inspector.query.steps import to_step
from agent_inspector.store import SpanRow, SpanStore
from otel_bridge.dialects import Payload, unpack
from otel_bridge.dialects.errors import find_failure
from otel_bridge.record import SpanRecord


def get_step(store: SpanStore, run_id: str, step_id: str) -> StepDetail:
    """Return one step in full.

    Raises:
        NotFound: there is no such run, or it has no such step.
        KeyMissing: its content is encrypted with a key that is not at hand.
    """
    trace_id = find_run_id(store, run_id)
    span_id = check_step_id(step_id, trace_id)
    row = store.read_span(trace_id, span_id)
    record = store.read_records(trace_id, [span_id]).get(span_id)
    if row is None or record is None:
        raise no_such_step(step_id, trace_id)
    return to_detail(row, record)


def list_details(
    store: SpanStore,
    run_id: str,
    *,
    limit: int | None = None,
    offset: int = 0,
    event_type: str | None = None,
) -> Sequence[StepDetail]:
    """Return steps of a run in full, in order of start; a limit of None means all.

    Raises:
        NotFound: there is no such run.
        KeyMissing: content is encrypted with a key that is not at hand.
    """
    trace_id = find_run_id(store, run_id)
    rows = store.read_spans(trace_id, event_type=event_type, limit=limit, offset=offset)
    records = store.read_records(trace_id, [row.span_id for row in rows])
    return [to_detail(row, records[row.span_id]) for row in rows if row.span_id in records]


def to_detail(row: SpanRow, record: SpanRecord) -> StepDetail:
    """Translate a row and its record."""
    payload = unpack(record)
    return StepDetail(
        step=to_step(row),
        content=_content(payload),
        error=_error(row, record, payload),
        redactions=dict(record.redactions),
        attributes=to_json(record.attributes),
        resource=to_json(record.resource),
        events=to_json([asdict(event) for event in record.events]),
        links=to_json([asdict(link) for link in record.links]),
        scope=clean_text(f"{record.scope_name} {record.scope_version}".strip()),
        span_name=clean_text(record.name),
        dropped_attributes=record.dropped_attributes,
    )


def _content(payload: Payload) -> Content:
    names = (name for name in Payload.__dataclass_fields__ if name != "stack_trace")
    return Content(**{name: to_json(getattr(payload, name)) for name in names})


def _error(row: SpanRow, record: SpanRecord, payload: Payload) -> StepError | None:
    failure = find_failure(record)
    kind = row.facts.get("error_type") or failure.type
    # The row's message is cut to a preview; the record has all of it.
    message = failure.message or row.facts.get("error_message")
    if row.status != "failed" and not (kind or message or payload.stack_trace):
        return None
    return StepError(type=to_json(kind), message=to_json(message), stack_trace=to_json(payload.stack_trace))
