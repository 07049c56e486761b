"""Intake: spans and log records from elsewhere, on their way through the redactor into the store.

Log records that tell of a span are joined to it, whichever of the two comes first and however late;
those of a session that sends no spans become spans themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from agent_inspector.joining import join_to_logs, join_to_spans
from agent_inspector.scattered import Scattered
from agent_inspector.store import SpanStore
from otel_bridge.dialects import opened
from otel_bridge.dialects.logs import call_id_of, session_of
from otel_bridge.record import LogRecord, SpanEvent, SpanRecord

Redactor: TypeAlias = Callable[[SpanRecord], SpanRecord]

_CARRIER: Final = SpanRecord("0" * 32, "0" * 16, None, "", 0, 0)
"""A span that carries something else through the redactor."""
_BODY: Final = "body"


class Intake:
    """What a receiver hands spans and log records to; any thread may."""

    def __init__(self, store: SpanStore, redact: Redactor) -> None:
        self._store = store
        self._redact = redact
        # What one request stores while another one looks for it would never be joined.
        self._joining = threading.Lock()
        self._scattered = Scattered(store)

    def take_spans(self, records: Sequence[SpanRecord]) -> None:
        """Keep these spans; they are durable when this returns.

        Raises:
            StoreError: none of them was kept.
        """
        clean = [self._redact(opened(record)) for record in records]
        if not clean:
            return
        with self._joining:
            gathered = self._scattered.gather(clean)
            clean = gathered.records
            if self._store.has_logs():
                clean = join_to_logs(self._store, clean)
            self._store.write(clean)
            self._scattered.settle(gathered)

    def take_logs(self, logs: Sequence[LogRecord]) -> None:
        """Keep those of these log records that may tell of a step; they are durable when this returns.

        Raises:
            StoreError: none of them was kept.
        """
        clean = [self._redact_log(log) for log in logs if _belongs_somewhere(log)]
        if not clean:
            return
        with self._joining:
            clean = self._scattered.rename(clean)
            self._store.keep_logs(clean)
            join_to_spans(self._store, clean)

    def _redact_log(self, log: LogRecord) -> LogRecord:
        redacted = self._redact(
            replace(
                _CARRIER,
                name=log.event_name,
                attributes=log.attributes,
                events=(SpanEvent("", 0, {_BODY: log.body}),),
                resource=log.resource,
            )
        )
        return replace(
            log,
            event_name=redacted.name,
            attributes=redacted.attributes,
            body=redacted.events[0].attributes[_BODY],
            resource=redacted.resource,
        )


def _belongs_somewhere(log: LogRecord) -> bool:
    """Whether there is a way to find the span that the record tells of, or the session."""
    return bool((log.trace_id and log.span_id) or session_of(log) or call_id_of(log))
