"""Interrupted: what was going on when the process of a run ended without a word."""

from __future__ import annotations

from collections.abc import Iterator

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.findings.seen import cite, see, subject


def find_interrupted(run: ReadRun) -> Iterator[Finding]:
    """Say which steps of a run that is over have no end."""
    open_steps = [step for step in run.shown if step.status == "interrupted"]
    if not open_steps:
        return
    innermost = _innermost(run, open_steps)
    last = innermost[-1]
    yield see(
        "interrupted",
        "error" if run.status == "interrupted" else "warning",
        last,
        _sentence(run, last),
        evidence=[
            cite(last, "began last, and has no end record"),
            *(cite(step, "was open, too") for step in open_steps if step.id != last.id),
        ],
    )


def _innermost(run: ReadRun, open_steps: list[ReadStep]) -> list[ReadStep]:
    holding = {step.parent_id for step in open_steps}
    return [step for step in open_steps if step.id not in holding] or open_steps


def _sentence(run: ReadRun, last: ReadStep) -> str:
    if run.status == "interrupted" and last.id == run.root_id:
        return "The process of the run ended without a word, between two steps."
    doing = {"llm": "was answering", "agent": "was working"}.get(last.kind, "was running")
    if run.status == "interrupted":
        return f"The process of the run ended while {subject(last)} {doing} (step {last.number})."
    return f"Step {last.number}, {subject(last)}, has no end record."
