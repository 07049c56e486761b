"""Long answers, sent page by page: steps with all their content, in bounded memory."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import chain
from typing import Final, NamedTuple

from starlette.responses import StreamingResponse

from agent_inspector.json_text import to_json
from agent_inspector.model import StepDetail
from agent_inspector.query import event_data, list_details
from agent_inspector.server.answers import StepWithData
from agent_inspector.store import SpanStore

PAGE_STEPS: Final = 500
MOST_STEPS: Final = 1000
"""With their content, in one answer that is no export."""


class StepChoice(NamedTuple):
    """Which steps of a run to answer with."""

    limit: int | None = None
    """All when it is None."""
    offset: int = 0
    event_type: str | None = None


def stream_steps(
    store: SpanStore, run_id: str, chosen: StepChoice, *, before: bytes, after: bytes
) -> StreamingResponse:
    """Answer with steps of a run as JSON values with commas between.

    Raises:
        NotFound: there is no such run.
        KeyMissing: the content of the first page is encrypted with a key that is not at hand.
    """
    pages = _pages(store, run_id, chosen)
    first = next(pages)  # read now, so that a failure still has its status
    return StreamingResponse(_parts(chain([first], pages), before, after), media_type="application/json")


def with_data(detail: StepDetail) -> StepWithData:
    """Put a step and its content, in the form of an event, together."""
    step = {item.name: getattr(detail.step, item.name) for item in fields(detail.step)}
    return StepWithData(**step, data=event_data(detail))


def _pages(store: SpanStore, run_id: str, chosen: StepChoice) -> Iterator[Sequence[StepDetail]]:
    limit, offset, event_type = chosen
    left = sys.maxsize if limit is None else limit
    while True:
        asked = min(left, PAGE_STEPS)
        page = list_details(store, run_id, limit=asked, offset=offset, event_type=event_type)
        yield page
        left, offset = left - asked, offset + asked
        if len(page) < asked or not left:
            return


def _parts(pages: Iterable[Sequence[StepDetail]], before: bytes, after: bytes) -> Iterator[bytes]:
    yield before
    comma = b""
    for page in pages:
        if page:
            yield comma + b",".join(to_json(with_data(detail)) for detail in page)
            comma = b","
    yield after
