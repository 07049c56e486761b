"""Turning points: where a conversation between a lead and its agents is likely to have gone wrong for good."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from agent_inspector.query.evidence import ReadStep
from agent_inspector.query.evidence.dialogue import Attempt, Dialogue, Turn
from agent_inspector.query.evidence.said import is_execution
from agent_inspector.query.findings.goals import alike, is_fruitless, telling_words
from agent_inspector.query.findings.trouble import last_trouble
from agent_inspector.query.values import find_values
from agent_inspector.query.values.extraction import word_key

_ANSWER: Final = re.compile(r"\banswer\b[\s*_\"']*(?:is\b|[:=])[\s*_\"']*([^\r\n]{1,300})", re.IGNORECASE)
_SHORT: Final = 120
_DENIES: Final = re.compile(
    r"\b(?:unable|not able|could ?n[o']t|cannot|can't|unknown|undetermined|not (?:found|available|determined)|no answer|n/a)\b",
    re.IGNORECASE,
)
_BEGINNING: Final = 400
_SEEN_AT_ONCE: Final = 1500
_MOST_OTHERS: Final = 2
_RAN: Final = re.compile(r"\bexit(?:ed)?(?: with)?(?: \w+)? ?code\b", re.IGNORECASE)
_CODE: Final = "```"
_AUTHORS: Final = 4
"""So many turns before an output the program that made it is looked for."""


def turning_points(dialogue: Dialogue) -> Iterator[tuple[ReadStep, str]]:
    """Yield steps with why they are worth a look, the likeliest first."""
    attempts = dialogue.attempts()
    if not attempts:
        return
    telling = telling_words(attempts)
    trouble = last_trouble(attempts, telling)
    if trouble is not None:
        yield trouble.turn.step, "is the last to tell of trouble that nobody got over"
    goal = _last_goal(attempts, telling)
    first = attempts[goal.start]
    origin = _origin_of_answer(dialogue)
    fruitless = next((attempts[at] for at in goal if is_fruitless(attempts[at], telling[at])), None)
    told = (origin.step, "is the first to tell the answer that was given") if origin is not None else None
    if told is not None and (fruitless is None or told[0].number < first.turn.step.number):
        yield told
    if fruitless is not None:
        yield fruitless.turn.step, "is the first attempt at what was asked for last that brought nothing"
    else:
        yield first.asked.step, "asks for what was looked for last"
    if told is not None:
        yield told


def _origin_of_answer(dialogue: Dialogue) -> Turn | None:
    """Return the turn that first told the answer, be it the last; of the output of a program, who wrote the program."""
    last = dialogue.turns[-1]
    answer = _answer_in(last.words) if last.speaker == dialogue.lead else None
    if answer is None:
        return None
    asked = _keys(" ".join(turn.words for turn in dialogue.turns[:2]))
    wanted = _keys(answer) - asked
    for index, turn in enumerate(dialogue.turns[:-1]):
        if wanted & _keys(turn.words):
            return _way_in(dialogue.turns[: index + 1]) or _author(dialogue.turns, index)
    return last if wanted and _ANSWER.search(last.words) else None


def _way_in(turns: Sequence[Turn]) -> Turn | None:
    """Return the turn with which an agent came to the page that it tells of last; None where it names no address."""
    *before, last = (turn for turn in turns if turn.speaker == turns[-1].speaker)
    address = _address_in(last)
    if address is None:
        return None
    for turn in reversed(before):
        if _address_in(turn) != address:
            break
        last = turn
    return last


def _address_in(turn: Turn) -> str | None:
    return next(
        (value.keys[0] for value in find_values(turn.words[:_SEEN_AT_ONCE]) if value.kind == "url"), None
    )


def _answer_in(words: str) -> str | None:
    found = _ANSWER.search(words)
    answer = found.group(1) if found else words if len(words) <= _SHORT else ""
    return None if not answer.strip() or _DENIES.search(answer) else answer.strip()


def _keys(words: str) -> set[str]:
    found = {key for value in find_values(words, names=True) for key in value.keys[:1]}
    return found | {word_key(words)} if len(words) <= _SHORT else found


def _author(turns: Sequence[Turn], index: int) -> Turn:
    if is_execution(turns[index].step) or _RAN.search(turns[index].words[:_BEGINNING]):
        for turn in reversed(turns[max(0, index - _AUTHORS) : index]):
            if _CODE in turn.words:
                return turn
    return turns[index]


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
