"""Two runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent_inspector.model.contexts import MessageChange
from agent_inspector.model.runs import Run
from agent_inspector.model.steps import Step
from agent_inspector.model.words import Json


@dataclass(frozen=True, slots=True)
class ComparedStep:
    """One row: a step of A, the step of B that answers to it, or one of them alone."""

    relation: Literal["same", "similar", "different", "only_a", "only_b"]
    """`similar`: the same call with another outcome or other words; `different`: another call in its place."""
    a: Step | None
    b: Step | None
    differences: Sequence[str]
    """Names of what differs: `arguments`, `result`, `messages`, `model`, `status`, ..."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that differs between the runs."""

    what: Literal["input", "prompt", "tools", "model", "settings", "tool_result", "code", "answer", "status"]
    sentence: str
    a_step_id: str | None
    b_step_id: str | None
    a: Json
    b: Json


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where the runs part for the first time."""

    row: int
    """Its place in `Comparison.rows`, from 0."""
    a_step_id: str | None
    b_step_id: str | None
    place: str | None
    """JSON pointer into the steps' `Content` to the first thing that differs."""
    sentence: str
    messages: Sequence[MessageChange]
    """How the model's context differs there, A's as `previous`; empty for other steps."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, aligned."""

    a: Run
    b: Run
    partner_reason: str | None
    """Why B was chosen, where nobody named it."""
    rows: Sequence[ComparedStep]
    divergence: Divergence | None
    """None where the runs did the same from beginning to end."""
    before: Sequence[Difference]
    """What differs before they part: the candidates for why."""
    after: Sequence[Difference]
    same: Sequence[str]
    """What was looked at and is the same: `model`, `settings`, `tools`, ..."""
