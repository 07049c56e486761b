"""serve: bind, run the application under uvicorn, and stop in good order on SIGINT or SIGTERM."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

from agent_inspector.config import TraceConfig
from agent_inspector.errors import ConfigError, InspectorError
from agent_inspector.server.access import is_loopback, policy_of
from agent_inspector.server.app import create_app
from agent_inspector.server.info import info_of
from agent_inspector.server.otlp_grpc import grpc_receiver
from agent_inspector.server.protocol import TimedH11Protocol
from agent_inspector.server.receiver import Receiver
from agent_inspector.server.upkeep import upkeep
from agent_inspector.store import SpanStore, open_store

_MAX_CONNECTIONS: Final = 1024
_KEEP_ALIVE_S: Final = 15
_STOP_WITHIN_S: Final = 1
_LEAVE_AFTER_S: Final = 3.0
"""A request that is being worked on in a thread cannot be stopped, and asyncio waits for it, however long."""
_CLOSE_WITHIN_S: Final = 1.0

_log = logging.getLogger(__name__)

_BIND_FAILURES: Final = {
    errno.EADDRINUSE: "Port {port} on {host} is in use; choose another one with --port.",
    errno.EACCES: "Port {port} on {host} needs more rights than you have; choose one above 1023 with --port.",
    errno.EADDRNOTAVAIL: "This machine has no address {host}; name one of its own with --host.",
}


def check_exposure(config: TraceConfig) -> None:
    """Refuse a configuration that would show traces to strangers.

    Raises:
        ConfigError: other machines, or every web page, could read the API without a key.
    """
    if config.api_key:
        return
    if not is_loopback(config.api_host):
        raise ConfigError(
            f"Serving on {config.api_host} lets other machines read your traces: set TRACE_API_KEY, "
            "or serve on 127.0.0.1."
        )
    if "*" in config.api_cors_origins:
        raise ConfigError(
            "TRACE_API_CORS_ORIGINS=* lets every web page read your traces: name the origins, "
            "or set TRACE_API_KEY and TRACE_API_KEY_REQUIRED."
        )


def bind(host: str, port: int) -> socket.socket:
    """Bind and listen; port 0 takes any free one.

    Raises:
        InspectorError: the address cannot be had; the sentence names it.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        # The protocol must be named, or asyncio does not switch Nagle's algorithm off: 40 ms for every answer.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise InspectorError(f"The host name {host} cannot be resolved; use 127.0.0.1.") from error
    try:
        if os.name == "posix":  # on Windows it would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = _BIND_FAILURES.get(error.errno or 0, "Port {port} on {host} cannot be bound: {error}.")
        raise InspectorError(reason.format(host=host, port=port, error=error.strerror)) from error
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the address to open in a browser on this machine."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def bind_otlp(config: TraceConfig) -> socket.socket | None:
    """Bind the port that exporters send to by default; where it cannot be had, warn and do without."""
    if not (config.otlp_port and config.api_enabled) or config.otlp_port == config.api_port:
        return None
    try:
        return bind(config.api_host, config.otlp_port)
    except InspectorError as error:
        sentence = str(error).replace("--port", "--otlp-port")
        _log.warning("OTLP is received on the server's own port only: %s", sentence)
        return None


def serve(
    store: SpanStore,
    config: TraceConfig,
    listener: socket.socket,
    on_ready: Callable[[], None],
    *,
    on_overdue: Callable[[], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` is called once requests are answered.

    `on_overdue` is called from another thread where that takes longer than it may, for a request still worked on.
    """
    app = create_app(store, config)
    otlp = bind_otlp(config)
    grpc_port = config.otlp_grpc_port if config.api_enabled else 0
    receiver: Receiver = app.state.receiver
    with (
        upkeep(store, config, receiver.is_receiving),
        grpc_receiver(receiver, policy_of(config), grpc_port),
    ):
        app.state.info = info_of(
            config,
            otlp_http=f"{config.api_host}:{config.otlp_port}" if otlp else None,
            otlp_grpc=f"{config.api_host}:{grpc_port}" if grpc_port else None,
        )
        Server(app, on_ready, on_overdue).run([listener, otlp] if otlp else [listener])


def serve_configured(
    config: TraceConfig, announce: Callable[[str], None], *, owns_process: bool = False
) -> None:
    """Serve the configured store at the configured address; `announce` is called with the URL once it answers.

    A server that owns its process ends with it some seconds after a signal, whatever it is still working on.

    Raises:
        ConfigError: strangers could read the traces.
        InspectorError: the address cannot be had, or the store cannot be opened.
    """
    check_exposure(config)
    listener = bind(config.api_host, config.api_port)
    store = open_store(config)
    try:
        on_overdue = partial(_leave, store) if owns_process else None
        serve(store, config, listener, lambda: announce(url_of(listener)), on_overdue=on_overdue)
    finally:
        store.close()


def _leave(store: SpanStore) -> None:
    """End this process now; what was received is safe, as it was before it was answered."""
    closing = threading.Thread(target=store.close, daemon=True)
    closing.start()
    closing.join(_CLOSE_WITHIN_S)
    os._exit(0)


class Server(uvicorn.Server):
    """uvicorn, telling when it is ready, and ending live streams before it waits for connections to close."""

    def __init__(
        self, app: FastAPI, on_ready: Callable[[], None], on_overdue: Callable[[], None] | None = None
    ) -> None:
        settings = uvicorn.Config(
            app,
            loop="asyncio",
            http=TimedH11Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=logging.getLogger("uvicorn.access").isEnabledFor(logging.INFO),
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_MAX_CONNECTIONS,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_STOP_WITHIN_S,
        )
        super().__init__(settings)
        self._app = app
        self._on_ready = on_ready
        self._on_overdue = on_overdue

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.feed.close()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises the signal again after it has stopped; a stop that was asked for is no failure.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self._on_overdue is not None and not self.should_exit:
            leaving = threading.Timer(_LEAVE_AFTER_S, self._on_overdue)
            leaving.daemon = True
            leaving.start()
        self.force_exit = self.should_exit and number == signal.SIGINT
        self.should_exit = True
