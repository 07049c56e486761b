"""Turning points: where a conversation between a lead and its agents is likely to have gone wrong for good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from agent_inspector.query.evidence import ReadStep
from agent_inspector.query.evidence.dialogue import Attempt, Dialogue
from agent_inspector.query.findings.goals import alike, is_fruitless, telling_words
from agent_inspector.query.findings.origins import find_origin
from agent_inspector.query.findings.requests import left_out_in
from agent_inspector.query.findings.trouble import last_trouble

_MOST_OTHERS: Final = 2
_Point: TypeAlias = "tuple[ReadStep, str]"
"""A step, and why it is worth a look."""
_Origins: TypeAlias = "tuple[_Point | None, _Point, bool]"


def turning_points(dialogue: Dialogue) -> Iterator[tuple[ReadStep, str]]:
    """Yield steps with why they are worth a look, the likeliest first."""
    attempts = dialogue.attempts()
    if not attempts:
        return
    telling = telling_words(attempts)
    goal = _last_goal(attempts, telling)
    fruitless = next((attempts[at] for at in goal if is_fruitless(attempts[at], telling[at])), None)
    in_vain = _point(fruitless, "is the first attempt at what was asked for last that brought nothing")
    unsolved = _point(last_trouble(attempts, telling), "is the last to tell of trouble that nobody got over")
    yield from filter(None, _in_order(_origins(dialogue, attempts, telling), in_vain, unsolved))
    somewhere = last_trouble(attempts, telling, anywhere=True)
    yield from filter(None, [_point(somewhere, "is the last with words of trouble at what nobody reached")])


def _point(attempt: Attempt | None, why: str) -> _Point | None:
    return None if attempt is None else (attempt.turn.step, why)


def _in_order(
    origins: _Origins | None, in_vain: _Point | None, unsolved: _Point | None
) -> list[_Point | None]:
    """Put what the answer came from before trouble that it does not rest on; where it came from nowhere, the trouble is first."""
    if origins is None:
        return [unsolved, in_vain]
    left_out, told, rests_on_it = origins
    if rests_on_it or in_vain is None or told[0].number < in_vain[0].number:
        return [left_out, told, unsolved, in_vain]
    return [left_out, unsolved, in_vain, told]


def _origins(dialogue: Dialogue, attempts: Sequence[Attempt], telling: Sequence[set[str]]) -> _Origins | None:
    """Return the request that left something out, who told the answer first, and whether that was what had been asked for."""
    origin = find_origin(dialogue)
    if origin is None:
        return None
    told = origin.turn.step, "is the first to tell the answer that was given"
    at = next((at for at, attempt in enumerate(attempts) if attempt.turn is origin.told_in), None)
    if at is None:
        return None, told, False
    if (
        origin.turn is not origin.told_in
    ):  # who wrote the program, or chose the page, was asked for something else
        return None, told, not attempts[at].turn.step.failed
    left_out = left_out_in(dialogue, attempts, at)
    asking = (attempts[at].asked.step, left_out) if left_out is not None else None
    return asking, told, not is_fruitless(attempts[at], telling[at])


def _last_goal(attempts: Sequence[Attempt], telling: Sequence[set[str]]) -> range:
    """Return the places of the last attempts at one thing: asked for in words like those of the next, few others in between."""
    first, others = len(attempts) - 1, 0
    for index in range(first - 1, -1, -1):
        if alike(telling[index], telling[first]):
            first, others = index, 0
        else:
            others += 1
        if others > _MOST_OTHERS:
            break
    return range(first, len(attempts))
