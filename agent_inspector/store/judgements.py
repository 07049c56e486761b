"""What a store keeps of what rules have said of a run, and of which state of the run they said it."""

from __future__ import annotations

from dataclasses import dataclass

from agent_inspector.model import RunFindings, Status


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules have said of a run as it was at one revision."""

    revision: int
    status: Status
    """Of the run, as it was seen: one whose process died is another one without a new revision."""
    rules: str
    """Names the version of the rules."""
    judged_ns: int
    took_ns: int
    """CPU time of the reading and of the rules."""
    found: RunFindings | None
    """None where the run could not be read."""
