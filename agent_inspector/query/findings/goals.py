"""Goals: what the requests of a conversation are about, and which attempts at it brought something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from agent_inspector.query.evidence.dialogue import Attempt
from agent_inspector.query.evidence.said import giving_up_in, tells_failure, wall_in
from agent_inspector.query.values.spoken import stems

_REQUESTS: Final = frozenset(
    stems(
        "please could would should look search find tell scroll click open read continue check verify make sure provide give information"
        " details page pages website site link links result results first next another again back down press visit navigate browse"
        " report summary summarize extract identify locate return list describe explore source sources section about whether what when"
        " where which these those them they then until using used more also into over mention mentioned contains relevant specific"
        " following need needs must only help also each some available view"
    )
)
"""Beginnings of words with which anything is asked for."""
_NOTHING: Final = re.compile(
    r"\b(?:no (?:\w+ ){0,2}(?:results?|match(?:es)?|information|mention|data|hits|records?|evidence|details)\b|nothing (?:\w+ )?(?:relevant|found|about|on)"
    r"|(?:does|do|did|could|can)(?:\s?n[o']t| not) (?:\w+ )?(?:find|found|contain|include|show|mention|provide|list|give)|not (?:found|available|visible|listed|mentioned))\b",
    re.IGNORECASE,
)
_BEGINNING: Final = 400
_ALIKE: Final = 0.4
_MANY: Final = 0.6
"""Words in which more of the requests are made than this share tell nothing of what is asked for."""
_LEAST_ABOUT: Final = 0.4
"""Share of the telling words of a request that an answer to it has."""


def words_about(text: str) -> set[str]:
    """Return the beginnings of the words of a text but for those with which anything is asked for."""
    return set(stems(text)) - _REQUESTS


def telling_words(attempts: Sequence[Attempt]) -> list[set[str]]:
    """Return the words of each request that tell what it is about: not those of any request, nor of most of these."""
    asked = [words_about(attempt.asked.words) for attempt in attempts]
    often = Counter(stem for words in asked for stem in words)
    return [{stem for stem in words if often[stem] <= _MANY * len(asked)} for words in asked]


def alike(ours: set[str], theirs: set[str]) -> bool:
    """Whether two requests are for one thing, by their telling words."""
    return len(ours & theirs) >= _ALIKE * max(1, min(len(ours), len(theirs)))


def is_fruitless(attempt: Attempt, telling: set[str]) -> bool:
    """Whether a turn brought nothing of what it was asked for: it says so, or it is about something else."""
    step, words = attempt.turn.step, attempt.turn.words
    if step.failed or tells_failure(step):
        return True
    if giving_up_in(words) or wall_in(words) or _NOTHING.search(words[:_BEGINNING]):
        return True
    return bool(telling) and len(telling & set(stems(words))) < _LEAST_ABOUT * len(telling)
