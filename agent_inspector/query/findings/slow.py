"""Slow: steps that took far longer than their like, and gaps in which nothing was done."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.deltas import role_of
from agent_inspector.query.findings.seen import cite, see, subject

_LEAF_KINDS: Final = {"llm", "tool", "retrieval", "embedding", "memory", "guardrail"}
_LEAST_MS: Final = 15_000.0
_TIMES: Final = 8
_FEWEST: Final = 3
_LEAST_GAP_MS: Final = 20_000.0
_GAP_SHARE: Final = 0.25


def find_slow(run: ReadRun) -> Iterator[Finding]:
    """Say which steps and gaps stand out."""
    leaves = [
        step
        for step in run.shown
        if step.kind in _LEAF_KINDS and step.duration_ms is not None and not run.children.get(step.id)
    ]
    yield from _slow_steps(leaves)
    yield from _gaps(run)


def _slow_steps(leaves: list[ReadStep]) -> Iterator[Finding]:
    by_kind: defaultdict[str, list[float]] = defaultdict(list)
    for step in leaves:
        by_kind[step.kind].append(step.duration_ms or 0.0)
    usual = {kind: statistics.median(times) for kind, times in by_kind.items()}
    for step in leaves:
        took = step.duration_ms or 0.0
        if len(by_kind[step.kind]) <= _FEWEST or took < max(_LEAST_MS, _TIMES * usual[step.kind]):
            continue
        yield see(
            "slow",
            "info",
            step,
            f"Step {step.number}, {subject(step)}, took {_seconds(took)}; half of its kind took {_seconds(usual[step.kind])} or less.",
            evidence=[cite(step, "took long")],
            wasted=[step],
        )


def _gaps(run: ReadRun) -> Iterator[Finding]:
    """Look for stretches of time in which no step but those around others was open."""
    steps = [step for step in run.shown if step.end_ns is not None and not run.children.get(step.id)]
    if len(steps) < _FEWEST:
        return
    whole_ms = (max(step.end_ns or 0 for step in steps) - steps[0].start_ns) / 1e6
    until, before = steps[0].end_ns or 0, steps[0]
    for step in steps[1:]:
        gap_ms = (step.start_ns - until) / 1e6
        if gap_ms >= max(_LEAST_GAP_MS, _GAP_SHARE * whole_ms) and not _waited_for_somebody(step):
            yield see(
                "slow",
                "info",
                step,
                f"Nothing was done for {_seconds(gap_ms)} between step {before.number} and step {step.number}.",
                evidence=[cite(before, "ended before the gap"), cite(step, "began after the gap")],
                part="gap",
            )
        if (step.end_ns or 0) >= until:
            until, before = step.end_ns or 0, step


def _waited_for_somebody(step: ReadStep) -> bool:
    """Whether a step begins with new words of a user, who may take his time."""
    return step.given is not None and any(role_of(message) == "user" for _, message in step.given.new)


def _seconds(ms: float) -> str:
    return f"{ms / 1000:,.0f} s" if ms >= 10_000 else f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.0f} ms"
