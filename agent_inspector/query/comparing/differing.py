"""Differing: what differs before two runs part, what after, and what is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent_inspector.model import Difference, Json, Run, StepDetail
from agent_inspector.query.comparing.pairs import place_of, read_pair
from agent_inspector.query.comparing.places import Place
from agent_inspector.query.comparing.rows import Row
from agent_inspector.query.comparing.subjects import GIVEN, Subject
from agent_inspector.query.comparing.telling import bounded, tell
from agent_inspector.store import SpanStore

_CODE: Final = (
    "service.version",
    "vcs.",
    "deployment.",
    "process.runtime.version",
    "process.command",
    "telemetry.sdk.version",
    "telemetry.distro.version",
)
"""Resource attributes, or beginnings of their names, that say which code ran."""
_OF_THE_WORLD: Final = frozenset(["tool", "retrieval", "memory"])


@dataclass(frozen=True, slots=True)
class Sides:
    """Two runs, their rows and the steps that enclose everything."""

    a: Run
    b: Run
    rows: Sequence[Row]
    roots: tuple[StepDetail, StepDetail] | None


def before_parting(store: SpanStore, sides: Sides, parting: int) -> list[Difference]:
    """Return what the runs were given differently up to where they part: the candidates for why."""
    found = list(_code(sides))
    told: set[Subject] = set()
    for row in sides.rows[: parting + 1]:
        for subject in row.subjects:
            if subject in told or subject not in GIVEN or (row.is_container and subject == "tool_result"):
                continue
            told.add(subject)
            found.extend(_difference(store, row, subject))
    return found


def after_parting(store: SpanStore, sides: Sides, parting: int, told: set[Subject]) -> list[Difference]:
    """Return the first of each thing that differs after they part, then how the runs ended."""
    found: list[Difference] = []
    for row in sides.rows[parting + 1 :]:
        for subject in row.subjects:
            if _is_news(row, subject) and subject not in told:
                told.add(subject)
                found.extend(_difference(store, row, subject))
    return [*found, *_ends(store, sides)]


def sames(sides: Sides, different: Sequence[Difference]) -> list[str]:
    """Return the subjects that were looked at and do not differ anywhere."""
    pairs = [row for row in sides.rows if row.a and row.b]
    held = {subject for row in pairs for step in (row.a, row.b) if step for subject in step.subjects}
    differing: set[str] = {difference.what for difference in different}
    differing |= {subject for row in pairs if not row.is_container for subject in row.subjects}
    looked_at = [subject for subject in (*GIVEN, "answer") if subject in held]
    if sides.roots and any(_code_of(root) for root in sides.roots):
        looked_at.append("code")
    return [subject for subject in (*looked_at, "status") if subject not in differing]


def _is_news(row: Row, subject: Subject) -> bool:
    """Whether it comes from outside, and is not merely the consequence of an earlier difference."""
    if row.is_container or row.a is None:
        return False
    if subject == "tool_result":
        return row.a.step.kind in _OF_THE_WORLD
    return subject in ("model", "settings", "tools")


def _difference(store: SpanStore, row: Row, subject: Subject) -> Iterator[Difference]:
    pair = read_pair(store, row)
    if pair is None:
        return
    place = place_of(pair, subject)
    tool = pair.a.step.tool_name
    yield Difference(
        what=subject,
        sentence=tell(subject, place, tool),
        a_step_id=pair.a.step.id,
        b_step_id=pair.b.step.id,
        a=bounded(place.a),
        b=bounded(place.b),
    )


def _code(sides: Sides) -> Iterator[Difference]:
    if sides.roots is None:
        return
    a, b = (_code_of(root) for root in sides.roots)
    for name in dict.fromkeys((*a, *b)):
        if a.get(name) != b.get(name):
            place = Place(f"/{name}", a.get(name), b.get(name))
            yield _whole(sides, "code", place)


def _code_of(root: StepDetail) -> Mapping[str, Json]:
    return {name: value for name, value in root.resource.items() if name.startswith(_CODE)}


def _ends(store: SpanStore, sides: Sides) -> Iterator[Difference]:
    if sides.a.output_preview != sides.b.output_preview:
        yield _whole(sides, "answer", Place("", sides.a.output_preview, sides.b.output_preview))
    elif sides.a.output_preview is None:
        answered = (row for row in reversed(sides.rows) if _both_answered(row))
        row = next(answered, None)
        if row is not None and "answer" in row.subjects:
            yield from _difference(store, row, "answer")
    if sides.a.status != sides.b.status:
        yield _whole(sides, "status", Place("", sides.a.status, sides.b.status))


def _both_answered(row: Row) -> bool:
    return all(step is not None and "answer" in step.subjects for step in (row.a, row.b))


def _whole(sides: Sides, subject: Subject, place: Place) -> Difference:
    """Make a difference between the runs as a whole."""
    return Difference(
        what=subject,
        sentence=tell(subject, place),
        a_step_id=sides.a.root_step_id,
        b_step_id=sides.b.root_step_id,
        a=bounded(place.a),
        b=bounded(place.b),
    )
