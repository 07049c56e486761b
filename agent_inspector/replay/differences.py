"""Differences: how a call of the program differs from the recorded one, as one sentence."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import Final

from agent_inspector.model import Json, Step
from agent_inspector.query.comparing.telling import quotes
from agent_inspector.replay.calls import Request, ToolCall
from agent_inspector.replay.conversations import Utterance

_KINDS: Final = {"text": "the words", "tool_call": "a tool call", "tool_call_response": "a tool's result"}
_LONGEST: Final = 120


def tell_model_call(number: int, asked: Request, step: Step, recorded: Request) -> str:
    """Say what a model call asks otherwise than the recorded step."""
    head = f"Model call {number} differs from step {step.number} of the run"
    for one, other in zip_longest(recorded.said, asked.said):
        if one != other:
            return f"{head} in message {(other or one).message}, {_what(one, other)}: {_values(one, other)}."
    name, before, now = recorded.unlike(asked)[0]
    return f"{head}: `{name}` is {json.dumps(before)} in the run and {json.dumps(now)} in the program."


def tell_extra(number: int, asked: Request) -> str:
    """Say that a model call has no recorded answer left."""
    last = asked.said[-1] if asked.said else None
    words = quotes(None, _shown(last))[1] if last else "nothing"
    return f"Model call {number} is one more than the run made; it ends with {words}."


def tell_tool_call(name: str, arguments: Json, recorded: ToolCall | None) -> str:
    """Say what a tool call asks otherwise than the recorded one."""
    called = f"The program called `{name}` with {_json(arguments)}"
    if recorded is None:
        return f"{called}, and no tool call of the run is left."
    return f"{called}; the next recorded call, step {recorded.step.number}, is `{recorded.name}` with {_json(recorded.arguments)}."


def _what(one: Utterance | None, other: Utterance | None) -> str:
    said = other or one
    return "" if said is None else f"{_KINDS.get(said.kind, said.kind)} of role {said.role}"


def _values(one: Utterance | None, other: Utterance | None) -> str:
    before, now = quotes(_shown(one), _shown(other))
    return f"{before} in the run and {now} in the program"


def _shown(said: Utterance | None) -> Json:
    if said is None:
        return None
    return (
        f"{said.name}({json.dumps(said.value, ensure_ascii=False)})"
        if said.kind == "tool_call"
        else said.value
    )


def _json(value: Json) -> str:
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= _LONGEST else written[:_LONGEST] + "…"
