"""Candidates: steps worth a look in one order, whether or not a rule is sure of any of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from agent_inspector.model import Candidate, Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.dialogue import is_person, read_dialogue
from agent_inspector.query.findings.seen import subject
from agent_inspector.query.findings.trouble import in_trouble
from agent_inspector.query.findings.turning import turning_points

_MOST: Final = 3
_SPEAKING: Final = {"llm", "agent", "tool", "retrieval", "memory", "handoff", "final"}
_LONG: Final = 20
"""Steps. A shorter run rarely gets over its first trouble; in a longer one the trouble that stayed is the last."""


def list_candidates(run: ReadRun, likely: Sequence[Finding]) -> list[Candidate]:
    """Return up to three steps to look at: those of likely findings, of talks that are led the turning points, then by place."""
    dialogue = read_dialogue(run)
    found: dict[str, Candidate] = {}
    for finding in likely:
        if dialogue is not None and finding.severity == "info":
            continue  # got over
        step = run.by_id[finding.step_id]
        if is_person(step):
            continue
        found.setdefault(step.id, Candidate(step.id, step.number, finding.id, finding.sentence))
    for step, why in chain(turning_points(dialogue) if dialogue is not None else (), _by_place(run)):
        if len(found) >= _MOST:
            break
        found.setdefault(
            step.id, Candidate(step.id, step.number, None, f"Step {step.number}, {subject(step)}, {why}.")
        )
    return list(found.values())[:_MOST]


def _by_place(run: ReadRun) -> Iterator[tuple[ReadStep, str]]:
    """Yield steps by their place: what led to trouble before what merely came early."""
    steps = [
        step
        for step in run.shown
        if step.kind in _SPEAKING and step.id != run.root_id and not is_person(step)
    ]
    begins = next((index for index, step in enumerate(steps) if in_trouble(step)), None)
    if begins is not None:
        troubled = next(step for step in reversed(steps) if in_trouble(step))
        first = steps[max(begins - 1, 0)], "came before the first words of trouble"
        last = troubled, "is the last one with words of trouble"
        yield from (last, first) if len(steps) > _LONG else (first, last)
    for step in steps:
        yield step, "is one of the first, where mistakes begin that the rest goes on from"
