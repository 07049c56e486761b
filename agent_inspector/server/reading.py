"""The endpoints of the reading: the steps of a trace, or of a session, in one flat form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from agent_inspector.json_text import to_json
from agent_inspector.model import StepReading
from agent_inspector.query import find_run_id, list_session_runs, read_steps
from agent_inspector.server.answers import StepReadings
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.server.store_access import StoreOfApp
from agent_inspector.store import SpanStore

_PART_STEPS: Final = 100

router = APIRouter(prefix="/v1", tags=["reading"], responses=PROBLEM_RESPONSES)

TraceId = Annotated[str, Path(description="The trace id of 32 hex digits, or its first digits (at least 4).")]
SessionId = Annotated[
    str, Path(description="The session, or conversation, as its spans name it.", max_length=1000)
]


class ReadingQuery(BaseModel):
    """How much to read."""

    model_config = ConfigDict(extra="forbid")

    detail: bool = Field(False, description="Read content, ids and sessions of each step, too.")


@router.get("/traces/{trace_id}/steps", response_model=StepReadings)
def read_trace_steps(
    store: StoreOfApp, trace_id: TraceId, query: Annotated[ReadingQuery, Query()]
) -> Response:
    """Read the steps of a trace in order of start, whichever vendor's spans they are."""
    run_id = find_run_id(store, trace_id)
    return _answer(read_steps(store, run_id, detail=query.detail), [run_id])


@router.get("/sessions/{session_id}/steps", response_model=StepReadings)
def read_session_steps(
    store: StoreOfApp, session_id: SessionId, query: Annotated[ReadingQuery, Query()]
) -> Response:
    """Read the steps of all runs of a session, oldest first."""
    run_ids = list_session_runs(store, session_id)
    return _answer(_of_runs(store, run_ids, detail=query.detail), run_ids)


def _of_runs(store: SpanStore, run_ids: Sequence[str], *, detail: bool) -> Iterator[StepReading]:
    for run_id in run_ids:
        yield from read_steps(store, run_id, detail=detail)


def _answer(steps: Iterator[StepReading], run_ids: Sequence[str]) -> Response:
    first = list(islice(steps, 1))  # read now, so that a failure still has its status
    return StreamingResponse(_parts(chain(first, steps), run_ids), media_type="application/json")


def _parts(steps: Iterable[StepReading], run_ids: Sequence[str]) -> Iterator[bytes]:
    """Yield the document in parts of a hundred steps, so that a trace of any length needs little memory."""
    yield b'{"run_ids":%s,"steps":[' % to_json(list(run_ids))
    comma, part = b"", list[bytes]()
    for step in steps:
        part.append(to_json(step))
        if len(part) == _PART_STEPS:
            yield comma + b",".join(part)
            comma, part = b",", []
    yield (comma if part else b"") + b",".join(part) + b"]}"
