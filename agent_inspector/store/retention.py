"""Retention as it happens by itself: the limits that the configuration sets, applied now and then."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from agent_inspector.errors import InspectorError
from agent_inspector.store.upkeep import PruneReport, RetentionLimits

if TYPE_CHECKING:
    from agent_inspector.config import TraceConfig
    from agent_inspector.store.span_store import SpanStore

_log = logging.getLogger("agent_inspector")

HOURLY_S: Final = 3600.0
DAILY_S: Final = 24 * 3600.0
_NS_PER_DAY: Final = 24 * 3600 * 10**9
_NAME: Final = "retention"


def apply_retention(
    store: SpanStore, config: TraceConfig, *, every_s: float = HOURLY_S
) -> PruneReport | None:
    """Remove runs beyond the configured limits, unless that was done within the last `every_s` seconds.

    Costs one small read when it is not due. Runs that were recorded long ago and stored lately, such as
    imported ones, are kept as long as new ones. A failure is logged, never raised.

    Returns:
        What was removed; None when nothing was due, or could be done.
    """
    limits = limits_of(config)
    try:
        if limits == RetentionLimits() or not store.claim_upkeep(_NAME, every_s):
            return None
        return store.prune(limits)
    except InspectorError as problem:
        _log.warning("Old runs are not removed: %s", problem)
        return None


def limits_of(config: TraceConfig) -> RetentionLimits:
    """Return the limits that a configuration sets."""
    limit_ns = None if config.retention_days is None else time.time_ns() - config.retention_days * _NS_PER_DAY
    return RetentionLimits(limit_ns, limit_ns, config.retention_max_bytes)


def older_than(days: float) -> int:
    """Return the moment that many days ago, in nanoseconds since the Unix epoch."""
    return time.time_ns() - int(days * _NS_PER_DAY)
