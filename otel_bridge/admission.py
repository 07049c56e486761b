"""AdmissionGate: how many spans, and how many bytes of them, may wait for the export thread.

The SDK's queue throws out its *oldest* span when it is full, and says so only in a log line. With
this gate in front the queue never fills: what is refused is the newest, and its owner counts it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from opentelemetry.sdk.trace import ReadableSpan

from otel_bridge.content import ContentTable
from otel_bridge.sizes import span_bytes

_ROOT_RESERVE: Final = 16
"""Places that only roots may take, so that a burst of steps cannot cost a run its end."""


class AdmissionGate:
    """Counts spans in and out; safe for any thread."""

    def __init__(
        self,
        *,
        max_spans: int,
        max_bytes: int,
        on_refusal: Callable[[], None],
        root_wait_ms: int = 0,
        content: ContentTable | None = None,
    ) -> None:
        self._max_spans = max_spans
        self._max_steps = max_spans - min(_ROOT_RESERVE, (max_spans + 6) // 8)  # one of two
        self._max_bytes = max_bytes
        self._root_wait_s = root_wait_ms / 1000
        self._on_refusal = on_refusal
        self._content = content or ContentTable()
        self._sizes: dict[int, int] = {}
        # Entered as it is, and not by its condition, whose own methods are Python. A signal handler may re-enter it.
        self._lock = threading.RLock()
        self._room = threading.Condition(self._lock)
        self._spans = 0
        self._bytes = 0

    @property
    def waiting(self) -> int:
        """How many spans are admitted and not yet exported."""
        return self._spans

    def admit(self, span: ReadableSpan) -> bool:
        """Take the span in, or refuse it; a root may wait for room, but never in an event loop."""
        is_root = span.parent is None or span.parent.is_remote
        span_id = span.context.span_id
        return self.enter(span_id, span_bytes(span) + self._content.size(span_id), is_root)

    def enter(self, span_id: int, size: int, is_root: bool) -> bool:
        """Take a span of so many bytes in, as `admit` does."""
        with self._lock:
            if not self._has_room(size, is_root) and not (is_root and self._wait_for_room(size)):
                self._on_refusal()
                self._content.take(span_id)
                return False
            self._spans += 1
            self._bytes += size
            self._sizes[span_id] = size
            return True

    def release(self, spans: Sequence[ReadableSpan]) -> None:
        """Make room again: these were exported, or given up."""
        with self._room:
            self._spans = max(0, self._spans - len(spans))
            freed = sum([self._sizes.pop(span.context.span_id, 0) for span in spans])
            self._bytes = max(0, self._bytes - freed)
            self._room.notify_all()

    def wait_until_empty(self, timeout_s: float) -> bool:
        """Wait until everything admitted so far is exported; False if it took too long."""
        with self._room:
            return self._room.wait_for(lambda: self._spans == 0, timeout_s)

    def reset(self) -> None:
        """Start afresh in a forked child, whose export queue is empty and whose lock may be held by nobody."""
        self._lock = threading.RLock()
        self._room = threading.Condition(self._lock)
        self._spans = self._bytes = 0
        self._sizes = {}

    def _has_room(self, size: int, is_root: bool) -> bool:
        if self._spans >= (self._max_spans if is_root else self._max_steps):
            return False
        # A single span larger than the bound still gets in when nothing else waits.
        return self._spans == 0 or self._bytes + size <= self._max_bytes

    def _wait_for_room(self, size: int) -> bool:
        if self._root_wait_s <= 0 or asyncio._get_running_loop() is not None:
            return False
        deadline = time.monotonic() + self._root_wait_s
        while not self._has_room(size, is_root=True):
            if not self._room.wait(deadline - time.monotonic()):
                return False
        return True
