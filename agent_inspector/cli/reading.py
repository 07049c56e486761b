"""How a verb opens the store to read from it, and closes it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from agent_inspector.config import get_config
from agent_inspector.store import SpanStore, open_store


@contextmanager
def opened_store() -> Iterator[SpanStore]:
    """Open the configured store for reading.

    Raises:
        StoreUnavailable: there is none, or it cannot be read.
    """
    store = open_store(get_config(), read_only=True)
    try:
        yield store
    finally:
        store.close()
