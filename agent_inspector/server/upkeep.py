"""Upkeep: what the server does for its store in the background: prices of new model calls, and retention."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from agent_inspector.config import TraceConfig
from agent_inspector.errors import InspectorError
from agent_inspector.store import SpanStore
from agent_inspector.store.retention import apply_retention

EVERY_S: Final = 1.0

_log = logging.getLogger(__name__)


@contextmanager
def upkeep(store: SpanStore, config: TraceConfig) -> Iterator[None]:
    """Keep the store up while the block runs."""
    ending = threading.Event()
    worker = threading.Thread(
        target=_keep_up, args=(store, config, ending), daemon=True, name="agent-inspector-upkeep"
    )
    worker.start()
    try:
        yield
    finally:
        ending.set()
        worker.join(EVERY_S)


def _keep_up(store: SpanStore, config: TraceConfig, ending: threading.Event) -> None:
    said = ""
    while not ending.is_set():
        try:
            store.price_pending()
            apply_retention(store, config)
        except InspectorError as problem:
            if str(problem) != said:
                said = str(problem)
                _log.warning("Prices are waiting for the store: %s", problem)
        ending.wait(EVERY_S)
