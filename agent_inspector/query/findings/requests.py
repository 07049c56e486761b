"""Requests: what a lead left out when it asked for what the answer came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agent_inspector.query.evidence.dialogue import Attempt, Dialogue
from agent_inspector.query.findings.goals import words_about
from agent_inspector.query.values import find_values

_OFTEN: Final = 0.5
"""Share of the other requests that pass on what this one leaves out."""
_FEWEST: Final = 3
_MOST_TOLD: Final = 3
_LONG_NUMBER: Final = 3
"""Characters. What is shorter is put in words as often."""


def left_out_in(dialogue: Dialogue, attempts: Sequence[Attempt], at: int) -> str | None:
    """Say what of the question a request leaves out that most others pass on; None where it leaves out nothing."""
    asked = attempts[at].asked
    others = {
        id(attempt.asked): attempt.asked.words for attempt in attempts[:at] if attempt.asked is not asked
    }
    question = " ".join(turn.words for turn in dialogue.turns[:2])
    if len(others) < _FEWEST or not words_about(asked.words) & words_about(question):
        return None
    conditions = _conditions(question)
    left_out = [
        condition
        for condition in conditions
        if condition not in asked.words.lower()
        and sum(condition in words.lower() for words in others.values()) >= _OFTEN * len(others)
    ]
    if not left_out:
        return None
    return f"asks without {' and '.join(left_out[:_MOST_TOLD])}, which the question wants and other requests pass on"


def _conditions(question: str) -> list[str]:
    """Return what narrows a question down: its dates, names, ids and long numbers, as they are written."""
    narrow = [
        value
        for value in find_values(question, names=True)
        if value.kind in ("id", "name") or (value.kind == "number" and len(value.text) >= _LONG_NUMBER)
    ]
    return list(dict.fromkeys(value.text.lower().removesuffix("'s") for value in narrow))
