"""Requests: what a program sends to a model API or asks of a tool, redacted and read as what was recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from agent_inspector.model import Json
from agent_inspector.replay.calls import Request
from agent_inspector.replay.conversations import utterances
from otel_bridge import semconv
from otel_bridge.dialects import Payload, unpack
from otel_bridge.record import Attributes, SpanRecord

Redactor: TypeAlias = Callable[[SpanRecord], SpanRecord]

_SETTINGS: Final[Mapping[str, str]] = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
}
"""Fields of requests, and what they are called among recorded parameters."""


def read_request(body: Mapping[str, Json], redact: Redactor) -> Request:
    """Read the body of a request to a model API: chat completions, responses or messages."""
    asked = {name: body[name] for name in ("messages", "input", "instructions") if name in body}
    if body.get("system"):
        asked["system"] = _joined(body["system"])
    payload = _unpacked({semconv.OPERATION: "chat", semconv.INPUT_MESSAGES: json.dumps(asked)}, redact)
    settings = {name: body[field] for field, name in _SETTINGS.items() if body.get(field) is not None}
    model = body.get("model")
    return Request(
        said=utterances(payload.system_instructions, payload.input_messages),
        model=model if isinstance(model, str) else None,
        settings=settings,
        tools=names_of(body.get("tools")),
    )


def read_arguments(name: str, arguments: str, redact: Redactor) -> Json:
    """Read the arguments of a tool call as the facade writes them."""
    attributes = {
        semconv.OPERATION: "execute_tool",
        semconv.TOOL_NAME: name,
        semconv.TOOL_ARGUMENTS: arguments,
    }
    return _unpacked(attributes, redact).tool_arguments


def names_of(tools: Json) -> Sequence[str]:
    """Return the names of the tools that a model is offered, in any API's form."""
    if not isinstance(tools, (list, tuple)):
        return ()
    inner = (tool.get("function") or tool for tool in tools if isinstance(tool, dict))
    return [str(tool.get("name")) for tool in inner if isinstance(tool, dict)]


def _joined(system: Json) -> str:
    """Return a system prompt as text; one API also takes it in parts."""
    if isinstance(system, str):
        return system
    parts = system if isinstance(system, (list, tuple)) else [system]
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def _unpacked(attributes: Attributes, redact: Redactor) -> Payload:
    """Read attributes as those of a recorded span: redacted, and by the same reader."""
    return unpack(
        redact(SpanRecord("0" * 31 + "1", "0" * 15 + "1", None, "replay", 0, 1, attributes=attributes))
    )
