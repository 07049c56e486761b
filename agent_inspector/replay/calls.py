"""Calls: what a program asks, and what was recorded of it, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent_inspector.model import Content, Json, Step, StepError
from agent_inspector.replay.conversations import Utterance


@dataclass(frozen=True, slots=True)
class Request:
    """What a program asks a model."""

    said: Sequence[Utterance]
    model: str | None
    settings: Mapping[str, Json]
    tools: Sequence[str]
    """Names of the tools offered."""

    def unlike(self, asked: Request) -> Sequence[tuple[str, Json, Json]]:
        """Return (name, ours, theirs) of everything beside the messages that differs, where both say it."""
        ours, theirs = self.settings, asked.settings
        pairs = [(name, value, theirs[name]) for name, value in ours.items() if name in theirs]
        if self.model and asked.model and not _same_model(self.model, asked.model):
            pairs.append(("model", self.model, asked.model))
        if self.tools:
            pairs.append(("tools", list(self.tools), list(asked.tools)))
        return [pair for pair in pairs if pair[1] != pair[2]]


@dataclass(frozen=True, slots=True)
class ModelCall:
    """A recorded model call."""

    step: Step
    request: Request
    content: Content
    error: StepError | None
    response_model: str | None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A recorded tool call."""

    step: Step
    name: str
    arguments: Json
    result: Json
    text: str | None
    """The result as it was written, where that is text."""
    error: StepError | None


def _same_model(one: str, other: str) -> bool:
    """Whether one is the dated name of the other, as providers answer with."""
    return one.startswith(other) or other.startswith(one)
