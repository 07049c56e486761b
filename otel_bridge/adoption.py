"""Adoptions: traces that belong to a run although their roots have no parent.

Some SDKs keep a context of their own, and runtimes of agents start a trace for every message. Such a
root is taken for a step of the run in which it starts: below the span that is current there, or below
one that it links to, if that is of this process. Exporters of others see the traces as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeVar

from opentelemetry.sdk.trace import ReadableSpan, Span
from opentelemetry.trace import Link, SpanContext, format_span_id, format_trace_id, get_current_span

from otel_bridge import semconv
from otel_bridge.record import SpanRecord

V = TypeVar("V")

_MOST: Final = 8192
"""Traces that are remembered; an older one's later spans are a run of their own."""
_DEEPEST: Final = 64


class Adoptions:
    """Where traces of this process belong; any thread may ask."""

    def __init__(self) -> None:
        self._places: dict[int, tuple[int, int]] = {}
        """By trace, the trace and the span that it belongs to."""
        self._known: dict[int, bool] = {}
        """By trace that began here: its root is still open."""

    def note_start(self, span: Span) -> None:
        """Find out where a trace belongs whose root starts here and now."""
        parent = span.parent
        if parent is not None and not parent.is_remote:
            return
        trace_id = span.get_span_context().trace_id
        around = self._around(trace_id) or self._linked(span.links, trace_id) if parent is None else None
        if around is not None:
            _keep(self._places, trace_id, (around.trace_id, around.span_id))
        _keep(self._known, trace_id, True)

    def note_end(self, span: ReadableSpan) -> None:
        """Forget that a trace's root is open."""
        if span.parent is None or span.parent.is_remote:
            trace_id = span.context.trace_id
            if trace_id in self._known:
                self._known[trace_id] = False

    def placed(self, record: SpanRecord) -> SpanRecord:
        """Return a span as a step of the run that it belongs to."""
        place = self._places.get(int(record.trace_id, 16)) if self._places else None
        if place is None:
            return record
        trace_id, span_id = place
        for _ in range(_DEEPEST):
            trace_id = self._places.get(trace_id, (trace_id, 0))[0]
        return replace(
            record,
            trace_id=format_trace_id(trace_id),
            parent_id=record.parent_id or format_span_id(span_id),
            attributes={**record.attributes, semconv.TRACE_ID: record.trace_id},
        )

    def _around(self, trace_id: int) -> SpanContext | None:
        """Return the span that is current where another trace begins, unless what it belongs to is over."""
        current = get_current_span()
        context = current.get_span_context()
        if not context.is_valid or context.trace_id == trace_id:
            return None
        return context if current.is_recording() or self._is_open(context.trace_id) else None

    def _is_open(self, trace_id: int) -> bool:
        for _ in range(_DEEPEST):
            if self._known.get(trace_id) or trace_id not in self._places:
                break
            trace_id = self._places[trace_id][0]
        return self._known.get(trace_id, False)

    def _linked(self, links: Iterable[Link], trace_id: int) -> SpanContext | None:
        linked = (link.context for link in links)
        return next((to for to in linked if to.trace_id in self._known and to.trace_id != trace_id), None)


def _keep(table: dict[int, V], key: int, value: V) -> None:
    if len(table) >= _MOST:
        table.pop(next(iter(table)), None)
    table[key] = value
