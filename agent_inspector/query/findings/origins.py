"""Origins: which turn of a conversation first told the answer that was given at its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent_inspector.query.evidence.dialogue import Dialogue, Turn
from agent_inspector.query.evidence.said import is_execution
from agent_inspector.query.findings.goals import words_about
from agent_inspector.query.values import find_values
from agent_inspector.query.values.extraction import word_key

_ANSWER: Final = re.compile(r"\banswer\b[\s*_\"']*(?:is\b|[:=])[\s*_\"']*([^\r\n]{1,300})", re.IGNORECASE)
_SHORT: Final = 120
_DENIES: Final = re.compile(
    r"\b(?:unable|not able|could ?n[o']t|cannot|can't|unknown|undetermined|not (?:found|available|determined)|no answer|n/a)\b",
    re.IGNORECASE,
)
_BEGINNING: Final = 400
_AROUND: Final = 200
"""Characters on either side of a value in which the words stand that say what it is the value of."""
_NEAR: Final = 0.7
"""Share of the words that a value has beside it where it has most, for it to be told of the same thing."""
_RAN: Final = re.compile(r"\bexit(?:ed)?(?: with)?(?: \w+)? ?code\b", re.IGNORECASE)
_CODE: Final = "```"
_AUTHORS: Final = 4
"""So many turns before an output the program that made it is looked for."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer came from."""

    turn: Turn
    """Whose doing it is: of the output of a program its author, of a page the way in."""
    told_in: Turn
    """Where the words stand."""


def find_origin(dialogue: Dialogue) -> Origin | None:
    """Return where the answer was told first, by somebody who tells it of what was asked; None where nobody did.

    What the lead says at the end repeats an answer, or makes one up for want of a better one: that is not where a talk
    went wrong, and so no origin.
    """
    answer = _answer_at_end(dialogue)
    if answer is None:
        return None
    question = " ".join(turn.words for turn in dialogue.turns[:2])
    wanted = _keys(answer) - _keys(question)
    before = dialogue.turns[: len(dialogue.turns) - len(dialogue.closing)]
    index = _first_told(dialogue, before, wanted, words_about(question))
    if index is None:
        return None
    author = _author(before, index)
    turn = author if author is not before[index] else _way_in(before[: index + 1], question)
    return Origin(turn, before[index])


def _answer_at_end(dialogue: Dialogue) -> str | None:
    """Return the answer that the lead gives at the end, be it before words with which a framework ends the talk."""
    closing = dialogue.closing
    stated = [turn.words for turn in reversed(closing) if _ANSWER.search(turn.words)]
    for words in (*stated[:1], *(turn.words for turn in closing[-1:])):
        found = _ANSWER.search(words)
        answer = found.group(1) if found else words if len(words) <= _SHORT else ""
        if answer.strip():
            return None if _DENIES.search(answer) else answer.strip()
    return None


def _first_told(dialogue: Dialogue, turns: Sequence[Turn], wanted: set[str], about: set[str]) -> int | None:
    """Return the first place where a value stands beside the words that were asked about: bare, it stands in many places."""
    told = [at for at, turn in enumerate(turns) if wanted & _keys(turn.words)]
    told = [at for at in told if turns[at].speaker != dialogue.lead] or told
    asked = {attempt.index: words_about(attempt.asked.words) for attempt in dialogue.attempts()}
    near = [
        len(about & _words_beside(turns[at].words, wanted)) + len(about & asked.get(at, set())) for at in told
    ]
    return next((at for at, words in zip(told, near, strict=True) if words >= _NEAR * max(near)), None)


def _words_beside(words: str, wanted: set[str]) -> set[str]:
    """Return what stands around a value, and at the beginning of a text that holds it, which says what it is about."""
    beside = words_about(words[:_AROUND])
    for value in find_values(words, names=True):
        if value.keys and value.keys[0] in wanted:
            beside |= words_about(words[max(0, value.start - _AROUND) : value.end + _AROUND])
    return beside


def _keys(words: str) -> set[str]:
    found = {key for value in find_values(words, names=True) for key in value.keys[:1]}
    return found | {word_key(words)} if len(words) <= _SHORT else found


def _way_in(turns: Sequence[Turn], question: str) -> Turn:
    """Return the turn with which an agent came to what it tells of last, be it a page or a thing that nobody asked about."""
    last = turns[-1]
    asked = _subjects(question)
    subjects = _subjects(last.words[:_BEGINNING]) - asked
    for turn in reversed(turns[:-1]):
        if turn.speaker != last.speaker:
            asked |= _subjects(turn.words)
    subjects -= asked
    way_in = last
    for turn in reversed([turn for turn in turns[:-1] if turn.speaker == last.speaker]):
        if not subjects & _subjects(turn.words[:_BEGINNING]):
            break
        way_in = turn
    return way_in


def _subjects(words: str) -> set[str]:
    """Return the addresses, names and quoted words in a text: what it may be about."""
    return {
        value.keys[0]
        for value in find_values(words, names=True)
        if value.kind in ("url", "name", "text") and value.keys
    }


def _author(turns: Sequence[Turn], index: int) -> Turn:
    """Return who wrote the program whose output a turn is; of any other turn, the turn."""
    if is_execution(turns[index].step) or _RAN.search(turns[index].words[:_BEGINNING]):
        for turn in reversed(turns[max(0, index - _AUTHORS) : index]):
            if _CODE in turn.words:
                return turn
    return turns[index]
