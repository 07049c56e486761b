"""The reading: every span of a trace in one flat form, with what it inherits from the spans around it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent_inspector.errors import NotFound
from agent_inspector.model import Json, ReadStatus, RunFilter, Status, StepReading
from agent_inspector.query.ids import find_run_id
from agent_inspector.query.plain_json import clean_text, to_json
from agent_inspector.store import RunRow, RunSelection, SpanRow, SpanStore
from otel_bridge import semconv
from otel_bridge.dialects import Payload, read, unpack
from otel_bridge.record import SpanRecord

PAGE_STEPS: Final = 500
_MOST_RUNS: Final = 1000
_DEEPEST: Final = 1000
_STATUS: Final[Mapping[Status, ReadStatus]] = {
    "completed": "ok",
    "failed": "error",
    "running": "running",
    "interrupted": "interrupted",
    "cancelled": "cancelled",
}
_NOTHING: Final[tuple[Json, ...]] = (None, "", [])


def read_steps(store: SpanStore, trace_id: str, *, detail: bool = True) -> Iterator[StepReading]:
    """Yield the steps of a trace in order of start; without `detail` no content is read.

    Raises:
        NotFound: there is no such trace; at once, not at the first step.
        KeyMissing: its content is encrypted with a key that is not at hand.
    """
    run = store.read_run(find_run_id(store, trace_id))
    if run is None:
        raise NotFound(f"There is no trace {trace_id!r}; it may have been pruned.")
    return _steps(store, run, store.read_spans(run.trace_id), detail=detail)


def list_session_runs(store: SpanStore, session_id: str) -> Sequence[str]:
    """Return the ids of a session's runs, oldest first; of at most its latest thousand.

    Raises:
        NotFound: no run has this session.
    """
    selection = RunSelection(matching=RunFilter(session_id=session_id), limit=_MOST_RUNS)
    found = [row.trace_id for row in store.read_runs(selection)]
    if not found:
        raise NotFound("There is no such session; its runs may have been pruned.")
    return found[::-1]


def _steps(store: SpanStore, run: RunRow, rows: Sequence[SpanRow], *, detail: bool) -> Iterator[StepReading]:
    lineage = _Lineage(run, {row.span_id: row for row in rows})
    for start in range(0, len(rows), PAGE_STEPS):
        page = rows[start : start + PAGE_STEPS]
        records = store.read_records(run.trace_id, [row.span_id for row in page]) if detail else {}
        for row in page:
            yield _step(row, records.get(row.span_id), lineage)


@dataclass(slots=True)
class _Lineage:
    """Whom and what the steps of a run belong to, where they do not say it themselves."""

    run: RunRow
    rows: Mapping[str, SpanRow]
    people: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Session and user by span id, as far as it has been read."""

    def agent_of(self, row: SpanRow | None) -> str | None:
        for _ in range(_DEEPEST):
            if row is None or row.agent:
                break
            row = self.rows.get(row.parent_id or "")
        return row.agent if row else None

    def people_of(self, row: SpanRow, session: str | None, user: str | None) -> tuple[str | None, str | None]:
        unknown = self.run.session_id, self.run.user_id
        around = self.people.get(row.parent_id or "", unknown)
        self.people[row.span_id] = found = session or around[0], user or around[1]
        return found


def _step(row: SpanRow, record: SpanRecord | None, lineage: _Lineage) -> StepReading:
    reading = read(record) if record else None
    payload = unpack(record) if record else None
    session, user = lineage.people_of(
        row, reading.session_id if reading else None, reading.user_id if reading else None
    )
    return StepReading(
        span_id=row.span_id,
        trace_id=_own_trace(record) or row.trace_id,
        parent_id=row.parent_id,
        kind=row.kind,
        name=row.facts.get("name") or "",
        status=_STATUS[row.status],
        framework=row.framework,
        model=row.model,
        provider=row.provider,
        tokens=row.tokens,
        counted=row.counted,
        tool_name=row.tool,
        tool_call_id=to_json(reading.tool_call_id) if reading else None,
        agent=lineage.agent_of(row),
        session_id=to_json(session),
        user_id=to_json(user),
        finish_reason=to_json(reading.finish_reason if reading else row.facts.get("finish_reason")),
        input_text=_input_text(payload) if payload else None,
        output_text=_output_text(payload) if payload else None,
    )


def _own_trace(record: SpanRecord | None) -> str | None:
    """Return the trace that a step came in, where it was taken into the run of another one."""
    own = record.attributes.get(semconv.TRACE_ID) if record else None
    return own if isinstance(own, str) else None


def _input_text(payload: Payload) -> str | None:
    asked = _text(payload.input_messages)
    if asked and payload.system_instructions:
        asked = _text(payload.system_instructions, payload.input_messages)
    return asked or _text(payload.tool_arguments) or _text(payload.input_value)


def _output_text(payload: Payload) -> str | None:
    return _text(payload.output_messages) or _text(payload.tool_result) or _text(payload.output_value)


def _text(*values: Json) -> str | None:
    known = [value for value in values if value not in _NOTHING]
    if not known:
        return None
    if len(known) == 1 and isinstance(known[0], str):
        return clean_text(known[0])
    return "\n".join(json.dumps(to_json(value), ensure_ascii=False) for value in known)
