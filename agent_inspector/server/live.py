"""`GET /v1/events`: server-sent events that name the runs that changed, by id only, never their content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import anyio
from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from agent_inspector.json_text import to_json
from agent_inspector.server.feed import ChangeFeed, Watcher
from agent_inspector.server.problems import PROBLEM_RESPONSES

ALIVE_EVERY_S: Final = 15.0
_MOST_IDS: Final = 500
"""Run ids in one event; more go into further events."""

_STREAM: Final = {
    "description": 'Events named `runs` with `{"run_ids": [...]}`, and a comment line every 15 seconds.',
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}

router = APIRouter(prefix="/v1", tags=["live"], responses=PROBLEM_RESPONSES)


class EventStream(Response):
    """A response that lasts until the client leaves or the feed is closed."""

    media_type = "text/event-stream"

    def __init__(self, feed: ChangeFeed) -> None:
        super().__init__(headers={"cache-control": "no-store"})
        del self.headers["content-length"]
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        with self._feed.watch() as watcher:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_close_when_left, receive, watcher)
                # Sent at once, so that the client knows that it is connected.
                await send({"type": "http.response.body", "body": b": alive\n\n", "more_body": True})
                async for run_ids in watcher.changes(alive_every_s=ALIVE_EVERY_S):
                    await send({"type": "http.response.body", "body": _encode(run_ids), "more_body": True})
                tasks.cancel_scope.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@router.get(
    "/events",
    response_class=Response,
    responses={200: _STREAM},
)
async def watch_changes(request: Request) -> Response:
    """Stream the ids of runs as they change."""
    feed: ChangeFeed = request.app.state.feed
    if feed.is_full:
        raise HTTPException(503, "Too many pages are watching already; close one of them and reload.")
    return EventStream(feed)


async def _close_when_left(receive: Receive, watcher: Watcher) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    watcher.close()


def _encode(run_ids: Sequence[str]) -> bytes:
    if not run_ids:
        return b": alive\n\n"
    groups = (run_ids[start : start + _MOST_IDS] for start in range(0, len(run_ids), _MOST_IDS))
    return b"".join(b"event: runs\ndata: %s\n\n" % to_json({"run_ids": group}) for group in groups)
