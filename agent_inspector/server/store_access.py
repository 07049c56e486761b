"""How an endpoint gets at the store that the application serves."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from agent_inspector.store import SpanStore


async def _served_store(request: Request) -> SpanStore:  # not in a worker thread, which costs 0.1 ms
    store: SpanStore = request.app.state.store
    return store


StoreOfApp = Annotated[SpanStore, Depends(_served_store)]
"""Endpoints that take it are plain functions, so that they run in worker threads: SQLite blocks."""

RunId = Annotated[
    str, Path(description="The run's trace id of 32 hex digits, or its first digits (at least 4).")
]
StepId = Annotated[str, Path(description="The step's span id of 16 hex digits.")]
