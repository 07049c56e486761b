"""Measures: how often the rules are right on labelled runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent_inspector.model import FindingClass, RunFindings, StepProvenance
from agent_inspector.query import find_findings, get_provenance
from agent_inspector.store import SpanStore
from tests.synthetic.flow import LabelledRun
from tests.synthetic.runs import TWINS

EXPECTED: dict[str, FindingClass] = {
    "loop": "loop", "failing_loop": "loop", "ping_pong": "loop", "cut": "not_seen", "invented_argument": "no_source",
    "invented_answer": "no_source", "contradicted": "contradicted", "ignored": "ignored", "schema_error": "schema",
    "near_miss": "tool_name", "cut_off": "cut_off", "empty": "empty_result", "orphaned": "orphan", "injected": "injection",
}  # fmt: skip
"""The finding that each plant calls for."""


@dataclass(slots=True)
class Measured:
    """Counts over many runs."""

    links: int = 0
    links_found: int = 0
    sources: int = 0
    sources_right: int = 0
    invented: int = 0
    invented_found: int = 0
    sourced: int = 0
    falsely_flagged: int = 0
    runs: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    classes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    losses_missed: list[tuple[str, str]] = field(default_factory=list)
    losses_made_up: list[tuple[str, str]] = field(default_factory=list)
    loud_clean: list[tuple[str, str, str]] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def precision(self, finding_class: FindingClass, plants: Sequence[str]) -> float:
        """Of the runs in which a class was found, in how many it was planted."""
        right = sum(self.classes[plant][finding_class] for plant in plants)
        found = sum(counts[finding_class] for counts in self.classes.values())
        return right / found if found else 1.0

    def recall(self, plants: Sequence[str]) -> float:
        """Of the runs with these plants, in how many they were found."""
        return sum(self.hits[plant] for plant in plants) / max(1, sum(self.runs[plant] for plant in plants))


def measure(store: SpanStore, runs: Sequence[LabelledRun]) -> Measured:
    """Record the runs, and compare what the rules say of them with what was planted."""
    found = Measured()
    for run in runs:
        store.write(run.records)
        judged = find_findings(store, run.trace_id)
        _count_findings(found, run, judged)
        _count_losses(found, run, judged)
        _count_values(found, store, run)
    return found


def _count_findings(found: Measured, run: LabelledRun, judged: RunFindings) -> None:
    found.runs[run.plant] += 1
    for finding_class in {finding.finding_class for finding in judged.findings}:
        found.classes[run.plant][finding_class] += 1
    expected = EXPECTED.get(run.plant)
    if expected is not None:
        places = {
            place.step_id for f in judged.findings if f.finding_class == expected for place in f.evidence
        } | {f.step_id for f in judged.findings if f.finding_class == expected}
        hit = bool(places & run.planted)
        found.hits[run.plant] += hit
        if not hit:
            found.misses.append(f"{run.plant}/{run.domain}/{run.trace_id}")
    if run.plant in TWINS:
        found.loud_clean += [(run.plant, f.finding_class, f.sentence) for f in judged.findings]


def _count_losses(found: Measured, run: LabelledRun, judged: RunFindings) -> None:
    told = {loss.kind for loss in judged.ledger}
    found.losses_missed += [(run.plant, kind) for kind in run.losses - told]
    found.losses_made_up += [(run.plant, kind) for kind in told - run.losses]


def _count_values(found: Measured, store: SpanStore, run: LabelledRun) -> None:
    traced: dict[str, StepProvenance] = {}
    for step, text, sources in run.links:
        values = traced.setdefault(step, get_provenance(store, run.trace_id, step)).values
        value = next(
            (v for v in values if v.text == text or (len(v.text) > 3 and (v.text in text or text in v.text))),
            None,
        )
        found.links += 1
        given = {source.step_id for source in value.sources} if value else set()
        if given & sources:
            found.links_found += 1
        elif len(found.misses) < 60:
            found.misses.append(
                f"link {run.plant}/{run.domain} {text!r} -> {value and (value.text, value.kind, value.verdict)}"
            )
        found.sourced += 1
        if value is not None and value.verdict == "no_source":
            found.falsely_flagged += 1
        holders = _holders(run, text)
        found.sources += len(given)
        found.sources_right += len(given & (sources | holders))
    for step, text in run.invented:
        values = traced.setdefault(step, get_provenance(store, run.trace_id, step)).values
        found.invented += 1
        value = next(
            (v for v in values if v.text == text or (len(v.text) > 2 and (v.text in text or text in v.text))),
            None,
        )
        if value is not None and value.verdict == "no_source":
            found.invented_found += 1
        else:
            found.misses.append(
                f"invented {run.plant}/{run.domain} {text!r} -> {value and (value.text, value.kind, value.verdict, [s.quote for s in value.sources])}"
            )


def _holders(run: LabelledRun, text: str) -> set[str]:
    """Return the steps in the contents of which a text stands as it is."""
    bare = text.strip("$€ USDeuros%")
    return {
        record.span_id
        for record in run.records
        if any(
            isinstance(value, str) and (text in value or bare in value)
            for value in record.attributes.values()
        )
    }
