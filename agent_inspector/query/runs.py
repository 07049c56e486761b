"""Runs: lists of them, and one by its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent_inspector.errors import KeyMissing, NotFound
from agent_inspector.model import Run, RunFilter, RunPage
from agent_inspector.query.cursor import check_order, read_cursor, write_cursor
from agent_inspector.query.ids import find_run_id
from agent_inspector.query.narrowing import removals, with_text
from agent_inspector.query.plain_json import to_json
from agent_inspector.query.sentences import outcome_of
from agent_inspector.query.times import duration_ms, to_ms
from agent_inspector.store import RunRow, RunSelection, SpanRow, SpanStore


def list_runs(  # noqa: PLR0913 (all but two are keywords: the parameters of a list)
    store: SpanStore,
    matching: RunFilter | None = None,
    *,
    limit: int = 100,
    cursor: str | None = None,
    offset: int = 0,
    order_by: str = "started_at",
    descending: bool = True,
    sealed: bool = False,
) -> RunPage:
    """Return a page of runs; its `next_cursor` costs the same however far the list goes, `offset` does not.

    `sealed`: where words are encrypted with a key that is not at hand, list the runs without them.

    Raises:
        QueryError: the order or the cursor is not usable.
    """
    matching, unsearched = with_text(store, matching or RunFilter())
    order = check_order(order_by)
    selection = RunSelection(
        matching=matching,
        order_by=order,
        descending=descending,
        after=read_cursor(cursor, order, descending=descending) if cursor else None,
        limit=limit + 1,
        offset=offset,
        sealed=sealed,
    )
    rows = store.read_runs(selection)
    shown, has_more = rows[:limit], len(rows) > limit
    unfinished = [row.trace_id for row in shown if row.status in ("running", "interrupted")]
    last_open = _read_open(store, unfinished, sealed=sealed) if unfinished else {}
    total = store.count_runs(matching)
    return RunPage(
        runs=[to_run(row, last_open.get(row.trace_id)) for row in shown],
        total=total,
        removals=() if total else removals(store, matching),
        unsearched=unsearched,
        setup_runs=store.count_runs(replace(matching, setup=True)) if matching.setup is False else 0,
        unjudged=store.count_unjudged() if matching.finding else 0,
        next_cursor=write_cursor(shown[-1].position, order, descending=descending)
        if has_more and shown
        else None,
    )


def _read_open(store: SpanStore, runs: Sequence[str], *, sealed: bool) -> Mapping[str, SpanRow]:
    try:
        return store.read_open_spans(runs)
    except KeyMissing:
        if sealed:
            return {}
        raise


def get_run(store: SpanStore, run_id: str) -> Run:
    """Return one run by its id, the beginning of its id, or the id of one of its steps.

    Raises:
        NotFound: no run has it, or several have.
    """
    row = store.read_run(find_run_id(store, run_id))
    if row is None:
        raise NotFound(f"There is no run {run_id!r}; it may have been pruned.")
    unfinished = row.status in ("running", "interrupted")
    last_open = store.read_open_spans([row.trace_id]) if unfinished else {}
    return to_run(row, last_open.get(row.trace_id))


def to_run(row: RunRow, last_open: SpanRow | None) -> Run:
    """Translate a row; `last_open` is the span that an unfinished run began last and has not ended."""
    return Run(
        id=row.trace_id,
        name=row.name,
        status=row.status,
        started_at=to_ms(row.start_ns),
        completed_at=None if row.end_ns is None else to_ms(row.end_ns),
        duration_ms=duration_ms(row),
        outcome=outcome_of(row, last_open),
        root_step_id=row.root_span_id,
        agent_type=row.agent_type,
        user_id=row.user_id,
        session_id=row.session_id,
        metadata=to_json(row.facts.get("metadata") or {}),
        created_at=to_ms(row.created_ns),
        step_count=row.step_count,
        llm_calls=row.llm_calls,
        tool_calls=row.tool_calls,
        error_count=row.error_count,
        tokens=row.tokens,
        cost_usd=row.cost_usd,
        models=row.models,
        agents=row.agents,
        tools=row.tools,
        dropped_spans=row.dropped_spans,
        input_preview=row.facts.get("input"),
        output_preview=row.facts.get("output"),
    )
