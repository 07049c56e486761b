"""What runs took over time, and what models, agents and tools took: the statistics page in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent_inspector.model.words import Tokens


@dataclass(frozen=True, slots=True)
class Latency:
    """How long something took, over those that have ended; None where there is none."""

    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class PeriodUse:
    """The runs that began in one stretch of time."""

    started_at: int
    runs: int
    failed_runs: int
    latency: Latency
    tokens: Tokens
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class NamedUse:
    """What one model, agent or tool did."""

    name: str
    runs: int
    steps: int
    """Calls of the model or tool; for an agent, all its steps."""
    failures: int
    latency: Latency
    """Of one call; for an agent, of the steps that are the agent itself."""
    tokens: Tokens
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The runs that began between two moments."""

    started_after: int
    started_before: int
    period_ms: int
    """How long each period is."""
    total: PeriodUse
    periods: Sequence[PeriodUse]
    """All of them, also those in which nothing ran."""
    models: Sequence[NamedUse]
    """The most used first; likewise agents and tools."""
    agents: Sequence[NamedUse]
    tools: Sequence[NamedUse]
