"""Long answers, sent page by page: a run of any length with all its content, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Final

from starlette.responses import StreamingResponse

from agent_inspector.json_text import to_json
from agent_inspector.model import StepDetail
from agent_inspector.query import event_data, list_details
from agent_inspector.server.answers import StepWithData
from agent_inspector.store import SpanStore

PAGE_STEPS: Final = 500


def stream_steps(store: SpanStore, run_id: str, *, before: bytes, after: bytes) -> StreamingResponse:
    """Answer with the steps of a run as JSON values with commas between; `after` may hold `%d` for their number.

    Raises:
        NotFound: there is no such run.
        KeyMissing: the content of the first page is encrypted with a key that is not at hand.
    """
    first = list_details(store, run_id, limit=PAGE_STEPS)  # read now, so that a failure still has its status
    return StreamingResponse(_parts(store, run_id, first, before, after), media_type="application/json")


def with_data(detail: StepDetail) -> StepWithData:
    """Put a step and its content, in the form of an event, together."""
    step = {item.name: getattr(detail.step, item.name) for item in fields(detail.step)}
    return StepWithData(**step, data=event_data(detail))


def _parts(
    store: SpanStore, run_id: str, page: Sequence[StepDetail], before: bytes, after: bytes
) -> Iterator[bytes]:
    count = 0
    yield before
    while page:
        yield (b"," if count else b"") + b",".join(to_json(with_data(detail)) for detail in page)
        count += len(page)
        page = list_details(store, run_id, limit=PAGE_STEPS, offset=count) if len(page) == PAGE_STEPS else ()
    yield after.replace(b"%d", b"%d" % count)
