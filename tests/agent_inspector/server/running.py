"""A real server in a thread of this process, on a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from agent_inspector.config import TraceConfig
from agent_inspector.server import create_app
from agent_inspector.server.serve import Server, bind, url_of
from agent_inspector.store import SpanStore


@contextmanager
def running_server(store: SpanStore, config: TraceConfig) -> Iterator[str]:
    """Serve the store, and yield the address."""
    listener = bind("127.0.0.1", 0)
    ready = threading.Event()
    server = Server(create_app(store, config), ready.set)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        assert ready.wait(10)
        yield url_of(listener)
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
