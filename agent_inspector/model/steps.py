"""Steps: in one line, as they are read, and in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from agent_inspector.model.words import Json, Status, StepKind, Tokens


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
