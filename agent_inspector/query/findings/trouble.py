"""Trouble: steps whose words tell of errors and failures, and the last of them in a talk that nobody got over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from agent_inspector.query.evidence import ReadStep
from agent_inspector.query.evidence.dialogue import Attempt
from agent_inspector.query.evidence.said import words_of
from agent_inspector.query.findings.goals import alike, is_fruitless

_TROUBLE: Final = re.compile(
    r"\b(?:errors?|fail|fails|failed|failure|exceptions?|traceback|unable|cannot|can't|could ?n[o']t|not found|incorrect|wrong|mistake|invalid)\b",
    re.IGNORECASE,
)
_PARTS: Final = ("error", "fail", "exception", "traceback", "unable", "can", "could", "not found", "incorrect", "wrong",
                 "mistake", "invalid")  # fmt: skip
"""Of these words each has one; looking for them first takes a fifth of the time."""
_LOOKED_AT: Final = 20_000


def in_trouble(step: ReadStep) -> bool:
    """Whether a step failed, or has words of trouble."""
    if step.failed:
        return True
    words = words_of(step)[:_LOOKED_AT].lower()
    return any(part in words for part in _PARTS) and bool(_TROUBLE.search(words))


def last_trouble(attempts: Sequence[Attempt], telling: Sequence[set[str]]) -> Attempt | None:
    """Return the last attempt that tells of trouble, unless a later one at the same goal brought something."""
    reached: list[set[str]] = []
    for attempt, goal in zip(reversed(attempts), reversed(telling), strict=True):
        if in_trouble(attempt.turn.step) and not any(alike(goal, other) for other in reached):
            return attempt
        if not is_fruitless(attempt, goal):
            reached.append(goal)
    return None
