"""The endpoints of the why: what rules say, what was said, what a call was given and cost, where values came from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from agent_inspector.model import Conversation, RunFindings, StepContext, StepCost, StepProvenance
from agent_inspector.query import find_findings, get_context, get_conversation, get_cost, get_provenance
from agent_inspector.server.answers import JsonAnswer
from agent_inspector.server.parameters import LARGEST_NUMBER, WholeNumber, digits_only
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.server.store_access import RunId, StepId, StoreOfApp

router = APIRouter(prefix="/v1/runs/{run_id}", tags=["findings"], responses=PROBLEM_RESPONSES)


class ConversationQuery(BaseModel):
    """Which turns of a conversation to read."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(digits_only)] = Field(
        100, description="How many turns at most."
    )
    offset: WholeNumber = Field(0, ge=0, le=LARGEST_NUMBER, description="How many turns to skip.")


@router.get("/findings", response_model=RunFindings)
def read_findings(store: StoreOfApp, run_id: RunId) -> JsonAnswer:
    """Read what the rules say of a run: findings with their evidence, the first suspect, and what was not seen."""
    return JsonAnswer(find_findings(store, run_id))


@router.get("/conversation", response_model=Conversation)
def read_conversation(
    store: StoreOfApp, run_id: RunId, query: Annotated[ConversationQuery, Query()]
) -> JsonAnswer:
    """Read what was said in a run: each message once, in order, with what tools did in between."""
    return JsonAnswer(get_conversation(store, run_id, limit=query.limit, offset=query.offset))


@router.get("/context/{step_id}", response_model=StepContext)
def read_context(store: StoreOfApp, run_id: RunId, step_id: StepId) -> JsonAnswer:
    """Read what a model call was given, compared with the last call of the same agent."""
    return JsonAnswer(get_context(store, run_id, step_id))


@router.get("/cost/{step_id}", response_model=StepCost)
def read_cost(store: StoreOfApp, run_id: RunId, step_id: StepId) -> JsonAnswer:
    """Read what a model call costs by kind of token, and who names the prices."""
    return JsonAnswer(get_cost(store, run_id, step_id))


@router.get("/provenance/{step_id}", response_model=StepProvenance)
def read_provenance(store: StoreOfApp, run_id: RunId, step_id: StepId) -> JsonAnswer:
    """Read where the values in a step's arguments or answer came from."""
    return JsonAnswer(get_provenance(store, run_id, step_id))
