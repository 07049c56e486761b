"""create_app: the HTTP application, put together from its routers behind the guard."""

from __future__ import annotations

import inspect
from functools import cache, partial
from typing import Any

from fastapi import FastAPI

from agent_inspector.config import TraceConfig
from agent_inspector.intake import Intake, Redactor
from agent_inspector.pipeline import make_redactor
from agent_inspector.query import changed_runs
from agent_inspector.server import (
    comparisons,
    docs,
    findings,
    info,
    live,
    otlp,
    reading,
    runs,
    search,
    stats,
    steps,
)
from agent_inspector.server.access import policy_of
from agent_inspector.server.feed import ChangeFeed
from agent_inspector.server.guard import Guard
from agent_inspector.server.problems import answer_problems
from agent_inspector.server.receiver import Receiver
from agent_inspector.server.ui import make_ui_router
from agent_inspector.store import SpanStore
from agent_inspector.version import __version__


def create_app(store: SpanStore, config: TraceConfig) -> FastAPI:
    """Make the application that serves this store. The caller opens the store and closes it."""
    app = new_app(config)
    app.state.store = store
    app.state.info = info.info_of(config)
    app.state.receiver = Receiver(Intake(store, _redactor_on_demand(config)))
    app.state.feed = ChangeFeed(partial(changed_runs, store))
    app.add_middleware(Guard, policy=policy_of(config))
    return app


def new_app(config: TraceConfig) -> FastAPI:
    """Make the application with all its paths, but nothing to serve yet: enough to describe it."""
    app = FastAPI(
        title="Agent Inspector",
        version=__version__,
        description="The runs that are recorded on this machine, and the steps of each.",
        docs_url=None,  # FastAPI's own pages load scripts from a CDN; ours are in docs.py
        redoc_url=None,
        redirect_slashes=False,
        **_without_telemetry(),
    )
    answer_problems(app)
    app.include_router(stats.health_router)
    if config.api_enabled:
        for router in (
            runs.router,
            steps.router,
            comparisons.router,
            findings.router,
            reading.router,
            search.router,
            stats.router,
            info.router,
            live.router,
            otlp.router,
        ):
            app.include_router(router)
    app.include_router(docs.router)
    # Last, because the UI answers whatever lies below its path.
    app.include_router(make_ui_router(config.ui_path) if config.ui_enabled else docs.home_router)
    return app


def _redactor_on_demand(config: TraceConfig) -> Redactor:
    """Compile the rules at the first span that is received: 0.15 s that a server started to look pays not."""
    make = cache(partial(make_redactor, config))
    return lambda record: make()(record)


def _without_telemetry() -> dict[str, Any]:
    # FastAPI 0.165 began to trace itself; a recorder that records its own requests never comes to rest.
    if "telemetry" not in inspect.signature(FastAPI).parameters:
        return {}
    return {"telemetry": {"tracing": False, "metrics": False, "logs": False}}
