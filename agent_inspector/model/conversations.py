"""A run as one conversation between user, agents and tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent_inspector.model.words import Json

Direction: TypeAlias = Literal["input", "output", "step"]
"""`input`: a model was given it; `output`: a model said it; `step`: it happened beside the messages."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message, or one step beside the messages, such as a tool call."""

    step_id: str
    step_number: int
    agent: str | None
    """The agent whose step it is."""
    direction: Direction
    message: Json
    """In the form of `Content.input_messages`; None where the step's own sentence says it."""
    call: str | None = None
    """Of a tool's step, what was called, as `name(argument=value, ...)`."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A part of a run's turns, in order."""

    run_id: str
    turns: Sequence[Turn]
    total: int
    """How many turns there are in all."""
