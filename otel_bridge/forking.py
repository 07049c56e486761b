"""Forking: keeps this process from forking while one of its threads is at work on recording.

The child would inherit what that thread holds and nobody lets go of: import locks, the mutexes of
SQLite and RE2, the locks on the store's file. It would wait for ever, or find its store locked.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LONGEST_WAIT_S: Final = 2.0
"""Neither a fork nor who works waits longer for the other: a store that is locked can take seconds."""


class ForkGate:
    """Lets any number of threads work, or one of them fork."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._at_work: Counter[int] = Counter()
        self._fork_waits = False

    def enter(self) -> None:
        """Let forks wait from now on; once more for each time that this thread has entered."""
        thread = threading.get_ident()
        with self._changed:
            if thread not in self._at_work:
                self._changed.wait_for(lambda: not self._fork_waits, LONGEST_WAIT_S)
            self._at_work[thread] += 1

    def leave(self) -> None:
        thread = threading.get_ident()
        with self._changed:
            self._at_work[thread] -= 1
            if self._at_work[thread] <= 0:
                del self._at_work[thread]
            self._changed.notify_all()

    def close(self) -> None:
        """Wait until nobody works, and let nobody begin."""
        me = threading.get_ident()
        self._changed.acquire()
        self._fork_waits = True
        self._changed.wait_for(lambda: not self._at_work.keys() - {me}, LONGEST_WAIT_S)

    def open(self) -> None:
        self._fork_waits = False
        self._changed.notify_all()
        self._changed.release()


_gate = ForkGate()


@contextmanager
def no_fork() -> Iterator[None]:
    """Let forks of this process wait until the end."""
    gate = _gate
    gate.enter()
    try:
        yield
    finally:
        gate.leave()


def _renew() -> None:
    global _gate
    _gate = ForkGate()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=lambda: _gate.close(), after_in_parent=lambda: _gate.open(), after_in_child=_renew
    )
