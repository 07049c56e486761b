"""Runs, pages of them, and the store in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent_inspector.model.words import Json, Status, Tokens


@dataclass(frozen=True, slots=True)
class Run:
    """One outermost agent invocation."""

    id: str
    """The trace id, 32 hex digits."""
    name: str
    status: Status
    started_at: int
    completed_at: int | None
    duration_ms: float | None
    """So far, while it runs."""
    outcome: str
    """One sentence: the answer's first words, the error, or what it is doing now."""
    root_step_id: str | None
    agent_type: str | None
    user_id: str | None
    session_id: str | None
    metadata: Mapping[str, Json]
    created_at: int
    step_count: int
    llm_calls: int
    tool_calls: int
    error_count: int
    tokens: Tokens
    cost_usd: float | None
    models: Sequence[str]
    agents: Sequence[str]
    tools: Sequence[str]
    dropped_spans: int
    """Spans of the recording process that were lost, whichever run they belonged to."""
    input_preview: str | None
    output_preview: str | None


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to list; None means any."""

    status: Status | None = None
    user_id: str | None = None
    session_id: str | None = None
    search: str | None = None
    """Part of the run's name, in any case."""
    started_after: int | None = None
    started_before: int | None = None


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some runs, and where the next ones begin."""

    runs: Sequence[Run]
    total: int
    """How many runs match the filter in all."""
    next_cursor: str | None
    """Pass as `cursor` to get the runs after these; None at the end."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The store in numbers."""

    total_runs: int
    running_runs: int
    completed_runs: int
    failed_runs: int
    cancelled_runs: int
    interrupted_runs: int
    total_steps: int
    recent_runs_24h: int
    db_size_bytes: int
    """All files of the store together, the write-ahead log included."""
    dropped_spans: Mapping[str, int]
    """Spans lost by recording processes, by reason."""
