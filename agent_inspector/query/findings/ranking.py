"""Ranking: every rule's findings in one order, the likeliest cause first, and the step to look at first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from agent_inspector.model import Finding, FindingClass, RunFindings, Severity, Suspect
from agent_inspector.query.evidence import ReadRun
from agent_inspector.query.findings.cut_off import find_cut_off
from agent_inspector.query.findings.errors import find_errors
from agent_inspector.query.findings.interrupted import find_interrupted
from agent_inspector.query.findings.ledger import list_losses
from agent_inspector.query.findings.loops import find_loops
from agent_inspector.query.findings.repeated import find_repeated
from agent_inspector.query.findings.unseen import find_unseen

Rule: TypeAlias = Callable[[ReadRun], Iterable[Finding]]

RULES: Final[Sequence[Rule]] = (
    find_errors,
    find_loops,
    find_repeated,
    find_unseen,
    find_cut_off,
    find_interrupted,
)
_WEIGHT: Final[dict[FindingClass, float]] = {
    "not_seen": 0.55,
    "error": 0.6,
    "interrupted": 0.6,
    "cut_off": 0.55,
    "loop": 0.5,
    "repeated": 0.2,
}
_SEVERITY: Final[dict[Severity, float]] = {"error": 0.3, "warning": 0.0, "info": -0.2}
_LEAST_CONFIDENCE: Final = 0.5


def judge(run: ReadRun) -> RunFindings:
    """Let every rule look at a run, and put what they see in order."""
    findings = [finding for rule in RULES for finding in rule(run)]
    ranked = sorted(findings, key=lambda finding: (-_score(finding), run.by_id[finding.step_id].number))
    numbered = [replace(finding, number=number) for number, finding in enumerate(ranked, 1)]
    return RunFindings(
        run_id=run.id,
        headline=numbered[0].sentence if numbered else None,
        findings=numbered,
        first_suspect=_suspect(run, numbered),
        ledger=list_losses(run),
        steps_read=len(run.steps),
        complete=run.is_over,
    )


def _score(finding: Finding) -> float:
    return _WEIGHT.get(finding.finding_class, 0.3) + _SEVERITY[finding.severity]


def _suspect(run: ReadRun, findings: Sequence[Finding]) -> Suspect | None:
    if not findings or _score(findings[0]) < _LEAST_CONFIDENCE:
        return None
    first = findings[0]
    step = run.by_id[first.step_id]
    return Suspect(step.id, step.number, first.id, min(0.95, _score(first)), first.sentence)
