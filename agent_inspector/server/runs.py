"""The endpoints of runs: list, facets, one, timeline, export."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agent_inspector.json_text import to_json
from agent_inspector.model import FindingClass, Run, RunFacets, RunFilter, Status, StepKind
from agent_inspector.query import (
    count_steps,
    get_activity,
    get_facets,
    get_run,
    list_runs,
    list_steps,
    outline_of,
)
from agent_inspector.server.answers import (
    JsonAnswer,
    RenderedAnswer,
    RunExport,
    RunList,
    RunReading,
    Timeline,
    run_reading,
)
from agent_inspector.server.fields import only_fields, pattern_of
from agent_inspector.server.parameters import (
    LARGEST_NUMBER,
    Cost,
    Count,
    Duration,
    Moment,
    Text,
    WholeNumber,
)
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.server.store_access import RunId, StoreOfApp
from agent_inspector.server.streaming import MOST_STEPS, StepChoice, stream_steps

router = APIRouter(prefix="/v1/runs", tags=["runs"], responses=PROBLEM_RESPONSES)

_FIELDS: Final = pattern_of(Run)
FieldNames = Annotated[str | None, Field(max_length=1000, pattern=_FIELDS)]


class RunChoice(BaseModel):
    """Which runs are meant. An unknown parameter is an error: a mistyped filter must not show everything."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    run_status: Status | None = Field(None, description="The same as `status`, which wins.")
    user_id: Text = None
    session_id: Text = None
    search: Text = Field(None, description="Part of the run's name, in any case.")
    text: Text = Field(None, description="Words that the name holds, or one step of the run.")
    kind: StepKind | None = Field(None, description="A kind of which the run has a step.")
    model: Text = Field(None, description="A model that the run used, exactly; likewise `tool` and `agent`.")
    tool: Text = None
    agent: Text = None
    tag: Text = Field(None, description="`key=value` of the metadata, or a key, or one of the list `tags`.")
    error: Text = Field(None, description="Part of the type of the error that ended the run, in any case.")
    finding: FindingClass | None = Field(
        None, description="A class of findings that rules have seen in the run."
    )
    has_error: bool | None = Field(None, description="Whether anything failed, even if the run went on.")
    setup: bool | None = Field(
        None, description="Whether no step of an agent is in it: it only prepares others, or is plumbing."
    )
    started_after: Moment = Field(None, description="Milliseconds since the Unix epoch.")
    started_before: Moment = Field(None, description="Milliseconds since the Unix epoch.")
    min_tokens: Count = Field(None, description="Input and output together; bounds include their own value.")
    max_tokens: Count = None
    min_cost_usd: Cost = None
    max_cost_usd: Cost = None
    min_duration_ms: Duration = None
    max_duration_ms: Duration = None

    def to_filter(self) -> RunFilter:
        chosen = self.model_dump(include=set(RunChoice.model_fields) - {"status", "run_status"})
        return RunFilter(status=self.status or self.run_status, **chosen)


class RunQuery(RunChoice):
    """Which runs to list, how much of each, and in which order."""

    limit: WholeNumber = Field(100, ge=1, le=1000)
    offset: WholeNumber = Field(
        0, ge=0, le=LARGEST_NUMBER, description="How many runs to skip; `cursor` is faster."
    )
    cursor: Text = Field(None, description="`next_cursor` of the page before.")
    order_by: Literal["started_at", "completed_at", "duration_ms", "name"] = "started_at"
    order_dir: Literal["ASC", "DESC"] = "DESC"
    fields: FieldNames = Field(
        None, description="Names of a run's fields with commas between; all without it."
    )
    activity: bool = Field(
        False, description="Count the steps in each 24th of a run's time, for a sparkline."
    )
    sealed: bool = Field(
        False,
        description="Where names are encrypted with a key that is not at hand, list the runs without them.",
    )


class FacetQuery(RunChoice):
    """Of which runs to count what they have."""

    limit: WholeNumber = Field(20, ge=1, le=200, description="How many values of each facet.")


class TimelineQuery(BaseModel):
    """How much of a run to read."""

    model_config = ConfigDict(extra="forbid")

    include_data: bool = Field(
        False, description=f"Add the content of every step; {MOST_STEPS} at most are sent then."
    )
    limit: WholeNumber = Field(10_000, ge=1, le=100_000)
    offset: WholeNumber = Field(0, ge=0, le=LARGEST_NUMBER, description="How many steps to skip.")


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
        sealed=query.sealed,
    )
    listed = RunList(
        runs=only_fields(page.runs, query.fields),
        total=page.total,
        limit=query.limit,
        offset=query.offset,
        next_cursor=page.next_cursor,
        removals=page.removals,
        unsearched=page.unsearched,
        setup_runs=page.setup_runs,
        unjudged=page.unjudged,
        activity=get_activity(store, [run.id for run in page.runs]) if query.activity else None,
    )
    return JsonAnswer(listed)


@router.get("/facets", response_model=RunFacets)
def read_facets(store: StoreOfApp, query: Annotated[FacetQuery, Query()]) -> JsonAnswer:
    """Count what the matching runs have: the choices that further filters offer."""
    return JsonAnswer(get_facets(store, query.to_filter(), limit=query.limit))


@router.get("/{run_id}", response_model=RunReading)
def read_run(store: StoreOfApp, run_id: RunId) -> JsonAnswer:
    """Read one run; one that failed has the status `error`, as its steps have in the reading."""
    return JsonAnswer(run_reading(get_run(store, run_id)))


@router.get("/{run_id}/timeline", response_model=Timeline)
def read_timeline(store: StoreOfApp, run_id: RunId, query: Annotated[TimelineQuery, Query()]) -> Response:
    """Read the steps of a run in order of start; `include_data` adds their content."""
    run = get_run(store, run_id)
    if query.include_data:
        before = b'{"run_id":"%s","events":[' % run.id.encode("ascii")
        after = b'],"total":%d}' % count_steps(store, run.id)
        chosen = StepChoice(min(query.limit, MOST_STEPS), query.offset)
        return stream_steps(store, run.id, chosen, before=before, after=after)
    if query.offset == 0 and query.limit >= run.step_count:
        outline = outline_of(store, run.id)
        if outline is not None and outline.total <= query.limit:
            known = run.id.encode("ascii"), *outline
            return RenderedAnswer(b'{"run_id":"%s","events":%s,"total":%d}' % known)
    steps = list_steps(store, run.id, limit=query.limit, offset=query.offset)
    is_all = query.offset == 0 and len(steps) < query.limit
    return JsonAnswer(Timeline(run.id, steps, len(steps) if is_all else count_steps(store, run.id)))


@router.get("/{run_id}/export", response_model=RunExport)
def read_export(store: StoreOfApp, run_id: RunId) -> Response:
    """Read a whole run, with the content of every step, in one document."""
    run = get_run(store, run_id)
    return stream_steps(
        store, run.id, StepChoice(), before=b'{"run":%s,"timeline":[' % to_json(run), after=b"]}"
    )
