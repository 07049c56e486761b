"""What a search of the store takes and gives: plain values, whatever keeps the spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from agent_inspector.model import StepFilter
from agent_inspector.store.search_text import Question

DONE: Final = -1


@dataclass(frozen=True, slots=True)
class SearchPlace:
    """Where a search stopped. The index is asked first, then runs that it does not cover are read."""

    phase: Literal["index", "scan"]
    first: int
    """In the index, the number of the last span; in a scan, when the last run began."""
    second: int = 0
    """In a scan, the number of the last run."""
    passed: int = 0
    """In a scan, how many hits of that run have been given, or DONE."""


@dataclass(frozen=True, slots=True)
class SearchSelection:
    """What to search for, where to begin, and how much work it may be."""

    question: Question
    matching: StepFilter = field(default_factory=StepFilter)
    after: SearchPlace | None = None
    limit: int = 20
    most_scanned: int = 5_000
    """Spans whose content may be read for one page; the run that exceeds it is still read to its end."""
    most_seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A span that was found."""

    trace_id: str
    span_id: str
    snippet: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found, how, and where to go on."""

    found: Sequence[FoundSpan]
    used_index: bool
    scanned: int
    next: SearchPlace | None
