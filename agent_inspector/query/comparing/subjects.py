"""Subjects: what people ask about when two runs differ (prompt, input, settings, ...), taken out of a step's content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from agent_inspector.model import Content, Json, Step

Subject: TypeAlias = Literal[
    "input", "prompt", "tools", "model", "settings", "tool_result", "code", "answer", "status"
]
GIVEN: Final[Sequence[Subject]] = ("prompt", "input", "tools", "model", "settings", "tool_result")
"""What a step was given, by others or by the world: the candidates for why runs part."""

_SYSTEM_ROLES: Final = frozenset(["system", "developer"])
_LOOKED_UP: Final = frozenset(["tool", "retrieval", "memory"])


def subjects_of(step: Step, content: Content) -> Mapping[Subject, Json]:
    """Return what this step holds of each subject; a subject of which it holds nothing is left out."""
    found: dict[Subject, Json] = {
        "prompt": _prompt(content),
        "input": list(_said_by_users(content)),
        "tools": content.tool_definitions,
        "model": step.model,
        "settings": content.parameters,
        "tool_result": _results(step, content),
        "answer": content.output_messages,
    }
    if step.kind not in _LOOKED_UP and content.input_messages is None:
        found["input"] = content.input_value
    return {subject: value for subject, value in found.items() if value not in (None, [], {}, ())}


def subject_of_message(message: Json) -> Subject:
    """Return what a message of a conversation is to the reader."""
    role = _role(message)
    if role in _SYSTEM_ROLES:
        return "prompt"
    if role == "tool" or any(_is_result(part) for part in _parts(message)):
        return "tool_result"
    return "input" if role == "user" else "answer"


def _prompt(content: Content) -> Json:
    told = [message for message in content.input_messages or () if _role(message) in _SYSTEM_ROLES]
    return [*(content.system_instructions or ()), *told]


def _said_by_users(content: Content) -> Iterator[Json]:
    return (message for message in content.input_messages or () if subject_of_message(message) == "input")


def _results(step: Step, content: Content) -> Json:
    if step.kind in _LOOKED_UP:
        return content.tool_result if content.tool_result is not None else content.output_value
    return [
        message for message in content.input_messages or () if subject_of_message(message) == "tool_result"
    ]


def _role(message: Json) -> str:
    return str(message.get("role") or "") if isinstance(message, dict) else ""


def _parts(message: Json) -> Sequence[Json]:
    parts = message.get("parts") if isinstance(message, dict) else None
    return parts if isinstance(parts, (list, tuple)) else ()


def _is_result(part: Json) -> bool:
    return isinstance(part, dict) and part.get("type") == "tool_call_response"
