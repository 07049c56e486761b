"""Evidence packs: why a run came out as it did, small enough to read at once or to hand to a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent_inspector.model.findings import Candidate, Finding, Loss, Suspect
from agent_inspector.model.words import Status, StepKind


@dataclass(frozen=True, slots=True)
class PackedText:
    """A part of a step's content."""

    title: str
    """`error`, `arguments`, `result`, or the role of a message."""
    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class PackedStep:
    """One step in one line."""

    id: str
    number: int
    kind: StepKind
    status: Status
    sentence: str


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """What is known of why a run came out as it did, within a limit of tokens."""

    run_id: str
    run_name: str
    status: Status
    outcome: str
    headline: str | None
    """None where no rule found anything."""
    first_suspect: Suspect | None
    findings: Sequence[Finding]
    """The likeliest cause first."""
    candidates: Sequence[Candidate]
    """Steps worth a look for their place in the run; none where there is a first suspect, or `timeline` shows all steps."""
    ledger: Sequence[Loss]
    step: PackedStep | None
    """The step to look at first; its content is in `content`."""
    content: Sequence[PackedText]
    timeline: Sequence[PackedStep]
    """The steps around it."""
    left_out: Sequence[str]
    """What did not fit, and where to find it."""
    estimated_tokens: int
    """Of the text that shows this, at four bytes to a token."""
    max_tokens: int
