"""How a verb opens the store to change it; it never makes one that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from agent_inspector.cli.reading import opened_store
from agent_inspector.config import get_config
from agent_inspector.store import SpanStore, open_store


@contextmanager
def changed_store() -> Iterator[SpanStore]:
    """Open the configured store for a change.

    Raises:
        StoreUnavailable: there is none, or it cannot be read.
    """
    with opened_store():
        pass  # a store that is missing, damaged or too new is refused here, before anything is made
    store = open_store(get_config())
    try:
        yield store
    finally:
        store.close()
