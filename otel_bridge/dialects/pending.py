"""Pending spans: announcements of spans that have begun, as open versions of the spans they announce."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from otel_bridge.dialects.logfire import SPAN_TYPE, announced_span
from otel_bridge.record import SpanRecord

_PARENT: Final = "logfire.pending_parent_id"
_ID: Final = re.compile(r"[0-9a-f]{16}")
_NONE: Final = "0" * 16


def opened(record: SpanRecord) -> SpanRecord:
    """Return the announced span, still running, for an announcement, and any other span as it is.

    Whoever keeps spans then needs to know nothing more: the span itself, when it has ended, replaces
    its open version; if it never comes, that is all there is.
    """
    announced = announced_span(record)
    parent = record.attributes.get(_PARENT)
    if announced is None or not isinstance(parent, str) or not _ID.fullmatch(parent):
        return record
    return replace(
        record,
        span_id=announced,
        parent_id=None if parent == _NONE else parent,
        end_ns=None,
        attributes={**record.attributes, SPAN_TYPE: "span"},
    )
