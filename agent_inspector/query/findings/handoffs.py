"""Hand-offs: what an agent needed and was not given, though the one before it had it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from agent_inspector.model import Finding, Json
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.run import words_of_answer
from agent_inspector.query.evidence.texts import as_text
from agent_inspector.query.findings.seen import cite, code, see, subject
from agent_inspector.query.findings.sourceless import sourceless_arguments
from agent_inspector.query.provenance import Provenance
from agent_inspector.query.values.settings import words_of_name
from agent_inspector.query.values.sources import brought_by
from agent_inspector.query.values.spoken import stems

_ASKS: Final = re.compile(
    r"(?:please (?:provide|share|give|tell|specify)|could you (?:provide|share|tell|give|specify)|(?:i|we) (?:need|require|am missing|do ?n[o']t have"
    r"|don't know|was not given|wasn't given)|(?:is|are|was|were) (?:missing|not (?:provided|given|specified|included))|which \w+|what is the)"
    r"[^.!?\n]{0,80}",
    re.IGNORECASE,
)
_LONGEST: Final = 60


def find_handoffs(run: ReadRun, provenance: Provenance) -> Iterator[Finding]:
    """Say which hand-offs left out what the next agent then asked for or made up."""
    told = _TellingOrder(run)
    for receiver, steps in _receivers(run):
        known = told.before(receiver)
        given = " ".join(
            as_text(leaf.value) for step in (receiver, *steps[:1]) for leaf in brought_by(run, step)
        ).lower()
        missing = {name: item for name, item in known.items() if str(item[1]).lower() not in given}
        if missing:
            yield from _needed(provenance, receiver, steps, missing)


def _receivers(run: ReadRun) -> Iterator[tuple[ReadStep, list[ReadStep]]]:
    """Yield agents that others have called or handed over to, with the steps that they took."""
    by_agent: dict[str | None, list[ReadStep]] = defaultdict(list)
    for step in run.shown:
        by_agent[step.agent_step].append(step)
    for step in run.shown:
        if step.kind == "agent" and step.id != run.root_id and step.parent_id is not None:
            if inner := by_agent.get(step.id):
                yield step, inner
        elif step.kind == "handoff":
            beside = by_agent[step.agent_step]
            later = islice(beside, bisect_right(beside, step.number, key=lambda s: s.number), None)
            if after := list(islice((s for s in later if s.kind in ("llm", "tool", "message")), 10)):
                yield step, after


class _TellingOrder:
    """What results have told up to one receiver after another, read in one pass over the run."""

    def __init__(self, run: ReadRun) -> None:
        self._run = run
        self._waiting = deque(
            step for step in run.shown if step.kind in ("tool", "memory", "retrieval", "llm")
        )
        self._found: dict[str, tuple[ReadStep, Json, str]] = {}

    def before(self, receiver: ReadStep) -> Mapping[str, tuple[ReadStep, Json, str]]:
        """Return the named scalars that others had before: by name, the last of each; receivers come in order."""
        while self._waiting and self._waiting[0].number < receiver.number:
            step = self._waiting.popleft()
            for leaf in brought_by(self._run, step):
                if (
                    leaf.name
                    and isinstance(leaf.value, (str, int, float))
                    and not isinstance(leaf.value, bool)
                    and len(str(leaf.value)) <= _LONGEST
                ):
                    self._found[words_of_name(leaf.name)] = step, leaf.value, leaf.place
        return self._found


def _needed(
    provenance: Provenance,
    receiver: ReadStep,
    steps: list[ReadStep],
    missing: Mapping[str, tuple[ReadStep, Json, str]],
) -> Iterator[Finding]:
    for step in steps:
        if step.kind == "tool":
            for value in sourceless_arguments(provenance, step):
                name = words_of_name(value.place.rpartition("/")[2])
                if name in missing:
                    yield _say(receiver, step, name, missing[name], f"made up {code(value.text)}")
                    return
        asked = {stem for match in _ASKS.finditer(words_of_answer(step)) for stem in stems(match.group())}
        for name, item in missing.items():
            named = set(stems(name.replace("_", " ")))
            if named and named <= asked:
                yield _say(receiver, step, name, item, "asked for it")
                return


def _say(
    receiver: ReadStep, step: ReadStep, name: str, item: tuple[ReadStep, Json, str], did: str
) -> Finding:
    holder, value, place = item
    return see(
        "handoff",
        "warning",
        receiver,
        f"{subject(receiver)} was not given the {name.replace('_', ' ')} {code(value)} that step {holder.number} had, and {did} in step {step.number}.",
        evidence=[
            cite(holder, "had it", place, value),
            cite(receiver, "was not given it"),
            cite(step, "needed it"),
        ],
    )
