"""The endpoints about the server and its store: `/health` and `/v1/stats`."""

from __future__ import annotations

import time

from fastapi import APIRouter

from agent_inspector.model import Stats
from agent_inspector.query import get_stats
from agent_inspector.server.answers import Health, JsonAnswer
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.server.store_access import StoreOfApp
from agent_inspector.version import __version__

health_router = APIRouter(tags=["health"])
router = APIRouter(prefix="/v1", tags=["stats"], responses=PROBLEM_RESPONSES)


@health_router.get("/health", response_model=Health)
async def read_health() -> JsonAnswer:
    """Say that the server is alive. It asks the store nothing, so a busy store does not delay it."""
    return JsonAnswer(Health("healthy", time.time_ns() // 1_000_000, __version__))


@router.get("/stats", response_model=Stats)
def read_stats(store: StoreOfApp) -> JsonAnswer:
    """Read the store in numbers."""
    return JsonAnswer(get_stats(store))
