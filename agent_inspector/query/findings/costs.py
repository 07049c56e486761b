"""Costs: model calls that took a large part of a run's tokens or money, far more than the others."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.findings.seen import cite, see, subject

_FEWEST: Final = 4
_TIMES: Final = 8
_SHARE: Final = 0.4
_LEAST_TOKENS: Final = 8_000
_LEAST_USD: Final = 0.05


def find_costs(run: ReadRun) -> Iterator[Finding]:
    """Say which model calls stand out by what they took."""
    calls = [step for step in run.llm_steps if step.counted and _tokens(step)]
    if len(calls) < _FEWEST:
        return
    tokens = [_tokens(step) for step in calls]
    usual, whole = statistics.median(tokens), sum(tokens)
    priced = [step.cost_usd for step in calls if step.cost_usd]
    usual_usd, whole_usd = (statistics.median(priced), sum(priced)) if priced else (0.0, 0.0)
    for step in calls:
        took, usd = _tokens(step), step.cost_usd or 0.0
        many = took >= max(_LEAST_TOKENS, _TIMES * usual, _SHARE * whole)
        dear = len(priced) >= _FEWEST and usd >= max(_LEAST_USD, _TIMES * usual_usd, _SHARE * whole_usd)
        if many or dear:
            cost = f", {usd:.2f} dollars" if usd else ""
            yield see(
                "cost",
                "info",
                step,
                f"Step {step.number}, {subject(step)}, took {took:,} tokens{cost}; half of the model calls took {usual:,.0f} or fewer.",
                evidence=[cite(step, "took most")],
                wasted=[step],
            )


def _tokens(step: ReadStep) -> int:
    return (step.tokens.input or 0) + (step.tokens.output or 0)
