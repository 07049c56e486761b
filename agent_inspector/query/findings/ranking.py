"""Ranking: every rule's findings in one order, the likeliest cause first, and the step to look at first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from agent_inspector.model import Finding, FindingClass, RunFindings, Severity, Suspect
from agent_inspector.query.evidence import ReadRun
from agent_inspector.query.findings.candidates import list_candidates
from agent_inspector.query.findings.contradicted import find_contradicted
from agent_inspector.query.findings.costs import find_costs
from agent_inspector.query.findings.cut_off import find_cut_off
from agent_inspector.query.findings.empty_results import find_empty_results
from agent_inspector.query.findings.errors import find_errors
from agent_inspector.query.findings.handoffs import find_handoffs
from agent_inspector.query.findings.ignored import find_ignored
from agent_inspector.query.findings.injection import find_injections
from agent_inspector.query.findings.interrupted import find_interrupted
from agent_inspector.query.findings.ledger import list_losses
from agent_inspector.query.findings.loops import find_loops
from agent_inspector.query.findings.lost import find_dropped, find_orphans
from agent_inspector.query.findings.repeated import find_repeated
from agent_inspector.query.findings.schema import find_schema_errors
from agent_inspector.query.findings.slow import find_slow
from agent_inspector.query.findings.sourceless import find_sourceless
from agent_inspector.query.findings.stalls import find_stalls
from agent_inspector.query.findings.told import find_guesses, find_standstills, find_told_failures
from agent_inspector.query.findings.tool_choice import find_tool_choices
from agent_inspector.query.findings.tool_names import find_tool_names
from agent_inspector.query.findings.unseen import find_unseen
from agent_inspector.query.provenance import Provenance

Rule: TypeAlias = Callable[[ReadRun], Iterable[Finding]]
ValueRule: TypeAlias = Callable[[ReadRun, Provenance], Iterable[Finding]]

RULES: Final[Sequence[Rule]] = (
    find_errors,
    find_told_failures,
    find_guesses,
    find_standstills,
    find_loops,
    find_stalls,
    find_repeated,
    find_unseen,
    find_cut_off,
    find_interrupted,
    find_schema_errors,
    find_tool_names,
    find_tool_choices,
    find_slow,
    find_costs,
    find_injections,
    find_orphans,
    find_dropped,
)
VALUE_RULES: Final[Sequence[ValueRule]] = (
    find_sourceless,
    find_contradicted,
    find_ignored,
    find_empty_results,
    find_handoffs,
)
_WEIGHT: Final[dict[FindingClass, float]] = {
    "injection": 0.75,
    "not_seen": 0.65,
    "empty_result": 0.65,
    "handoff": 0.65,
    "no_source": 0.6,
    "tool_name": 0.6,
    "schema": 0.6,
    "error": 0.55,
    "interrupted": 0.55,
    "cut_off": 0.55,
    "ignored": 0.55,
    "contradicted": 0.3,
    "tool_choice": 0.5,
    "loop": 0.45,
    "stall": 0.45,
    "repeated": 0.3,
    "slow": 0.2,
    "cost": 0.2,
    "orphan": 0.15,
    "dropped": 0.1,
}
_SEVERITY: Final[dict[Severity, float]] = {"error": 0.25, "warning": 0.0, "info": -0.1}
_LEAST_SCORE: Final = 0.4
"""Below it no finding is named: time, money and lost steps are no causes."""
_RIGHT_BY_WORDS: Final = 0.45
"""Of the suspects that were named in public transcripts by what their words say."""
_RIGHT_BY_VALUES: Final = 0.8
"""Of those that a value, a status or a schema names. All were right in synthetic runs; real ones are less plain."""


def judge(run: ReadRun, provenance: Provenance | None = None) -> RunFindings:
    """Let every rule look at a run, and put what they see in order."""
    provenance = provenance or Provenance(run)
    findings = [finding for rule in RULES for finding in rule(run)]
    findings += [finding for value_rule in VALUE_RULES for finding in value_rule(run, provenance)]
    ranked = sorted(
        _once(findings), key=lambda finding: (-_score(finding), run.by_id[finding.step_id].number)
    )
    numbered = [replace(finding, number=number) for number, finding in enumerate(ranked, 1)]
    return RunFindings(
        run_id=run.id,
        headline=numbered[0].sentence if numbered else None,
        findings=numbered,
        first_suspect=_suspect(run, numbered),
        candidates=list_candidates(run, [finding for finding in numbered if _score(finding) >= _LEAST_SCORE]),
        ledger=list_losses(run),
        steps_read=len(run.steps),
        complete=run.is_over,
    )


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out values that are told to have no source where another finding says what they contradict, or rest on."""
    kept = {finding.id: finding for finding in findings}
    told = {
        (evidence.step_id, evidence.place)
        for finding in kept.values()
        if finding.finding_class == "contradicted"
        for evidence in finding.evidence
    }
    return [
        finding
        for finding in kept.values()
        if finding.finding_class != "no_source"
        or not all((evidence.step_id, evidence.place) in told for evidence in finding.evidence)
    ]


def _score(finding: Finding) -> float:
    return _WEIGHT.get(finding.finding_class, 0.3) + _SEVERITY[finding.severity]


def _suspect(run: ReadRun, findings: Sequence[Finding]) -> Suspect | None:
    if not findings or _score(findings[0]) < _LEAST_SCORE:
        return None
    first = findings[0]
    step = run.by_id[first.step_id]
    return Suspect(step.id, step.number, first.id, _confidence(run, first), first.sentence)


def _confidence(run: ReadRun, finding: Finding) -> float:
    """Return how often a suspect like this one was right where it was measured; docs/findings.md has the figures."""
    step = run.by_id[finding.step_id]
    rests_on_words = finding.id.endswith(("-guess", "-told")) or (
        finding.finding_class == "error" and not step.failed
    )
    return _RIGHT_BY_WORDS if rests_on_words else _RIGHT_BY_VALUES
