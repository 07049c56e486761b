"""Runs, pages of them, and the store in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent_inspector.model.findings import FindingClass
from agent_inspector.model.words import Json, Status, StepKind, Tokens


@dataclass(frozen=True, slots=True)
class Run:
    """One outermost agent invocation."""

    id: str
    """The trace id, 32 hex digits."""
    name: str
    """Empty where it is encrypted with a key that is not at hand, and the run is listed without its words."""
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
    text: str | None = None
    """Words that the name, or one step of the run, holds."""
    kind: StepKind | None = None
    """A kind of which the run has a step."""
    model: str | None = None
    """A model that the run used; likewise tool and agent."""
    tool: str | None = None
    agent: str | None = None
    tag: str | None = None
    """`key=value` of the metadata; a lone word is a key, or one of the list `tags`."""
    error: str | None = None
    """Part of the type of the error that the run ended with, in any case."""
    finding: FindingClass | None = None
    """A class of which rules have found something in the run."""
    has_error: bool | None = None
    """Whether anything failed in it, even if it went on."""
    setup: bool | None = None
    """Whether it only prepares others, or is plumbing: no step of an agent is in it."""
    min_tokens: int | None = None
    """Input and output together. Bounds include their own value."""
    max_tokens: int | None = None
    min_cost_usd: float | None = None
    max_cost_usd: float | None = None
    min_duration_ms: float | None = None
    """A run without an end has no duration yet."""
    max_duration_ms: float | None = None
    found_by_reading: Sequence[str] = ()
    """Ids of runs that hold the text although no index says so: somebody has read them."""


@dataclass(frozen=True, slots=True)
class Removal:
    """How many runs there would be without one of the filters."""

    parameter: str
    """The name of the filter, such as `model`."""
    runs: int


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some runs, and where the next ones begin."""

    runs: Sequence[Run]
    total: int
    """How many runs match the filter in all."""
    next_cursor: str | None
    """Pass as `cursor` to get the runs after these; None at the end."""
    removals: Sequence[Removal] = ()
    """Where nothing matches: what leaving out each filter would bring, most first."""
    unsearched: bool = False
    """Text was looked for by reading content, and not everything was read: older runs may match too."""
    setup_runs: int = 0
    """Where those were left out: how many there are that only prepare others, or are plumbing."""
    unjudged: int = 0
    """Findings were asked for, and so many runs were not looked at since they changed: they may match too."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet, and how many runs have it."""

    value: str
    runs: int


@dataclass(frozen=True, slots=True)
class RunFacets:
    """What the matching runs have, most frequent first: the choices that a filter offers."""

    statuses: Sequence[FacetValue]
    models: Sequence[FacetValue]
    tools: Sequence[FacetValue]
    agents: Sequence[FacetValue]
    users: Sequence[FacetValue]
    sessions: Sequence[FacetValue]
    findings: Sequence[FacetValue]
    """Classes of findings."""
    has_error: int
    """Runs in which anything failed."""


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation: the runs that share a session id."""

    id: str
    runs: int
    failed_runs: int
    running_runs: int
    steps: int
    error_count: int
    tokens: Tokens
    cost_usd: float | None
    first_at: int
    """When its first run began."""
    last_at: int
    """When its last run began."""
    last_run_id: str
    last_run_name: str
    user_id: str | None
    """Whose the last run is."""


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Some sessions, the latest first, and where the next ones begin."""

    sessions: Sequence[Session]
    total: int
    next_cursor: str | None


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
