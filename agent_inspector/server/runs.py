"""The endpoints of runs: list, one, timeline, export."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agent_inspector.json_text import to_json
from agent_inspector.model import Run, RunFilter, Status
from agent_inspector.query import get_run, list_runs, list_steps
from agent_inspector.server.answers import JsonAnswer, RunExport, RunList, Timeline
from agent_inspector.server.parameters import LARGEST_NUMBER, Moment, Text, WholeNumber
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.server.store_access import RunId, StoreOfApp
from agent_inspector.server.streaming import stream_steps

router = APIRouter(prefix="/v1/runs", tags=["runs"], responses=PROBLEM_RESPONSES)


class RunQuery(BaseModel):
    """Which runs to list, and in which order. An unknown parameter is an error: a mistyped filter must not show everything."""

    model_config = ConfigDict(extra="forbid")

    limit: WholeNumber = Field(100, ge=1, le=1000)
    offset: WholeNumber = Field(
        0, ge=0, le=LARGEST_NUMBER, description="How many runs to skip; `cursor` is faster."
    )
    cursor: Text = Field(None, description="`next_cursor` of the page before.")
    status: Status | None = None
    run_status: Status | None = Field(None, description="The same as `status`, which wins.")
    user_id: Text = None
    session_id: Text = None
    search: Text = Field(None, description="Part of the run's name, in any case.")
    started_after: Moment = Field(None, description="Milliseconds since the Unix epoch.")
    started_before: Moment = Field(None, description="Milliseconds since the Unix epoch.")
    order_by: Literal["started_at", "completed_at", "duration_ms", "name"] = "started_at"
    order_dir: Literal["ASC", "DESC"] = "DESC"

    def to_filter(self) -> RunFilter:
        return RunFilter(
            status=self.status or self.run_status,
            user_id=self.user_id,
            session_id=self.session_id,
            search=self.search,
            started_after=self.started_after,
            started_before=self.started_before,
        )


@router.get("", response_model=RunList)
def read_runs(store: StoreOfApp, query: Annotated[RunQuery, Query()]) -> JsonAnswer:
    """List runs, newest first."""
    page = list_runs(
        store,
        query.to_filter(),
        limit=query.limit,
        cursor=query.cursor,
        offset=query.offset,
        order_by=query.order_by,
        descending=query.order_dir == "DESC",
    )
    return JsonAnswer(RunList(page.runs, page.total, query.limit, query.offset, page.next_cursor))


@router.get("/{run_id}", response_model=Run)
def read_run(store: StoreOfApp, run_id: RunId) -> JsonAnswer:
    """Read one run."""
    return JsonAnswer(get_run(store, run_id))


@router.get("/{run_id}/timeline", response_model=Timeline)
def read_timeline(store: StoreOfApp, run_id: RunId, include_data: bool = False) -> Response:
    """Read all steps of a run in order of start; `include_data` adds their content."""
    run = get_run(store, run_id)
    if include_data:
        before = b'{"run_id":"%s","events":[' % run.id.encode("ascii")
        return stream_steps(store, run.id, before=before, after=b'],"total":%d}')
    steps = list_steps(store, run.id)
    return JsonAnswer(Timeline(run.id, steps, len(steps)))


@router.get("/{run_id}/export", response_model=RunExport)
def read_export(store: StoreOfApp, run_id: RunId) -> Response:
    """Read a whole run, with the content of every step, in one document."""
    run = get_run(store, run_id)
    return stream_steps(store, run.id, before=b'{"run":%s,"timeline":[' % to_json(run), after=b"]}")
