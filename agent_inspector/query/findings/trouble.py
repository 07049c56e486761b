"""Trouble: steps whose words tell of errors and failures, and the last of them in a talk that nobody got over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from agent_inspector.query.evidence import ReadStep
from agent_inspector.query.evidence.dialogue import Attempt
from agent_inspector.query.evidence.said import tells_failure, words_of
from agent_inspector.query.findings.goals import alike, is_fruitless

_TROUBLE: Final = re.compile(
    r"\b(?:errors?|fail|fails|failed|failure|exceptions?|traceback|unable|cannot|can't|could ?n[o']t|not found|incorrect|wrong|mistake|invalid)\b",
    re.IGNORECASE,
)
_PARTS: Final = ("error", "fail", "exception", "traceback", "unable", "can", "could", "not found", "incorrect", "wrong",
                 "mistake", "invalid")  # fmt: skip
"""Of these words each has one; looking for them first takes a fifth of the time."""
_LOOKED_AT: Final = 20_000
_FEW: Final = 300
_AT_ONCE: Final = 150


def in_trouble(step: ReadStep) -> bool:
    """Whether a step failed, or has words of trouble."""
    if step.failed:
        return True
    words = words_of(step)[:_LOOKED_AT].lower()
    return any(part in words for part in _PARTS) and bool(_TROUBLE.search(words))


def _is_own(step: ReadStep, words: str) -> bool:
    return step.failed or tells_failure(step) or _tells_of_trouble(words)


def _tells_of_trouble(words: str) -> bool:
    """Whether somebody tells of trouble of his own: at once, at the end or in a few words; a page has such words of its own."""
    told = words if len(words) <= _FEW else f"{words[:_AT_ONCE]}\n{words[-_AT_ONCE:]}"
    return bool(_TROUBLE.search(told))


def last_trouble(
    attempts: Sequence[Attempt], telling: Sequence[set[str]], *, anywhere: bool = False
) -> Attempt | None:
    """Return the last attempt that tells of trouble, unless a later one at the same goal brought something.

    With `anywhere`, words of trouble count wherever they stand, be it on a page.
    """
    reached: list[set[str]] = []
    for attempt, goal in zip(reversed(attempts), reversed(telling), strict=True):
        step = attempt.turn.step
        in_it = in_trouble(step) if anywhere else _is_own(step, attempt.turn.words)
        if in_it and not any(alike(goal, other) for other in reached):
            return attempt
        if not is_fruitless(attempt, goal):
            reached.append(goal)
    return None
