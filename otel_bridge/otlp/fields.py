"""Fields that both formats of OTLP share: names of enum numbers, ids, flags, and the bounds of values."""

from __future__ import annotations

from typing import Final

from otel_bridge.otlp.problems import BadRecord
from otel_bridge.record import SpanKind, StatusCode

MAX_DEPTH: Final = 64
"""Levels of lists and maps inside one attribute value."""
TOO_DEEP: Final = f"(nested more than {MAX_DEPTH} levels deep)"
"""Stands in an attribute for what lies below that."""

KINDS: Final[tuple[SpanKind, ...]] = ("internal", "internal", "server", "client", "producer", "consumer")
"""By number; 0 is unspecified, which the specification lets one take as internal."""
STATUSES: Final[tuple[StatusCode, ...]] = ("unset", "ok", "error")

_HAS_IS_REMOTE: Final = 0x100
_IS_REMOTE: Final = 0x200


def kind_of(number: int) -> SpanKind:
    """Name a span kind; unknown numbers are internal."""
    return KINDS[number] if 0 <= number < len(KINDS) else "internal"


def status_of(number: int) -> StatusCode:
    """Name a status code; unknown numbers are unset."""
    return STATUSES[number] if 0 <= number < len(STATUSES) else "unset"


def is_remote(flags: int) -> bool:
    """Whether the span's flags say that its parent lives in another process."""
    return flags & (_HAS_IS_REMOTE | _IS_REMOTE) == _HAS_IS_REMOTE | _IS_REMOTE


def check_times(start_ns: int, end_ns: int) -> tuple[int, int | None]:
    """Return start and end; an end of 0 means still open, an end before the start is taken as the start.

    Raises:
        BadRecord: there is neither start nor end.
    """
    if not start_ns and not end_ns:
        raise BadRecord("it has no start time")
    start_ns = start_ns or end_ns
    return start_ns, max(start_ns, end_ns) if end_ns else None


_SEVERITIES: Final = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


def severity_of(number: int) -> str:
    """Name a severity number by its range of four (1-4 TRACE, 5-8 DEBUG, ...); others have no name."""
    return _SEVERITIES[(number - 1) // 4] if 1 <= number <= 24 else ""
