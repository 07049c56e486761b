"""What may be searched for, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent_inspector.model.steps import Step
from agent_inspector.model.words import Status, StepKind


@dataclass(frozen=True, slots=True)
class StepFilter:
    """Which steps to search; None means any. Bounds include their own value."""

    kind: StepKind | None = None
    model: str | None = None
    tool: str | None = None
    status: Status | None = None
    user_id: str | None = None
    session_id: str | None = None
    tag: str | None = None
    """Of the run: `key=value` of its metadata; a lone word is a key, or one of the list `tags`."""
    started_after: int | None = None
    started_before: int | None = None
    min_tokens: int | None = None
    """Input and output together."""
    max_tokens: int | None = None
    min_cost_usd: float | None = None
    max_cost_usd: float | None = None
    min_duration_ms: float | None = None
    max_duration_ms: float | None = None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A step that holds what was searched for."""

    run_id: str
    run_name: str
    step: Step
    snippet: str
    """Some words around the first place, on one line; empty where no words were searched for."""


SearchWay: TypeAlias = Literal["index", "scan", "index and scan", "columns", "no words"]
"""How a page was found: by the index of words, by reading the content, or, without a text, by columns alone.

`no words`: the text held only signs, which no search can look for, so nothing was searched."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some hits, newest first, and where the next ones begin."""

    hits: Sequence[SearchHit]
    way: SearchWay
    scanned_steps: int
    """Steps whose content was read because no index covers them."""
    next_cursor: str | None
    """Pass as `cursor` to go on; None when everything has been searched. A page may be short, or empty, and still
    have one: reading content stops after some seconds."""
