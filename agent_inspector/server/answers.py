"""JsonAnswer, and the shapes of the API's answers that are not values of the model already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Literal, TypeAlias

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from agent_inspector.json_text import to_json
from agent_inspector.model import Json, Removal, Run, Step, StepReading


class JsonAnswer(Response):
    """A value of the model as a JSON response, written without a second validation."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return to_json(content)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.status_code == HTTPStatus.OK and scope["method"] in ("GET", "HEAD"):
            self._name(scope)
        await super().__call__(scope, receive, send)

    def _name(self, scope: Scope) -> None:
        """Add the ETag; a client that has this very answer already is told so instead."""
        etag = f'"{blake2b(self.body, digest_size=16).hexdigest()}"'
        self.headers["etag"] = etag
        known = Headers(scope=scope).get("if-none-match", "")
        if etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            self.status_code = HTTPStatus.NOT_MODIFIED
            self.body = b""
            del self.headers["content-length"]
            del self.headers["content-type"]


class RenderedAnswer(JsonAnswer):
    """JSON that is written already."""

    def render(self, content: bytes) -> bytes:
        return content


@dataclass(frozen=True, slots=True)
class Problem:
    """What every failed request is answered with."""

    detail: str
    """One sentence: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Health:
    """The server is alive."""

    status: Literal["healthy"]
    timestamp: int
    """Milliseconds since the Unix epoch."""
    version: str


RunWord: TypeAlias = Literal["running", "completed", "error", "cancelled", "interrupted"]
"""The status of a run in the words of the reading: what is `failed` in lists is `error` in it."""


@dataclass(frozen=True, slots=True)
class RunReading(Run):
    """One run, its status in the words of the reading, as its steps' are."""

    status: RunWord  # type: ignore[assignment]  # one word differs from that of the lists


def run_reading(run: Run) -> RunReading:
    """Put a run into the words of the reading."""
    values = {item.name: getattr(run, item.name) for item in fields(run)}
    return RunReading(**{**values, "status": "error" if run.status == "failed" else run.status})


@dataclass(frozen=True, slots=True)
class RunList:
    """One page of runs."""

    runs: Sequence[Run]
    total: int
    """How many runs match in all."""
    limit: int
    offset: int
    next_cursor: str | None
    """Pass as `cursor` to get the runs after these; null at the end."""
    removals: Sequence[Removal]
    """Where nothing matches: what leaving out each filter would bring, most first."""
    unsearched: bool
    """Text was looked for by reading content, and not everything was read: older runs may match too."""
    setup_runs: int
    """With `setup=false`: how many runs were left out that only prepare others, or are plumbing."""
    unjudged: int
    """Findings were asked for, and so many runs were not looked at since they changed: they may match too."""
    activity: Mapping[str, Sequence[int]] | None
    """Steps in each 24th of a run's time, by run id, where it was asked for; not of runs of very many steps."""


@dataclass(frozen=True, slots=True)
class StepWithData(Step):
    """A step with its content in the form of an event."""

    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of a run in order of start; with `data` when it was asked for. `total` counts all that there are."""

    run_id: str
    events: Sequence[Step] | Sequence[StepWithData]
    total: int


@dataclass(frozen=True, slots=True)
class StepList:
    """Some steps of a run, with their content."""

    steps: Sequence[StepWithData]
    total: int
    """How many steps match in all."""
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class StepData:
    """The content of one step in the form of an event."""

    step_id: str
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class StepReadings:
    """The steps of a trace or a session, and the runs that they belong to."""

    steps: Sequence[StepReading]
    run_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class RunExport:
    """A whole run in one document."""

    run: Run
    timeline: Sequence[StepWithData]
