"""`agent-inspector server`: the web UI and the API on this machine."""

from __future__ import annotations

import dataclasses
import os
import sys
import threading
import webbrowser
from functools import partial
from typing import Annotated, Any

import typer

from agent_inspector.cli.logs import LogLevel, log_to_file, log_to_terminal, quiet_web_server
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.config import TraceConfig, get_config
from agent_inspector.server.serve import serve_configured


def server(  # noqa: PLR0913 (each is an option of the command)
    host: Annotated[
        str | None, typer.Option(help="Address to serve on; without it TRACE_API_HOST, else 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port, 0 for any free one; without it TRACE_API_PORT, else 8000."
        ),
    ] = None,
    otlp_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Second port, where OTLP exporters send by default, 0 for none; without it TRACE_OTLP_PORT, else 4318.",
        ),
    ] = None,
    otlp_grpc_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Port that receives OTLP over gRPC, 0 for none; without it TRACE_OTLP_GRPC_PORT, else 4317.",
        ),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the web UI in a browser.")
    ] = False,
    log_level: Annotated[
        LogLevel | None,
        typer.Option(case_sensitive=False, help="How much to log; without it TRACE_LOG_LEVEL, else INFO."),
    ] = None,
    log_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Log to this file, too; without it TRACE_LOG_PATH.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print where it serves as JSON, for programs.")
    ] = False,
) -> None:
    """Serve the web UI and the API on this machine, until Ctrl-C.

    Only programs of this machine can connect. Another address needs an API key in TRACE_API_KEY.
    """
    given: dict[str, Any] = {
        "api_host": host,
        "api_port": port,
        "otlp_port": otlp_port,
        "otlp_grpc_port": otlp_grpc_port,
        "log_level": log_level.value if log_level else None,
        "log_path": log_file,
    }
    config = dataclasses.replace(
        get_config(), **{name: value for name, value in given.items() if value is not None}
    )
    _start_logging(config)
    announce = partial(_announce, config, open_browser=open_browser, as_json=as_json)
    serve_configured(config, announce, owns_process=True)


def _start_logging(config: TraceConfig) -> None:
    log_to_terminal(config.log_level)
    if config.log_path:
        log_to_file(config.log_path, config.log_level)
    quiet_web_server(config.log_level)


def _announce(config: TraceConfig, url: str, *, open_browser: bool, as_json: bool) -> None:
    """Say where it serves, once requests are answered."""
    ui_url = url + config.ui_path.strip("/") + "/" if config.ui_enabled else None
    if as_json:
        say_json({"url": url, "ui": ui_url, "api": f"{url}docs", "store": config.db_path, "pid": os.getpid()})
    else:
        if ui_url is not None:
            say(f"Web UI:  {ui_url}")
        say(f"API:     {url}docs")
        say(f"Store:   {visible(config.db_path)}")
        say("Stop with Ctrl-C.")
    sys.stdout.flush()  # whoever reads a pipe waits for the address
    if open_browser:
        # Some browsers' launchers do not return until the browser is closed.
        threading.Thread(target=webbrowser.open, args=(ui_url or url,), daemon=True).start()
