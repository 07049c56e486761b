"""The endpoints of a run's steps: some with content, one in full, one as an event."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agent_inspector.model import StepDetail
from agent_inspector.query import count_steps, event_data, get_step
from agent_inspector.server.answers import JsonAnswer, StepData, StepList
from agent_inspector.server.parameters import LARGEST_NUMBER, Text, WholeNumber
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.server.store_access import RunId, StepId, StoreOfApp
from agent_inspector.server.streaming import MOST_STEPS, StepChoice, stream_steps

router = APIRouter(prefix="/v1/runs/{run_id}/steps", tags=["steps"], responses=PROBLEM_RESPONSES)


class StepQuery(BaseModel):
    """Which steps of a run to read."""

    model_config = ConfigDict(extra="forbid")

    limit: WholeNumber = Field(MOST_STEPS, ge=1, le=MOST_STEPS)
    offset: WholeNumber = Field(0, ge=0, le=LARGEST_NUMBER)
    event_type: Text = Field(None, description="Such as `llm_call` or `tool_call`.")


@router.get("", response_model=StepList)
def read_steps(store: StoreOfApp, run_id: RunId, query: Annotated[StepQuery, Query()]) -> Response:
    """Read steps of a run with their content, in order of start."""
    total = count_steps(store, run_id, event_type=query.event_type)
    chosen = StepChoice(query.limit, query.offset, query.event_type)
    after = b'],"total":%d,"limit":%d,"offset":%d}' % (total, query.limit, query.offset)
    return stream_steps(store, run_id, chosen, before=b'{"steps":[', after=after)


@router.get("/{step_id}", response_model=StepDetail)
def read_step(store: StoreOfApp, run_id: RunId, step_id: StepId) -> JsonAnswer:
    """Read one step in full."""
    return JsonAnswer(get_step(store, run_id, step_id))


@router.get("/{step_id}/data", response_model=StepData)
def read_step_data(store: StoreOfApp, run_id: RunId, step_id: StepId) -> JsonAnswer:
    """Read the content of one step in the form of an event."""
    detail = get_step(store, run_id, step_id)
    return JsonAnswer(StepData(detail.step.id, event_data(detail)))
