"""Messages of model calls: any of their written forms as the parts of the GenAI conventions, and as words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
PREVIEW_LENGTH: Final = 200
_CALL_LENGTH: Final = 120


def parse_json(value: Json) -> Json:
    """Return the structure written in a JSON text, or the value itself when it holds none."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def as_messages(value: Json, role: str) -> list[Json] | None:
    """Return messages with parts, from the conventions' JSON, OpenAI's message list or a plain text."""
    value = parse_json(value)
    if value is None or value == "":
        return None
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        return [{"role": role, "parts": [{"type": "text", "content": value}]}]
    return [_as_message(item, role) for item in value]


def _as_message(item: Json, role: str) -> Json:
    if not isinstance(item, Mapping):
        return {"role": role, "parts": [{"type": "text", "content": item}]}
    if isinstance(item.get("parts"), Sequence):
        return dict(item)
    if "role" not in item and "content" not in item:
        return {"role": role, "parts": [item if "type" in item else {"type": "text", "content": dict(item)}]}
    message = {"role": item.get("role", role), "parts": _parts_of(item)}
    return message | {key: item[key] for key in ("name", "finish_reason") if item.get(key)}


def _parts_of(item: Mapping[str, Json]) -> list[Json]:
    """Read the parts of a message as OpenAI's chat API writes it."""
    content = item.get("content")
    if item.get("role") == "tool":
        return [
            {"type": "tool_call_response", "id": item.get("tool_call_id"), "response": parse_json(content)}
        ]
    parts: list[Json] = []
    if isinstance(content, Sequence) and not isinstance(content, (str, bytes)):
        parts += [_content_part(part) for part in content]
    elif content not in (None, ""):
        parts.append({"type": "text", "content": content})
    parts += [_tool_call_part(call) for call in item.get("tool_calls") or () if isinstance(call, Mapping)]
    return parts


def _content_part(part: Json) -> Json:
    if isinstance(part, Mapping) and part.get("type") in ("text", "input_text", "output_text"):
        return {"type": "text", "content": part.get("text", part.get("content"))}
    return part if isinstance(part, Mapping) else {"type": "text", "content": part}


def _tool_call_part(call: Mapping[str, Json]) -> Json:
    function = call.get("function")
    spec = function if isinstance(function, Mapping) else call
    arguments = spec.get("arguments", spec.get("args"))
    return {
        "type": "tool_call",
        "id": call.get("id"),
        "name": spec.get("name"),
        "arguments": parse_json(arguments),
    }


def parts(messages: Sequence[Json] | None) -> list[Mapping[str, Json]]:
    """Return all parts of these messages in order, whatever else the messages hold."""
    found: list[Mapping[str, Json]] = []
    for message in messages or ():
        of_message = message.get("parts") if isinstance(message, Mapping) else None
        if isinstance(of_message, Sequence):
            found += [part for part in of_message if isinstance(part, Mapping)]
    return found


def text_of(messages: Sequence[Json] | None) -> str | None:
    """Return the words of these messages on one line, at most PREVIEW_LENGTH characters."""
    texts = [part.get("content") for part in parts(messages) if part.get("type") == "text"]
    return preview(" ".join(text for text in texts if isinstance(text, str)) or None)


def last_of(messages: Sequence[Json] | None, role: str) -> list[Json]:
    """Return the last message of this role, as a list of one, or an empty list."""
    for message in reversed(messages or ()):
        if isinstance(message, Mapping) and message.get("role") == role:
            return [message]
    return []


def preview(value: Json) -> str | None:
    """Return the first words of any value on one line, at most PREVIEW_LENGTH characters."""
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else _compact(value)
    return " ".join(text[: PREVIEW_LENGTH * 4].split())[:PREVIEW_LENGTH] or None


def tool_calls(messages: Sequence[Json] | None) -> list[str]:
    """Return the tool calls of these messages, each as `name(arg=value, ...)`."""
    calls = [part for part in parts(messages) if part.get("type") == "tool_call"]
    return [f"{part.get('name') or 'a tool'}({_arguments(part.get('arguments'))})" for part in calls]


def _arguments(arguments: Json) -> str:
    arguments = parse_json(arguments)
    if not isinstance(arguments, Mapping):
        return "" if arguments is None else _compact(arguments)[:_CALL_LENGTH]
    shown = ", ".join(
        f"{name}={value if isinstance(value, str) else _compact(value)}" for name, value in arguments.items()
    )
    return " ".join(shown[: _CALL_LENGTH * 2].split())[:_CALL_LENGTH]


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), default=str)
