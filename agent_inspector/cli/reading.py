"""How a verb opens the store to read from it, and closes it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from agent_inspector.config import get_config
from agent_inspector.errors import StoreError
from agent_inspector.store import SpanStore, open_store


@contextmanager
def opened_store() -> Iterator[SpanStore]:
    """Open the configured store for reading.

    Raises:
        StoreUnavailable: there is none, or it cannot be read.
    """
    store = open_store(get_config(), read_only=True)
    _fill_in_prices()
    try:
        yield store
    finally:
        store.close()


def _fill_in_prices() -> None:
    """Price what has been recorded; a store that cannot be written to is read as it is."""
    with suppress(StoreError), closing(open_store(get_config())) as store:
        store.price_pending()
