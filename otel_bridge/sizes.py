"""Sizes: what a span costs in memory while it waits, estimated."""

from __future__ import annotations

from typing import Final

from opentelemetry.sdk.trace import ReadableSpan

BYTES_PER_SPAN: Final = 1024
"""What a span costs besides its texts; 2.9 kB were measured with 8 small attributes."""


def span_bytes(span: ReadableSpan) -> int:
    """Estimate a span's bytes: its texts, and a constant."""
    attributes = span.attributes
    if not attributes:
        return BYTES_PER_SPAN
    return BYTES_PER_SPAN + sum([len(value) for value in attributes.values() if isinstance(value, str)])
