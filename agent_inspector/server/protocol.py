"""TimedH11Protocol: uvicorn's HTTP protocol with a deadline for request heads, which uvicorn itself lacks.

Without it, a client that sends half a request and waits keeps its connection for ever.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_TIMEOUT_S: Final = 10.0


class TimedH11Protocol(H11Protocol):
    """Closes a connection on which no complete request head arrives in time."""

    head_timeout_s = HEAD_TIMEOUT_S
    _head_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self._head_deadline = self.loop.call_later(self.head_timeout_s, transport.close)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answering():
            self._forget_deadline()
        elif self._head_deadline is None:  # the first bytes of a further request
            self._head_deadline = self.loop.call_later(self.head_timeout_s, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        # Before the first request, there is no cycle.
        return not getattr(self.cycle, "response_complete", True)

    def _forget_deadline(self) -> None:
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None
