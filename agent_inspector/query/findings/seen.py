"""Seen: how a rule says what it saw: findings, evidence, waste, and the words for steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from agent_inspector.model import Evidence, Finding, FindingClass, Json, Severity
from agent_inspector.query.evidence import ReadStep
from agent_inspector.query.evidence.texts import quote
from agent_inspector.query.sentences import taker_in

MOST_EVIDENCE: Final = 20
_SHOWN: Final = 80


def see(  # noqa: PLR0913 (all but four are keywords: the fields of a finding)
    finding_class: FindingClass,
    severity: Severity,
    step: ReadStep,
    sentence: str,
    *,
    evidence: Sequence[Evidence] = (),
    wasted: Iterable[ReadStep] = (),
    part: str = "",
) -> Finding:
    """Make a finding; `part` tells several of one class at one step apart."""
    tokens, cost_usd, ms = _waste(wasted)
    return Finding(
        id=f"{finding_class}-{step.id}{f'-{part}' if part else ''}",
        number=0,
        finding_class=finding_class,
        severity=severity,
        step_id=step.id,
        sentence=sentence,
        evidence=list(evidence[:MOST_EVIDENCE]),
        wasted_tokens=tokens,
        wasted_cost_usd=cost_usd,
        wasted_ms=ms,
    )


def cite(step: ReadStep, role: str, place: str | None = None, words: Json = None) -> Evidence:
    """Point at a place of a step."""
    return Evidence(step.id, step.number, role, place, quote(words))


def subject(step: ReadStep) -> str:
    """Name a step as sentences do: agents in bold, models plain, everything else as code."""
    name = " ".join((step.name or "a step").split())[:_SHOWN]
    if step.kind == "handoff":
        name = taker_in(name, step.output_value)
    if step.kind in ("agent", "handoff"):
        return f"**{name.replace('*', '')}**"
    return name.replace("`", "'") if step.kind in ("llm", "embedding", "error") else code(name)


def code(words: Json) -> str:
    """Write a value as code."""
    return f"`{(quote(words, _SHOWN) or '').replace('`', chr(39))}`"


def plain(words: Json, longest: int = 160) -> str:
    """Write words in which nothing can be taken for a mark."""
    return (quote(words, longest) or "").replace("`", "'").replace("**", "")


def how_often(count: int) -> str:
    """Say a number of times."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def count_of(count: int, singular: str, plural: str | None = None) -> str:
    """Say a number of things."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def _waste(steps: Iterable[ReadStep]) -> tuple[int | None, float | None, float | None]:
    tokens: int | None = None
    cost_usd: float | None = None
    ms: float | None = None
    for step in steps:
        spent = (step.tokens.input or 0) + (step.tokens.output or 0)
        if step.counted and (step.tokens.input is not None or step.tokens.output is not None):
            tokens = (tokens or 0) + spent
        if step.counted and step.cost_usd is not None:
            cost_usd = (cost_usd or 0.0) + step.cost_usd
        if step.duration_ms is not None:
            ms = (ms or 0.0) + step.duration_ms
    return tokens, cost_usd, ms
