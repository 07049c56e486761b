"""Costs: what a model call took of each kind of token."""

from __future__ import annotations

from agent_inspector.errors import NotFound
from agent_inspector.model import StepCost
from agent_inspector.query.ids import check_step_id, find_run_id, no_such_step
from agent_inspector.store import SpanStore


def get_cost(store: SpanStore, run_id: str, step_id: str) -> StepCost:
    """Return what a model call costs by kind of token, and who says so.

    Raises:
        NotFound: there is no such run, it has no such step, or that is no model call.
    """
    trace_id = find_run_id(store, run_id)
    span_id = check_step_id(step_id, trace_id)
    cost = store.read_cost(trace_id, span_id)
    if cost is not None:
        return cost
    if store.read_span(trace_id, span_id) is None:
        raise no_such_step(step_id, trace_id)
    raise NotFound(f"Step {span_id} is no model call, so it has no price.")
