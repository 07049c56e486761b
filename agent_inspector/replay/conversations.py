"""Conversations: what a model is asked, in one form that does not depend on the API it is asked through."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent_inspector.model import Json

_SYSTEM_ROLES: Final = frozenset(["system", "developer"])
_SILENT: Final = frozenset(["reasoning"])
"""Parts that some APIs take back and others do not."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing that was said in a conversation; ids of tool calls are no part of it."""

    role: str
    kind: str
    """`text`, `tool_call`, `tool_call_response`, or the type of any other part, whose content is not compared."""
    name: str | None
    value: Json
    message: int = field(compare=False)
    """Which message it stands in, counting from 1; the system prompt apart is part of the first."""


def utterances(system: Sequence[Json] | None, messages: Sequence[Json] | None) -> list[Utterance]:
    """Return what was said in order; texts of one speaker in a row are one."""
    apart = [{"role": "system", "parts": list(system)}] if system else []
    joined: list[Utterance] = []
    for said in _each([*apart, *(messages or ())]):
        last = joined[-1] if joined else None
        if last and last.kind == said.kind == "text" and last.role == said.role:
            joined[-1] = Utterance(last.role, "text", None, f"{last.value}\n{said.value}", last.message)
        else:
            joined.append(said)
    return joined


def _each(messages: Iterable[Json]) -> Iterator[Utterance]:
    for number, message in enumerate(messages, 1):
        if not isinstance(message, dict):
            continue
        role = "system" if message.get("role") in _SYSTEM_ROLES else str(message.get("role") or "user")
        parts = [part for part in message.get("parts") or () if isinstance(part, dict)]
        # Instrumentations lose the words that a model says beside its tool calls when they are sent back to it.
        calls = [part for part in parts if part.get("type") == "tool_call"]
        for part in calls or parts:
            if said := _utterance(role, part, number):
                yield said


def _utterance(role: str, part: dict[str, Json], number: int) -> Utterance | None:
    kind = str(part.get("type") or "text")
    if kind in _SILENT:
        return None
    if kind == "text":
        words = part.get("content")
        return Utterance(role, kind, None, str(words), number) if words else None
    if kind == "tool_call":
        return Utterance("assistant", kind, str(part.get("name")), _structure(part.get("arguments")), number)
    if kind == "tool_call_response":
        return Utterance("tool", kind, None, _result(part.get("response")), number)
    return Utterance(role, kind, None, None, number)


def _result(value: Json) -> Json:
    """Return a result as it is, whether an API wraps it into parts or not."""
    if isinstance(value, (list, tuple)) and value and all(map(_is_text, value)):
        value = "\n".join(str(part.get("text") or part.get("content") or "") for part in value)
    return _structure(value)


def _is_text(part: Json) -> bool:
    return isinstance(part, dict) and part.get("type") == "text" and len(part) <= 3


def _structure(value: Json) -> Json:
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
