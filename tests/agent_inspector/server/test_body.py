from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpx2
import pytest
from fastapi import FastAPI, HTTPException, Request
from starlette.types import Message

from agent_inspector.server.guard import BoundedBody
from tests.agent_inspector.server.conftest import Client


def _part(size: int, *, is_last: bool = False) -> Message:
    return {"type": "http.request", "body": b"x" * size, "more_body": not is_last}


def _read(parts: Sequence[Message], *, max_bytes: int = 10, timeout_s: float = 5) -> list[Message]:
    """Read these parts through the bound, then wait for ever, as a client that stays does."""

    async def read() -> list[Message]:
        waiting = list(parts)

        async def receive() -> Message:
            if not waiting:
                await asyncio.sleep(3600)
            return waiting.pop(0)

        bounded = BoundedBody(receive, max_bytes=max_bytes, timeout_s=timeout_s)
        messages = [await bounded()]
        while messages[-1]["more_body"]:
            messages.append(await bounded())
        return messages

    return asyncio.run(read())


def test_a_body_within_the_bound_arrives_whole() -> None:
    parts = [_part(4), _part(0), _part(6, is_last=True)]

    assert _read(parts) == parts


@pytest.mark.parametrize("sizes", [[11], [5, 6], [1] * 11])
def test_a_body_beyond_the_bound_is_refused_as_soon_as_it_is(sizes: list[int]) -> None:
    with pytest.raises(HTTPException) as refused:
        _read([_part(size) for size in sizes])

    assert refused.value.status_code == 413


def test_a_body_that_does_not_come_to_an_end_is_refused() -> None:
    with pytest.raises(HTTPException) as refused:
        _read([_part(1)], timeout_s=0.05)

    assert refused.value.status_code == 408


def test_after_the_body_the_client_may_stay_as_long_as_it_likes() -> None:
    async def stay() -> Message:
        messages = [_part(1, is_last=True), {"type": "http.disconnect"}]

        async def receive() -> Message:
            await asyncio.sleep(0.06)
            return messages.pop(0)

        bounded = BoundedBody(receive, timeout_s=0.1)
        await bounded()
        return await bounded()

    assert asyncio.run(stay()) == {"type": "http.disconnect"}


def test_a_body_without_a_length_is_bounded_on_the_way(app: FastAPI) -> None:
    async def take(request: Request) -> int:
        return len(await request.body())

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * 2**20

    app.add_api_route("/v1/take", take, methods=["POST"])

    answer: httpx2.Response = Client(app).request("POST", "/v1/take", content=parts())

    assert answer.status_code == 413
    assert list(answer.json()) == ["detail"]
