"""`GET /v1/search`: steps by what was said in them, and by what is known of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from agent_inspector.model import SearchPage, Status, StepFilter, StepKind
from agent_inspector.query import search
from agent_inspector.server.answers import JsonAnswer
from agent_inspector.server.parameters import Cost, Count, Duration, Moment, Text, WholeNumber
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.server.store_access import StoreOfApp

router = APIRouter(prefix="/v1/search", tags=["search"], responses=PROBLEM_RESPONSES)


class SearchQuery(BaseModel):
    """What to search for. An unknown parameter is an error: a mistyped filter must not show everything."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=1000, description="Words, all of which a step must hold.")
    limit: WholeNumber = Field(20, ge=1, le=200)
    cursor: Text = Field(None, description="`next_cursor` of the page before.")
    kind: StepKind | None = None
    model: Text = None
    tool: Text = None
    status: Status | None = None
    user_id: Text = None
    session_id: Text = None
    tag: Text = Field(
        None, description="`key=value` of the run's metadata, or a key, or one of the list `tags`."
    )
    started_after: Moment = Field(None, description="Milliseconds since the Unix epoch.")
    started_before: Moment = Field(None, description="Milliseconds since the Unix epoch.")
    min_tokens: Count = None
    max_tokens: Count = None
    min_cost_usd: Cost = None
    max_cost_usd: Cost = None
    min_duration_ms: Duration = None
    max_duration_ms: Duration = None

    def to_filter(self) -> StepFilter:
        return StepFilter(**self.model_dump(exclude={"q", "limit", "cursor"}))


@router.get("", response_model=SearchPage)
def search_steps(store: StoreOfApp, query: Annotated[SearchQuery, Query()]) -> JsonAnswer:
    """Search prompts, answers, arguments, results and errors of steps, newest first."""
    return JsonAnswer(search(store, query.q, query.to_filter(), limit=query.limit, cursor=query.cursor))
