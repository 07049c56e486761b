"""Collector: Python's search for cyclic garbage, rarer while a long run is read into memory."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_RARELY: Final = 1_000_000
"""New objects between two searches. What is read of a run stays and has no cycles: searching it is in vain."""
_lock: Final = threading.Lock()
_holding: Final[list[tuple[int, int, int]]] = []
"""For each thread that holds the collector back, the thresholds that it found."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Search for garbage rarely inside of the block, as often as before after the last such block of any thread."""
    with _lock:
        _holding.append(gc.get_threshold())
        if len(_holding) == 1 and 0 < _holding[0][0] < _RARELY:  # 0: somebody has turned it off
            gc.set_threshold(_RARELY, *_holding[0][1:])
    try:
        yield
    finally:
        with _lock:
            before = _holding.pop()
            if not _holding and gc.get_threshold()[0] == _RARELY:  # else somebody else has set it since
                gc.set_threshold(*before)
