"""Findings: what rules saw in a run, each with the evidence it rests on; and what nobody could see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

FindingClass: TypeAlias = Literal[
    "error",
    "loop",
    "stall",
    "not_seen",
    "no_source",
    "ignored",
    "contradicted",
    "schema",
    "tool_name",
    "tool_choice",
    "cut_off",
    "interrupted",
    "slow",
    "cost",
    "repeated",
    "empty_result",
    "handoff",
    "injection",
    "orphan",
    "dropped",
]
"""One rule each, one module each in `query/findings`."""

Severity: TypeAlias = Literal["info", "warning", "error"]
"""`error`: it ended something, or the answer is wrong by the run's own evidence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place in the run that a finding rests on."""

    step_id: str
    step_number: int
    role: str
    """What it is to the finding, in a few words: `began here`, `same call again`, `the result it ignores`."""
    place: str | None
    """JSON pointer (RFC 6901) into the step's `Content`, such as `/tool_arguments/charge_id`."""
    quote: str | None
    """The words themselves, cut to 200 characters."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule saw."""

    id: str
    """Stable while the run grows: the class and the step, such as `loop-1f2e3d4c5b6a7988`."""
    number: int
    """Counting from 1, the likeliest cause first; the mark it has in every view."""
    finding_class: FindingClass
    severity: Severity
    step_id: str
    """Where to look first."""
    sentence: str
    """What is the matter, without a guess at causes."""
    evidence: Sequence[Evidence]
    wasted_tokens: int | None
    wasted_cost_usd: float | None
    wasted_ms: float | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """The step to look at first."""

    step_id: str
    step_number: int
    finding_id: str
    confidence: float
    """0 to 1: how often a suspect ranked like this was right in the runs that the ranking was measured on."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A step worth a look, though none of the rules may be sure of it."""

    step_id: str
    step_number: int
    finding_id: str | None
    """None where only its place in the run speaks for it."""
    sentence: str


LossKind: TypeAlias = Literal[
    "result_cut",
    "history_compacted",
    "attribute_limit",
    "size_limit",
    "redacted",
    "sampled",
    "dropped_spans",
    "orphan_spans",
    "content_off",
]


@dataclass(frozen=True, slots=True)
class Loss:
    """One line of the ledger: something that was there and that the model, or the reader, did not get to see."""

    kind: LossKind
    between: Literal["app_and_model", "app_and_screen"]
    count: int | None
    """How many: characters, messages, values or spans, as `sentence` says; None where nobody counted."""
    step_ids: Sequence[str]
    """Where it happened; empty where it is the whole run's. At most 100."""
    sentence: str


@dataclass(frozen=True, slots=True)
class RunFindings:
    """All that the rules say of a run."""

    run_id: str
    headline: str | None
    """Why the run came out as it did, in one sentence; None where nothing was found."""
    findings: Sequence[Finding]
    first_suspect: Suspect | None
    """None where no finding is likely enough to be named."""
    candidates: Sequence[Candidate]
    """Up to three steps worth a look, the likeliest first; some for no more than their place in the run."""
    ledger: Sequence[Loss]
    steps_read: int
    complete: bool
    """False while the run goes on."""
