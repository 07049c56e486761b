"""opencode: spans of the Vercel AI SDK among many hundreds of its own runtime's."""

from __future__ import annotations

from typing import Final

from otel_bridge.dialects import vercel
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.record import SpanRecord


def translate(record: SpanRecord) -> Translation:
    """Read the AI SDK's spans, and fold away the rest."""
    if "ai.operationId" in record.attributes:
        return vercel.translate(record)
    return Translation(record.attributes, kind="framework", framework=True)


DIALECT: Final = Dialect("opencode", translate, scopes=("opencode", "opencode*"))
