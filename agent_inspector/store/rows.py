"""What a store tells of a run and of a span, and how runs are selected: plain values, whatever keeps them.

Times are nanoseconds since the Unix epoch; ids are lower-case hex.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from agent_inspector.model import Json, RunFilter, Status, StepKind, Tokens

Order: TypeAlias = Literal["started_at", "completed_at", "duration_ms", "name"]
ORDERS: Final[tuple[str, ...]] = get_args(Order)


@dataclass(frozen=True, slots=True)
class RunSelection:
    """Which runs to read, in which order, and where to begin."""

    matching: RunFilter = field(default_factory=RunFilter)
    order_by: Order = "started_at"
    descending: bool = True
    after: tuple[int | str, int] | None = None
    """The `position` of the last run already read."""
    limit: int = 100
    offset: int = 0
    sealed: bool = False
    """Read also runs whose words are encrypted with a key that is not at hand, without these words."""


class Place(NamedTuple):
    """Where a trace is kept that belongs to the run of another one."""

    run_id: str
    """The trace that the run goes by."""
    parent_id: str
    """The span of it below which the roots of the trace are steps."""


class SpanRow(NamedTuple):
    """The columns and facts of one span; never its body. A tuple, because a timeline makes 10,000 of them."""

    trace_id: str
    span_id: str
    parent_id: str | None
    """None also for the root of a run whose parent lives in another process."""
    number: int
    """Counting from 1 in order of start, then of arrival."""
    kind: StepKind
    type: str
    status: Status
    start_ns: int
    end_ns: int | None
    run_start_ns: int
    last_sign_ns: int
    """When its process, or its run, was last heard of."""
    instant: bool
    framework: bool
    agent: str | None
    model: str | None
    provider: str | None
    tool: str | None
    tokens: Tokens
    counted: bool
    cost_usd: float | None
    facts: Mapping[str, Json]
    """`name`, and where known `error_type`, `error_message`, `input`, `output`, `shape`, `change`, `calls`, `finish_reason`, `metadata`."""


class SpanPart(NamedTuple):
    """Some consecutive spans of a run, not unpacked yet."""

    name: bytes | None
    """Parts of one name hold the same, whenever and wherever they are read; None while a span of it has no end."""
    spans: int
    """How many there are."""
    read: Callable[[], Sequence[SpanRow]]


class RunRow(NamedTuple):
    """The summary of one run, kept while its spans are written."""

    trace_id: str
    position: tuple[int | str, int]
    """Where it stands in the order that was asked for."""
    name: str
    status: Status
    start_ns: int
    end_ns: int | None
    last_sign_ns: int
    """When its process, or else a span of it, was last heard of."""
    created_ns: int
    root_span_id: str | None
    """None until the root has been seen."""
    agent_type: str | None
    user_id: str | None
    session_id: str | None
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
    facts: Mapping[str, Json]
    """The facts of its root; of the earliest span until the root has been seen."""
    revision: int
    """Grows with every change of the run."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The store in numbers."""

    runs_by_status: Mapping[Status, int]
    spans: int
    runs_since: int
    """Runs that started at or after the time that was asked for."""
    size_bytes: int
    losses: Mapping[str, int]
