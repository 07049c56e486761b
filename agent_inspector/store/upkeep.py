"""What the upkeep of a store takes and tells: limits of retention, reports of what was done; plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Called with how much is done, and how much there is in all."""


@dataclass(frozen=True, slots=True)
class RetentionLimits:
    """Which runs have to go; None means that no limit is set. A running run never has to."""

    ended_before_ns: int | None = None
    """Runs that ended earlier go."""
    stored_before_ns: int | None = None
    """Of those, only the ones that have been in the store since before this moment."""
    max_bytes: int | None = None
    """The oldest runs go until the rest takes no more than this."""


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What was removed, or would be."""

    run_ids: Sequence[str]
    steps: int
    bytes_before: int
    """What the content takes, free pages left out, the log included."""
    bytes_after: int
    """The same, afterwards; estimated where nothing was removed."""
    fits: bool
    """The limit of size is kept; False while running runs alone are larger."""


@dataclass(frozen=True, slots=True)
class SizeReport:
    """How large all files of the store were, and are."""

    bytes_before: int
    bytes_after: int


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How many spans are encrypted with one key."""

    key_id: str | None
    """Hex digits; None for spans in clear."""
    spans: int
