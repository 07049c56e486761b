"""The endpoints about the server and its store: `/health`, `/v1/stats`, statistics over time, and sessions."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from agent_inspector.model import SessionPage, Statistics, Stats
from agent_inspector.query import get_statistics, get_stats, list_sessions
from agent_inspector.server.answers import Health, JsonAnswer
from agent_inspector.server.parameters import Moment, Text, WholeNumber
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


class StatisticsQuery(BaseModel):
    """Of which time to count, and how finely."""

    model_config = ConfigDict(extra="forbid")

    started_after: Moment = Field(None, description="Seven days before `started_before` when left out.")
    started_before: Moment = Field(None, description="Now when left out.")
    periods: WholeNumber = Field(56, ge=1, le=400, description="Into how many stretches the time is cut.")


class SessionQuery(BaseModel):
    """How many sessions to list, and after which."""

    model_config = ConfigDict(extra="forbid")

    limit: WholeNumber = Field(50, ge=1, le=1000)
    cursor: Text = Field(None, description="`next_cursor` of the page before.")


@router.get("/stats/usage", response_model=Statistics)
def read_statistics(store: StoreOfApp, query: Annotated[StatisticsQuery, Query()]) -> JsonAnswer:
    """Read runs, failures, latency, tokens and cost over time, and by model, agent and tool."""
    return JsonAnswer(get_statistics(store, **query.model_dump()))


@router.get("/sessions", response_model=SessionPage)
def read_sessions(store: StoreOfApp, query: Annotated[SessionQuery, Query()]) -> JsonAnswer:
    """List sessions, the one that was active last first."""
    return JsonAnswer(list_sessions(store, limit=query.limit, cursor=query.cursor))
