"""Dialogue: what several agents say in turn, where one of them leads and asks the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agent_inspector.query.evidence.said import words_of

if TYPE_CHECKING:
    from agent_inspector.query.evidence.run import ReadRun, ReadStep

_SPEAKING: Final = {"llm", "agent", "message"}
_LOOKED_AT: Final = 20_000
_ASIDE: Final = re.compile(r"\s*[(\[<].*", re.DOTALL)
"""What some frameworks add to the name of who speaks: to whom, or that it is a thought."""
_PERSONS: Final = {"user", "human", "customer", "end user", "end_user"}
"""What frameworks call whoever asks. A proxy that runs programs for a user is none of them."""
_FEWEST_TURNS: Final = 8
_FEWEST_SPEAKERS: Final = 3
_SHORTEST_REQUEST: Final = 40
"""Characters. What is shorter, such as the name of the next speaker, asks for nothing."""
_SHORT: Final = 20
"""Turns. In so few, experts who speak in turn look led, unless the lead's share is as it is where it plans and asks."""
_LEADS, _LEADS_SHORT = 0.3, 0.6
"""Share of the turns that a lead has at least."""
_ANSWERED, _ANSWERED_SHORT = 0.6, 0.9
"""Share of the others' turns that come right after one of the lead's."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What an agent said once."""

    step: ReadStep
    speaker: str
    words: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A turn of an agent that was asked for something."""

    index: int
    """Place among the turns."""
    turn: Turn
    asked: Turn
    """The lead's turn before it."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The turns of a conversation between agents."""

    lead: str
    turns: Sequence[Turn]

    def attempts(self) -> list[Attempt]:
        """Return the turns of those that the lead asked, in order."""
        found: list[Attempt] = []
        asked: Turn | None = None
        for index, turn in enumerate(self.turns):
            if turn.speaker in _PERSONS:
                continue
            if turn.speaker != self.lead:
                if asked is not None:
                    found.append(Attempt(index, turn, asked))
            elif asked is None or len(turn.words) >= _SHORTEST_REQUEST:
                asked = turn
        return found

    @property
    def closing(self) -> Sequence[Turn]:
        """What the lead says after everybody else has spoken for the last time: it ends the talk, and brings nothing."""
        begin = len(self.turns)
        while begin and self.turns[begin - 1].speaker == self.lead:
            begin -= 1
        return self.turns[begin:]


def read_dialogue(run: ReadRun) -> Dialogue | None:
    """Return the longest conversation of a run in which one agent leads; None where there is none."""
    found = [dialogue for dialogue in map(_led, _groups(run)) if dialogue is not None]
    return max(found, key=lambda dialogue: len(dialogue.turns), default=None)


def _groups(run: ReadRun) -> Iterator[list[Turn]]:
    """Yield the turns that were taken side by side, within one step."""
    for steps in run.children.values():
        turns = [
            Turn(step, speaker_of(step), words_of(step)[:_LOOKED_AT])
            for step in steps
            if step.kind in _SPEAKING and not step.framework
        ]
        if len(turns) >= _FEWEST_TURNS:
            yield turns


def _led(turns: Sequence[Turn]) -> Dialogue | None:
    short = len(turns) <= _SHORT
    counts = Counter(turn.speaker for turn in turns)
    lead, most = counts.most_common(1)[0]
    if len(counts) < _FEWEST_SPEAKERS or most < (_LEADS_SHORT if short else _LEADS) * len(turns):
        return None
    others = [index for index, turn in enumerate(turns) if turn.speaker != lead and index]
    answers = sum(turns[index - 1].speaker == lead for index in others)
    return (
        Dialogue(lead, turns)
        if others and answers >= (_ANSWERED_SHORT if short else _ANSWERED) * len(others)
        else None
    )


def is_person(step: ReadStep) -> bool:
    """Whether a step is a turn of whoever asks: what is said there is no agent's doing."""
    return step.kind in _SPEAKING and speaker_of(step) in _PERSONS


def speaker_of(step: ReadStep) -> str:
    """Return who takes a turn, without what a framework adds to the name."""
    name = (step.name if step.kind == "agent" else step.agent or step.name).strip()
    return (_ASIDE.sub("", name) or name).lower()
