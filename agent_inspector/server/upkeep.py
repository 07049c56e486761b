"""Upkeep: what the server does for its store in the background: prices of new model calls, retention, findings."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from agent_inspector.config import TraceConfig
from agent_inspector.errors import InspectorError
from agent_inspector.query import judge_pending, take_up_rules
from agent_inspector.store import SpanStore
from agent_inspector.store.retention import apply_retention

EVERY_S: Final = 1.0
_JUDGING_S: Final = 5.0
"""While many runs are to be judged, new model calls wait for their prices no longer than this."""

_PATIENCE_S: Final = 30.0
"""While spans keep coming in, runs wait no longer than this to be judged."""

_log = logging.getLogger(__name__)


@contextmanager
def upkeep(
    store: SpanStore, config: TraceConfig, is_receiving: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Keep the store up while the block runs; what can wait waits while spans are coming in."""
    ending = threading.Event()
    worker = threading.Thread(
        target=_keep_up,
        args=(store, config, ending, is_receiving),
        daemon=True,
        name="agent-inspector-upkeep",
    )
    worker.start()
    try:
        yield
    finally:
        ending.set()
        worker.join(EVERY_S)


def _keep_up(
    store: SpanStore, config: TraceConfig, ending: threading.Event, is_receiving: Callable[[], bool]
) -> None:
    said, has_taken_up_rules, judged_at = "", False, time.monotonic()
    while not ending.is_set():
        try:
            store.price_pending()
            apply_retention(store, config)
            if not has_taken_up_rules:
                take_up_rules(store)
                has_taken_up_rules = True
            # What is coming in changes its runs, which would be judged again and again.
            if not is_receiving() or time.monotonic() - judged_at > _PATIENCE_S:
                _judge(store, ending)
                judged_at = time.monotonic()
        except InspectorError as problem:
            if str(problem) != said:
                said = str(problem)
                _log.warning("Prices and findings are waiting for the store: %s", problem)
        ending.wait(EVERY_S)


def _judge(store: SpanStore, ending: threading.Event) -> None:
    """Judge runs for a while, and rest after each as long as it took: requests come first."""
    until = time.monotonic() + _JUDGING_S
    judge_pending(store, goes_on=lambda took_s: not ending.wait(took_s) and time.monotonic() < until)
