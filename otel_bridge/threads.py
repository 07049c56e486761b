"""Context in threads: what runs in a thread or an executor belongs to the run that started it.

Python gives a new thread an empty context. As OpenTelemetry's threading instrumentation does, but
without its exact version pins, the context of the caller is carried along.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Token
from typing import Any, Final, TypeVar

from opentelemetry.context import Context, attach, get_current

R = TypeVar("R")

_MARK: Final = "_agent_inspector_context"
_lock = threading.Lock()
_done = False


def carry_context() -> None:
    """Make threads and thread pools carry the context of whoever starts them; the second call does nothing."""
    global _done
    with _lock:
        if _done:
            return
        _done = True
        start, run, submit = threading.Thread.start, threading.Thread.run, ThreadPoolExecutor.submit

        @functools.wraps(start)
        def start_with_context(self: threading.Thread) -> None:
            setattr(self, _MARK, get_current())
            start(self)

        @functools.wraps(run)
        def run_in_context(self: threading.Thread) -> None:
            with_context(getattr(self, _MARK, None), run, self)

        @functools.wraps(submit)  # type: ignore[arg-type]  # of a generic method
        def submit_with_context(
            self: ThreadPoolExecutor, call: Callable[..., R], /, *args: Any, **kwargs: Any
        ) -> Future[R]:
            context = get_current()
            # An empty context is not worth a wrapper.
            if not context:
                return submit(self, call, *args, **kwargs)
            return submit(self, with_context, context, call, *args, **kwargs)

        threading.Thread.start = start_with_context  # type: ignore[method-assign]  # this is the point
        threading.Thread.run = run_in_context  # type: ignore[method-assign]  # as above
        ThreadPoolExecutor.submit = submit_with_context  # type: ignore[method-assign, assignment]  # as above


def with_context(context: Context | None, call: Callable[..., R], /, *args: Any, **kwargs: Any) -> R:
    """Call something in this context."""
    token: Token[Context] | None = attach(context) if context else None
    try:
        return call(*args, **kwargs)
    finally:
        if token is not None:
            token.var.reset(token)
