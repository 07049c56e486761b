"""The endpoint of comparisons: a run beside another one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from agent_inspector.model import Comparison
from agent_inspector.query import compare
from agent_inspector.server.answers import JsonAnswer
from agent_inspector.server.parameters import Text
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.server.store_access import RunId, StoreOfApp

router = APIRouter(prefix="/v1/runs", tags=["runs"], responses=PROBLEM_RESPONSES)


class ComparisonQuery(BaseModel):
    """Which run to compare with."""

    model_config = ConfigDict(extra="forbid")

    partner: Text = Field(
        None,
        alias="with",
        description="Id of the other run; without it the last completed run of the same name with the nearest input.",
    )


@router.get("/{run_id}/compare", response_model=Comparison)
def read_comparison(
    store: StoreOfApp, run_id: RunId, query: Annotated[ComparisonQuery, Query()]
) -> JsonAnswer:
    """Compare a run, as A, with another one, as B: aligned step by step, and where they part."""
    return JsonAnswer(compare(store, run_id, query.partner))
