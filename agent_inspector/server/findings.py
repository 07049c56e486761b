"""The endpoints of the why: what the rules say of a run, what a model call was given, where values came from."""

from __future__ import annotations

from fastapi import APIRouter

from agent_inspector.model import RunFindings, StepContext, StepProvenance
from agent_inspector.query import find_findings, get_context, get_provenance
from agent_inspector.server.answers import JsonAnswer
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.server.store_access import RunId, StepId, StoreOfApp

router = APIRouter(prefix="/v1/runs/{run_id}", tags=["findings"], responses=PROBLEM_RESPONSES)


@router.get("/findings", response_model=RunFindings)
def read_findings(store: StoreOfApp, run_id: RunId) -> JsonAnswer:
    """Read what the rules say of a run: findings with their evidence, the first suspect, and what was not seen."""
    return JsonAnswer(find_findings(store, run_id))


@router.get("/context/{step_id}", response_model=StepContext)
def read_context(store: StoreOfApp, run_id: RunId, step_id: StepId) -> JsonAnswer:
    """Read what a model call was given, compared with the last call of the same agent."""
    return JsonAnswer(get_context(store, run_id, step_id))


@router.get("/provenance/{step_id}", response_model=StepProvenance)
def read_provenance(store: StoreOfApp, run_id: RunId, step_id: StepId) -> JsonAnswer:
    """Read where the values in a step's arguments or answer came from."""
    return JsonAnswer(get_provenance(store, run_id, step_id))
