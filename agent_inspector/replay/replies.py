"""Replies: a recorded answer, before it is written in the form of any API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent_inspector.model import Json, Tokens
from agent_inspector.replay.calls import ModelCall

CREATED: Final = 0
"""When an answer was made: an API has to say it, and a replay says the same each time."""


@dataclass(frozen=True, slots=True)
class Called:
    """A tool that the model chose."""

    id: str
    name: str
    arguments: Json

    @property
    def written(self) -> str:
        """The arguments as a model writes them."""
        return (
            self.arguments
            if isinstance(self.arguments, str)
            else json.dumps(self.arguments, ensure_ascii=False)
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said and chose."""

    id: str
    model: str
    text: str
    calls: Sequence[Called]
    finish_reason: str | None
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream."""

    data: str
    name: str | None = None

    def encode(self) -> bytes:
        """Write it as a server-sent event."""
        head = f"event: {self.name}\n" if self.name else ""
        return f"{head}data: {self.data}\n\n".encode("utf-8", "backslashreplace")


def reply_of(call: ModelCall, asked_model: str | None) -> Reply:
    """Return what was answered in a recorded call."""
    parts = [
        part
        for message in call.content.output_messages or ()
        if isinstance(message, dict)
        for part in message.get("parts") or ()
        if isinstance(part, dict)
    ]
    return Reply(
        id=call.step.id,
        model=call.response_model or asked_model or call.request.model or "replay",
        text="".join(str(part.get("content") or "") for part in parts if part.get("type") == "text"),
        calls=list(_calls(parts, call.step.id)),
        finish_reason=call.content.finish_reason,
        tokens=call.step.tokens,
    )


def _calls(parts: Sequence[dict[str, Json]], step_id: str) -> Iterator[Called]:
    chosen = [part for part in parts if part.get("type") == "tool_call"]
    for number, part in enumerate(chosen):
        arguments = part.get("arguments")
        yield Called(
            id=str(part.get("id") or f"call_{step_id}_{number}"),
            name=str(part.get("name") or ""),
            arguments={} if arguments is None else arguments,
        )
