"""The script as values: what a scenario, a turn and a tool call are, and which turn a conversation has reached."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

Json: TypeAlias = Any
FinishReason: TypeAlias = Literal["stop", "tool_calls", "length", "content_filter"]
CHARACTERS_PER_TOKEN: Final = 4


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call that the model makes."""

    name: str
    arguments: Mapping[str, Json]


def call(name: str, **arguments: Json) -> Call:
    """Write a tool call the way it reads."""
    return Call(name, arguments)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model says, or which tools it calls; texts may hold `{question}`, `{result}` and named groups."""

    text: str = ""
    calls: Sequence[Call] = ()
    finish_reason: FinishReason = "stop"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A list of turns, played when the last user message matches the trigger and the tools are on offer."""

    trigger: str
    turns: Sequence[Turn]
    tools: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = frozenset(made.name for turn in self.turns for made in turn.calls)
        object.__setattr__(self, "tools", names)


def next_turn(scenarios: Sequence[Scenario], messages: Sequence[Json], tools: Collection[str]) -> Turn:
    """Return the turn that follows these messages: as many in as the assistant has spoken since the question."""
    asked = max((at for at, message in enumerate(messages) if message["role"] == "user"), default=-1)
    question = text_of(messages[asked]) if asked >= 0 else ""
    since = messages[asked + 1 :]
    spoken = sum(message["role"] == "assistant" for message in since)
    results = [text_of(message) for message in since if message["role"] == "tool"]

    scenario, groups = _scenario_for(scenarios, question, tools)
    turn = scenario.turns[min(spoken, len(scenario.turns) - 1)]
    return _filled(turn, {**groups, "question": question, "result": results[-1] if results else ""})


def shortened(turn: Turn, max_tokens: int | None) -> Turn:
    """Return the turn cut off where a token limit of the request ends it."""
    if max_tokens is None or len(turn.text) <= max_tokens * CHARACTERS_PER_TOKEN:
        return turn
    return Turn(turn.text[: max_tokens * CHARACTERS_PER_TOKEN], turn.calls, "length")


def text_of(message: Json) -> str:
    """Return a message's text, whether it is a string or a list of parts."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def _scenario_for(
    scenarios: Sequence[Scenario], question: str, tools: Collection[str]
) -> tuple[Scenario, Mapping[str, str]]:
    for scenario in scenarios:
        match = re.search(scenario.trigger, question, re.IGNORECASE)
        if match and scenario.tools.issubset(tools):
            return scenario, match.groupdict()
    raise LookupError("The last scenario must match every question and call no tool.")


def _filled(turn: Turn, words: Mapping[str, str]) -> Turn:
    calls = tuple(
        Call(made.name, {key: _fill(value, words) for key, value in made.arguments.items()})
        for made in turn.calls
    )
    return Turn(_fill(turn.text, words), calls, "tool_calls" if calls else turn.finish_reason)


def _fill(value: Json, words: Mapping[str, str]) -> Json:
    return value.format_map(words) if isinstance(value, str) else value
