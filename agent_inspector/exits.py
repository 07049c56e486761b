"""Exits: whatever way a process ends that can still run code, what it recorded is stored first."""

from __future__ import annotations

import _thread
import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Final, NoReturn, Protocol


class Recording(Protocol):
    """What has to be brought to its end."""

    @property
    def is_idle(self) -> bool:
        """Nothing waits to be stored."""

    def shutdown(self) -> None:
        """Store what waits, in bounded time."""


_PAUSE_S: Final = 1.0
"""How long the code that a signal interrupted stands still; storing mostly takes far less."""

_recordings: list[Recording] = []
_exit_now: Callable[[int], NoReturn] = os._exit


def store_at_exit(recording: Recording) -> None:
    """End this recording when the process ends.

    The end of the interpreter, SIGTERM where nobody else handles it, and `os._exit`, by which forked
    children leave, multiprocessing's among them.
    """
    if not _recordings:
        atexit.register(_store)
        os._exit = _exit_after_storing
        _watch_for_sigterm()
    _recordings.append(recording)


def forget(recording: Recording) -> None:
    """Let go of a recording that has been brought to its end before."""
    if recording in _recordings:
        _recordings.remove(recording)


def _store() -> None:
    for recording in list(_recordings):
        recording.shutdown()
    if getattr(sys, "last_type", None) is KeyboardInterrupt:
        _keep_interrupt_visible()


def _keep_interrupt_visible() -> None:
    """Let a program that Ctrl-C ended still die of SIGINT, as its parent expects.

    CPython notes it (`_Py_UnhandledKeyboardInterrupt`), and forgets it when a text is evaluated
    afterwards, as every import of a dataclass does. An evaluation that ends in the same way notes it anew.
    """
    try:
        eval("interrupt()", {"interrupt": _interrupt})
    except KeyboardInterrupt:
        return


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def _exit_after_storing(status: int) -> NoReturn:
    try:
        if not all(recording.is_idle for recording in _recordings):
            _store()
    finally:
        _exit_now(status)


def _watch_for_sigterm() -> None:
    """Take SIGTERM only where nobody else has: its default ends a process without a word."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _end_after_storing)


def _end_after_storing(number: int, frame: FrameType | None) -> None:
    # A second signal ends the process at once, and so does this one when all is stored, by which the
    # parent sees what it would have seen.
    signal.signal(number, signal.SIG_DFL)
    # In a thread: the code that was interrupted here may hold a lock which storing waits for. It goes
    # on only if that takes long, and then lets go of the lock.
    _thread.start_new_thread(_store_and_die, (number,))
    time.sleep(_PAUSE_S)


def _store_and_die(number: int) -> None:
    try:
        _store()
    finally:
        os.kill(os.getpid(), number)
