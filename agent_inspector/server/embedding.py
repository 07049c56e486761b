"""ApiServer: the server, for programs that start it themselves instead of by the command line."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cached_property
from typing import Any

from fastapi import FastAPI

from agent_inspector.config import TraceConfig, get_config
from agent_inspector.server.app import create_app
from agent_inspector.server.serve import serve_configured
from agent_inspector.store import open_store

_log = logging.getLogger(__name__)


class ApiServer:
    """The web UI and the API over the store of a configuration; without one over that in force."""

    def __init__(self, config: TraceConfig | None = None) -> None:
        self.config = config or get_config()

    @cached_property
    def app(self) -> FastAPI:
        """The ASGI application, to be served or mounted by the program; its store stays open with the process."""
        return create_app(open_store(self.config), self.config)

    def run(self, host: str | None = None, port: int | None = None) -> None:
        """Serve until SIGINT or SIGTERM; without arguments where the configuration says.

        Raises:
            ConfigError: other machines could read the traces without a key.
            InspectorError: the address cannot be had, or the store cannot be opened.
        """
        given: dict[str, Any] = {"api_host": host, "api_port": port}
        config = replace(self.config, **{name: value for name, value in given.items() if value is not None})
        serve_configured(config, lambda url: _log.info("Serving on %s", url))


def get_api_server() -> ApiServer:
    """Return a server for the configuration in force."""
    return ApiServer()


def run_server(host: str | None = None, port: int | None = None) -> None:
    """Serve the configured store until SIGINT or SIGTERM; see `ApiServer.run`."""
    ApiServer().run(host, port)
