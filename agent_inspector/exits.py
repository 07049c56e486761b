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


_LOCKING: Final = (
    "opentelemetry.sdk",
    "opentelemetry.attributes",
    "otel_bridge.admission",
    "otel_bridge.forking",
    "otel_bridge.losses",
    "otel_bridge.processor",
)
_PUT_OFF_S: Final = 0.005
_MOST_PUT_OFF: Final = 200
_put_off = 0
"""How often SIGTERM was sent again, because it came while a step was being recorded."""

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
    global _put_off
    if _put_off < _MOST_PUT_OFF and _is_recording(frame):
        _put_off += 1
        _thread.start_new_thread(_send_again, (number,))
        return
    _store()
    # Then die of the signal as before, so that the parent sees what it would have seen.
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _is_recording(frame: FrameType | None) -> bool:
    """Whether the code that was interrupted may hold a lock which storing would wait for."""
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith(_LOCKING):
            return True
        frame = frame.f_back
    return False


def _send_again(number: int) -> None:
    time.sleep(_PUT_OFF_S)
    os.kill(os.getpid(), number)
