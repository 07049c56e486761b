"""Runs and steps as a person sees them: the values that the API, the CLI and the UI all show.

Times are milliseconds since the Unix epoch, durations milliseconds, costs US dollars.
None means unknown; unknown is never written as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Status: TypeAlias = Literal["running", "completed", "failed", "cancelled", "interrupted"]
"""`interrupted`: its process is gone, and nobody recorded an end."""

StepKind: TypeAlias = Literal[
    "agent",
    "llm",
    "tool",
    "memory",
    "retrieval",
    "embedding",
    "handoff",
    "message",
    "task",
    "guardrail",
    "error",
    "final",
    "chain",
    "framework",
]
"""`framework` is plumbing, such as an HTTP request: folded away unless asked for."""

Json: TypeAlias = Any
"""A JSON value: the payload of a prompt, a tool argument or a result."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token counts. Input includes cached tokens; output includes reasoning tokens."""

    input: int | None = None
    output: int | None = None
    cached_input: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None


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
class Step:
    """One span of a run, in one line."""

    id: str
    """The span id, 16 hex digits."""
    run_id: str
    parent_event_id: str | None
    """The id of the enclosing step; None at the root."""
    number: int
    """Counting from 1 in order of start."""
    type: str
    """`run_start`, `llm_call`, `tool_call`, `memory_read`, ... `custom`: the event type of the facade."""
    kind: StepKind
    name: str
    sentence: str
    """What happened, in at most 90 characters."""
    status: Status
    timestamp: int
    offset_ms: float
    """Since the start of the run."""
    duration_ms: float | None
    """None when it was recorded as one instant, without a duration; so far, while it runs."""
    agent: str | None
    model: str | None
    provider: str | None
    tool_name: str | None
    tokens: Tokens
    counted: bool
    """Its tokens and cost are part of the run's totals; False where another step already counts them."""
    cost_usd: float | None
    error_type: str | None
    error_message: str | None
    framework: bool


ReadStatus: TypeAlias = Literal["ok", "error", "running", "interrupted", "cancelled"]


@dataclass(frozen=True, slots=True)
class StepReading:
    """One span as it is read, whichever vendor's words it was written in, in one flat form."""

    span_id: str
    trace_id: str
    parent_id: str | None
    kind: StepKind
    name: str
    """What a person calls it: the agent, model or tool; else the span's own name."""
    status: ReadStatus
    framework: bool
    """Plumbing, or the same call told once more: folded away."""
    model: str | None
    provider: str | None
    tokens: Tokens
    counted: bool
    """Its tokens are part of the run's totals."""
    tool_name: str | None
    tool_call_id: str | None
    """The model's id of the call that this step carries out; like all below, only read in detail."""
    agent: str | None
    """The agent it is, or the nearest one around it; so also session and user."""
    session_id: str | None
    user_id: str | None
    finish_reason: str | None
    input_text: str | None
    """What went in, a lone text as it is, anything else as JSON; None where nothing is known."""
    output_text: str | None


@dataclass(frozen=True, slots=True)
class StepError:
    """Why a step failed."""

    type: str | None
    message: str | None
    stack_trace: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """What went in and came out of a step; only the fields of its kind are set.

    Messages have the form of the OpenTelemetry GenAI conventions: `{"role": ..., "parts": [...]}`, with parts
    `{"type": "text" | "reasoning", "content": str}`, `{"type": "tool_call", "id", "name", "arguments"}`,
    `{"type": "tool_call_response", "id", "response"}` and others, to be shown as they are.
    """

    input_messages: Sequence[Json] | None = None
    output_messages: Sequence[Json] | None = None
    system_instructions: Sequence[Json] | None = None
    tool_definitions: Sequence[Json] | None = None
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """Request settings such as `temperature` and `max_tokens`."""
    finish_reason: str | None = None
    first_token_ms: float | None = None
    tool_call_id: str | None = None
    tool_arguments: Json = None
    tool_result: Json = None
    input_value: Json = None
    """Input of any other kind of step: a memory key, a retrieval query, a task."""
    output_value: Json = None


@dataclass(frozen=True, slots=True)
class StepDetail:
    """One step in full, with everything as it was recorded."""

    step: Step
    content: Content
    error: StepError | None
    redactions: Mapping[str, int]
    """How many values each redaction rule removed from this step."""
    attributes: Mapping[str, Json]
    resource: Mapping[str, Json]
    events: Sequence[Mapping[str, Json]]
    links: Sequence[Mapping[str, Json]]
    scope: str
    span_name: str
    dropped_attributes: int


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


@dataclass(frozen=True, slots=True)
class StepFilter:
    """Which steps to search; None means any. Bounds include their own value."""

    kind: StepKind | None = None
    model: str | None = None
    tool: str | None = None
    status: Status | None = None
    user_id: str | None = None
    session_id: str | None = None
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


SearchWay: TypeAlias = Literal["index", "scan", "index and scan", "columns"]
"""How a page was found: by the index of words, by reading the content, or, without words, by columns alone."""


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
