"""Steps: the timeline of a run, one line each; no content is read for it."""

from __future__ import annotations

from collections.abc import Sequence

from agent_inspector.model import Step
from agent_inspector.query.ids import find_run_id
from agent_inspector.query.sentences import sentence_of
from agent_inspector.query.times import duration_ms, offset_ms, to_ms
from agent_inspector.store import SpanRow, SpanStore


def list_steps(
    store: SpanStore,
    run_id: str,
    *,
    limit: int | None = None,
    offset: int = 0,
    event_type: str | None = None,
) -> Sequence[Step]:
    """Return steps of a run in order of start; a limit of None means all.

    Raises:
        NotFound: there is no such run.
    """
    trace_id = find_run_id(store, run_id)
    rows = store.read_spans(trace_id, event_type=event_type, limit=limit, offset=offset)
    return [to_step(row) for row in rows]


def count_steps(store: SpanStore, run_id: str, *, event_type: str | None = None) -> int:
    """Return how many steps `list_steps` would return without a limit.

    Raises:
        NotFound: there is no such run.
    """
    return store.count_spans(find_run_id(store, run_id), event_type=event_type)


def to_step(row: SpanRow) -> Step:
    """Translate a row."""
    return Step(
        id=row.span_id,
        run_id=row.trace_id,
        parent_event_id=row.parent_id,
        number=row.number,
        type=row.type,
        kind=row.kind,
        name=row.facts.get("name") or "",
        sentence=sentence_of(row),
        status=row.status,
        timestamp=to_ms(row.start_ns),
        offset_ms=offset_ms(row),
        duration_ms=None if row.instant else duration_ms(row),
        agent=row.agent,
        model=row.model,
        provider=row.provider,
        tool_name=row.tool,
        tokens=row.tokens,
        counted=row.counted,
        cost_usd=row.cost_usd,
        error_type=row.facts.get("error_type"),
        error_message=row.facts.get("error_message"),
        framework=row.framework,
    )
