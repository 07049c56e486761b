"""Fills a store with all the runs; `python -m tests.e2e.story PATH` does so, and keeps the running one running."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Final

from agent_inspector import TraceConfig
from agent_inspector.errors import StoreUnavailable
from agent_inspector.store import SpanStore, open_store
from tests.e2e.story.desk import failed_desk, passed_desk
from tests.e2e.story.others import quiet_runs, silent_digest, working_brief

FAILED: Final = "8c41e20bd5f34f0c9a6d07b1c7e3aa52"
PASSED: Final = "77d0a31f6c1e4b07b2d95f8e0c64aa18"
SILENT: Final = "70b2c4e19d7a4f60a85e3b91f2c7dd04"
WORKING: Final = "a91f5de07b3c4a12908fe6d24b58cc73"
_SECOND: Final = 1_000_000_000


@contextmanager
def fill(path: Path) -> Iterator[SpanStore]:
    """Write the runs; the running one goes on until the context is left."""
    config = TraceConfig(db_path=str(path))
    now_s = int(time.time())
    ended = open_store(config)
    ended.beat({})
    ended.write(silent_digest(SILENT, (now_s - 112) * _SECOND, ended.process_id))
    for records in quiet_runs(now_s):
        ended.write(records)
    ended.write(passed_desk(PASSED, (now_s - 660) * _SECOND))
    ended.write(failed_desk(FAILED, (now_s - 240) * _SECOND))
    ended.close()
    store = open_store(config)
    store.beat({})
    store.write(working_brief(WORKING, (now_s - 14) * _SECOND, store.process_id))
    over = Event()
    life = Thread(target=_stay_alive, args=(store, over))
    life.start()
    try:
        yield store
    finally:
        over.set()
        life.join()
        store.close()


def _stay_alive(store: SpanStore, over: Event) -> None:
    while not over.wait(1.0):
        with suppress(StoreUnavailable):  # the next beat comes soon
            store.beat({})
