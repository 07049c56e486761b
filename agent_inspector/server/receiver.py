"""Receiver: what is being received at the moment, by whichever protocol: how much may wait, and who works on it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Final

from agent_inspector.intake import Intake
from otel_bridge.otlp import (
    check_unpacking,
    decode_logs,
    decode_traces,
    decompress,
    encode_logs_answer,
    encode_traces_answer,
)

_MAX_INFLATED_BYTES: Final = 32 * 2**20
_MOST_AT_ONCE: Final = 2
"""Requests that are decoded and written at the same time."""
_MOST_WAITING: Final = 32
"""Requests that have arrived and are not answered yet."""
_MOST_WAITING_BYTES: Final = 32 * 2**20
"""Bodies of all requests that have begun to arrive and are not answered yet."""
_QUIET_S: Final = 1.0

Work = Callable[[bytes, str], bytes]
"""From an unpacked body and its content type to the body of the answer."""


class Busy(Exception):
    """More is waiting already than shall be kept in memory."""


class Receiver:
    """Takes bodies from any event loop, and works on them in a few threads of its own."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._workers = ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="agent-inspector-otlp")
        self._checker = ThreadPoolExecutor(1, thread_name_prefix="agent-inspector-otlp-check")
        self._lock = threading.Lock()
        self._requests = 0
        self._bytes = 0
        self._answered_at = -_QUIET_S

    def keep_traces(self, body: bytes, content_type: str) -> bytes:
        decoded = decode_traces(body, content_type)
        self._intake.take_spans(decoded.records)
        return encode_traces_answer(content_type, decoded.rejected, decoded.reason)

    def keep_logs(self, body: bytes, content_type: str) -> bytes:
        self._intake.take_logs(decode_logs(body, content_type))
        return encode_logs_answer(content_type)

    def drop_metrics(self, body: bytes, content_type: str) -> bytes:
        """Accept what is not looked at: an exporter that is refused would complain again and again."""
        return encode_logs_answer(content_type)

    def is_receiving(self) -> bool:
        """Whether anything was being worked on within the last second."""
        return self._requests > 0 or time.monotonic() - self._answered_at < _QUIET_S

    @contextmanager
    def arriving(self) -> Iterator[Callable[[int], None]]:
        """Count a body as waiting from its first bytes on, while the block runs; call what is given with their number.

        A request takes a place of its own only once it is whole: a slow one must not keep others out.

        Raises:
            Busy: too many bytes are waiting; raised where they are counted.
        """
        counted = 0

        def count(size: int) -> None:
            nonlocal counted
            with self._lock:
                if self._bytes + size > _MOST_WAITING_BYTES:
                    raise Busy
                self._bytes += size
            counted += size

        try:
            yield count
        finally:
            with self._lock:
                self._bytes -= counted

    async def answer(self, work: Work, body: bytes, content_type: str, encoding: str = "") -> bytes:
        """Unpack a body, and have it worked on in a thread; an answer means that what was accepted is durable.

        Raises:
            Busy: too many requests are waiting.
            MalformedBody: the body cannot be read.
            StoreError, SinkUnavailable: the store cannot be written at the moment.
        """

        def unpack_and_work() -> bytes:
            return work(decompress(body, encoding, limit=_MAX_INFLATED_BYTES), content_type)

        loop = asyncio.get_running_loop()
        with self._place() as has_to_wait:
            if has_to_wait and encoding:
                # A bomb is told so at once, and does not take its turn, which may be seconds away.
                check = partial(check_unpacking, body, encoding, limit=_MAX_INFLATED_BYTES)
                await loop.run_in_executor(self._checker, check)
            # In the caller's context, in which OpenTelemetry is told to look away.
            return await loop.run_in_executor(self._workers, copy_context().run, unpack_and_work)

    @contextmanager
    def _place(self) -> Iterator[bool]:
        """Take a place; yields whether others are before it that keep all workers busy."""
        with self._lock:
            if self._requests >= _MOST_WAITING:
                raise Busy
            self._requests += 1
            has_to_wait = self._requests > _MOST_AT_ONCE
        try:
            yield has_to_wait
        finally:
            with self._lock:
                self._requests -= 1
                self._answered_at = time.monotonic()
