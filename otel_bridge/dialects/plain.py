"""Spans that say nothing about agents: HTTP requests, database queries, the user's own functions."""

from __future__ import annotations

from typing import Final

from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.record import SpanRecord

_PLUMBING: Final = ("http.", "url.", "db.", "rpc.", "messaging.", "network.", "net.", "fastapi.", "asgi.")


def translate(record: SpanRecord) -> Translation:
    """Take a span as a plain step; plumbing below another span folds away."""
    is_plumbing = any(name.startswith(_PLUMBING) for name in record.attributes)
    framework = is_plumbing and record.parent_id is not None
    return Translation(record.attributes, kind="framework" if framework else "chain", framework=framework)


DIALECT: Final = Dialect("plain", translate)
