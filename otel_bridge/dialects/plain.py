"""Spans that say nothing about agents: HTTP requests, database queries, the user's own functions."""

from __future__ import annotations

from typing import Final

from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.record import Attributes, SpanRecord

_PLUMBING: Final = ("http.", "url.", "db.", "rpc.", "messaging.", "network.", "net.", "fastapi.", "asgi.")


def is_plumbing(attributes: Attributes) -> bool:
    """Whether a span with these attributes is a request, a query or a message between programs."""
    return any(name.startswith(_PLUMBING) for name in attributes)


def translate(record: SpanRecord) -> Translation:
    """Take a span as a plain step; plumbing below another span folds away."""
    framework = is_plumbing(record.attributes) and record.parent_id is not None
    return Translation(record.attributes, kind="framework" if framework else "chain", framework=framework)


DIALECT: Final = Dialect("plain", translate)
