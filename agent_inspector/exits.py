"""Exits: whatever way a process ends that can still run code, what it recorded is stored first."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, Protocol


class Recording(Protocol):
    """What has to be brought to its end."""

    @property
    def is_idle(self) -> bool:
        """Nothing waits to be stored."""

    def shutdown(self) -> None:
        """Store what waits, in bounded time."""


_recording: Recording | None = None
_exit_now: Callable[[int], NoReturn] = os._exit


def store_at_exit(recording: Recording) -> None:
    """End this recording when the process ends; a later one takes the place of an earlier one.

    The end of the interpreter, SIGTERM where nobody else handles it, and `os._exit`, by which forked
    children leave, multiprocessing's among them.
    """
    global _recording
    if _recording is None:
        atexit.register(_store)
        os._exit = _exit_after_storing  # type: ignore[assignment]  # this is the point
        _watch_for_sigterm()
    _recording = recording


def _store() -> None:
    if _recording is not None:
        _recording.shutdown()


def _exit_after_storing(status: int) -> NoReturn:
    try:
        if _recording is not None and not _recording.is_idle:
            _recording.shutdown()
    finally:
        _exit_now(status)


def _watch_for_sigterm() -> None:
    """Take SIGTERM only where nobody else has: its default ends a process without a word."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _end_after_storing)


def _end_after_storing(number: int, frame: FrameType | None) -> None:
    _store()
    # Then die of the signal as before, so that the parent sees what it would have seen.
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
