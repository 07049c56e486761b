from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

import httpx2
import pytest

from agent_inspector.errors import StoreUnavailable
from agent_inspector.server.feed import MAX_WATCHERS, ChangeFeed
from agent_inspector.store import SpanStore
from tests.agent_inspector.server import example_spans
from tests.agent_inspector.server.raw_connection import RawConnection


def test_a_change_is_told_by_id_within_a_second_and_never_with_content(served: str, store: SpanStore) -> None:
    trace_id = "c3" * 16
    with RawConnection(served) as stream:
        stream.get("/v1/events")
        stream.read_until(b": alive\n\n")
        time.sleep(0.3)  # the first look at the store only finds out where it stands
        before = time.monotonic()
        store.write(example_spans.completed_run(trace_id))

        received = stream.read_until(trace_id.encode())

        assert time.monotonic() - before < 2
    assert (
        b"event: runs\ndata: " + json.dumps({"run_ids": [trace_id]}, separators=(",", ":")).encode()
        in received
    )
    assert b"Paris" not in received
    assert b"planner" not in received


def test_what_was_there_before_is_not_told(served: str, store: SpanStore) -> None:
    with RawConnection(served) as stream:
        stream.get("/v1/events")
        stream.read_until(b": alive\n\n")
        time.sleep(0.3)
        store.write(example_spans.completed_run("d4" * 16))

        received = stream.read_until(b"d4" * 16)

    assert example_spans.TRACE_ID.encode() not in received


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Connection": "Upgrade", "Upgrade": "websocket",
         "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="},
    ],
)  # fmt: skip
def test_the_stream_is_refused_to_another_site(served: str, headers: dict[str, str]) -> None:
    assert httpx2.get(f"{served}v1/events", headers=headers).status_code == 403


def test_a_stream_does_not_hold_up_other_requests(served: str) -> None:
    with RawConnection(served) as stream:
        stream.get("/v1/events")
        stream.read_until(b": alive\n\n")

        assert httpx2.get(f"{served}health").status_code == 200


def test_only_so_many_may_watch_and_a_place_becomes_free_again(served: str) -> None:
    streams = [RawConnection(served) for _ in range(MAX_WATCHERS)]
    try:
        for stream in streams:
            stream.get("/v1/events")
            stream.read_until(b": alive\n\n")

        refused = httpx2.get(f"{served}v1/events")

        assert refused.status_code == 503
        assert list(refused.json()) == ["detail"]
    finally:
        for stream in streams:
            stream.__exit__(None, None, None)
    _wait_for_a_place(served)


def _wait_for_a_place(served: str) -> None:
    for _ in range(200):
        with RawConnection(served) as stream:
            stream.get("/v1/events")
            if b" 200 " in stream.read_until(b"\r\n\r\n"):
                return
        time.sleep(0.02)
    pytest.fail("no place became free")


class _Revisions:
    """A store's changes, as a feed asks for them: each call takes the next answer."""

    def __init__(self, *answers: Sequence[str] | Exception) -> None:
        self._answers = list(answers)
        self.calls = 0

    def __call__(self, since: int) -> tuple[int, Sequence[str]]:
        self.calls += 1
        answer = self._answers.pop(0) if self._answers else ()
        if isinstance(answer, Exception):
            raise answer
        return self.calls, answer


def test_changes_between_two_looks_are_told_once() -> None:
    async def watch() -> Sequence[str]:
        feed = ChangeFeed(_Revisions())
        with feed.watch() as watcher:
            for run_ids in (["a", "b"], ["b", "c"], ["a"]):
                watcher.tell(run_ids)
            async for told in watcher.changes(alive_every_s=5):
                return told
        return []

    assert asyncio.run(watch()) == ["a", "b", "c"]


def test_a_store_that_fails_for_a_moment_does_not_end_the_stream() -> None:
    async def watch() -> Sequence[str]:
        feed = ChangeFeed(_Revisions((), StoreUnavailable("The store is locked; try again."), ["a"]))
        with feed.watch() as watcher:
            async for told in watcher.changes(alive_every_s=5):
                return told
        return []

    assert asyncio.run(watch()) == ["a"]


def test_silence_is_broken_by_a_sign_of_life() -> None:
    async def watch() -> Sequence[str]:
        with ChangeFeed(_Revisions()).watch() as watcher:
            async for told in watcher.changes(alive_every_s=0.05):
                return told
        return ["nothing"]

    assert asyncio.run(watch()) == []


def test_nobody_watching_means_no_looking() -> None:
    async def leave() -> tuple[int, int]:
        revisions = _Revisions()
        feed = ChangeFeed(revisions)
        with feed.watch():
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.4)
        calls = revisions.calls
        await asyncio.sleep(0.6)
        return calls, revisions.calls

    calls_when_left, calls_later = asyncio.run(leave())
    assert calls_when_left == calls_later
