"""Parts of messages: what each vendor's API calls its text, tool call or tool result, in the conventions' words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from otel_bridge.dialects.media import media_part
from otel_bridge.dialects.values import as_map, is_list, parse_json

Json: TypeAlias = Any
Part: TypeAlias = "dict[str, Any]"


def text_part(content: Json) -> Part:
    """Return the part for these words."""
    return {"type": "text", "content": content}


def read_part(part: Json) -> Part:
    """Return one part, from the conventions or from any of the vendors' APIs; unknown ones as they are."""
    if not isinstance(part, dict):
        return text_part(part)
    kind = part.get("type")
    if kind == "text" and len(part) == 2 and part.get("content") is not None:
        return part  # The commonest by far, and the conventions' own.
    reader = _BY_TYPE.get(kind) if isinstance(kind, str) else _by_key(part)
    return reader(part) if reader is not None else dict(part)


def read_content(content: Json) -> list[Part]:
    """Return the parts of a message's content: a text, one part, or a list of them."""
    content = parse_json(content)
    if content is None or content == "" or content == []:
        return []
    if isinstance(content, dict):
        return [read_part(content)]
    return [read_part(part) for part in content] if is_list(content) else [text_part(content)]


def tool_call_part(call: Mapping[str, Json]) -> Part:
    """Return a tool call, from the many names that its three fields have."""
    if isinstance(call.get("tool_call"), dict):
        return tool_call_part(call["tool_call"])
    inner = call.get("function") or call.get("functionCall") or call.get("toolUse")
    inner = inner if isinstance(inner, dict) else call
    arguments = _first(inner, "arguments", "args", "input", "tool_kwargs", "kwargs")
    return {
        "type": "tool_call",
        "id": _first(call, "call_id", "toolCallId", "tool_call_id", "id", "tool_id")
        or _first(inner, "toolUseId", "id"),
        "name": _first(inner, "name", "toolName", "tool_name")
        or ((inner is call and _text_of(call.get("function"))) or None),
        "arguments": parse_json(arguments),
    }


def tool_result_part(result: Mapping[str, Json]) -> Part:
    """Return a tool's result, from the many names that its two fields have."""
    inner = result.get("functionResponse") or result.get("toolResult")
    inner = inner if isinstance(inner, dict) else result
    names = ("response", "result", "content", "output", "tool_response")
    return {
        "type": "tool_call_response",
        "id": _first(result, "id", "tool_call_id", "tool_use_id", "toolCallId", "call_id")
        or _first(inner, "toolUseId", "id"),
        "response": parse_json(_first(inner, *names)),
    }


def _text(part: Mapping[str, Json]) -> Part:
    return text_part(_first(part, "content", "text", "input_text", "output_text", "value"))


def _reasoning(part: Mapping[str, Json]) -> Part:
    content = _first(part, "content", "thinking", "reasoning", "text", "summary", "reasoningText")
    if is_list(content):
        content = "\n".join(str(as_map(item).get("text", item)) for item in content)
    return {"type": "reasoning", "content": content}


def _refusal(part: Mapping[str, Json]) -> Part:
    return text_part(_first(part, "refusal", "content", "text"))


def _message_item(part: Mapping[str, Json]) -> Part:
    """Read a message inside a message, as OpenAI's Responses API lists its output."""
    parts = read_content(part.get("content"))
    return parts[0] if len(parts) == 1 else text_part(" ".join(str(item.get("content")) for item in parts))


def _as_it_is(part: Mapping[str, Json]) -> Part:
    return dict(part)


def _by_key(part: Mapping[str, Json]) -> Callable[[Mapping[str, Json]], Part] | None:
    """Find the reader of a part without a type, as Gemini and Bedrock write them."""
    return next((reader for key, reader in _BY_KEY.items() if key in part), None)


def _first(values: Mapping[str, Json], *names: str) -> Json:
    for name in names:
        value = values.get(name)
        if value is not None:
            return value
    return None


def _of_genkit(reader: Callable[[Mapping[str, Json]], Part], told: Json) -> Part:
    """Read a tool call or its result as Google's Genkit writes it; `ref` is its id."""
    fields = as_map(told)
    return reader({**fields, "id": fields.get("ref")})


def _text_of(value: Json) -> str | None:
    return value if isinstance(value, str) else None


_BY_TYPE: Final[Mapping[str, Callable[[Mapping[str, Json]], Part]]] = {
    "text": _text,
    "input_text": _text,
    "output_text": _text,
    "summary_text": _text,
    "refusal": _refusal,
    "reasoning": _reasoning,
    "thinking": _reasoning,
    "tool_call": tool_call_part,
    "tool-call": tool_call_part,
    "tool_use": tool_call_part,
    "function": tool_call_part,
    "function_call": tool_call_part,
    "tool_call_response": tool_result_part,
    "tool-result": tool_result_part,
    "tool_result": tool_result_part,
    "function_call_output": tool_result_part,
    "message": _message_item,
    **dict.fromkeys(
        (
            "image",
            "image_url",
            "input_image",
            "input_audio",
            "audio",
            "document",
            "file",
            "input_file",
            "media",
        ),
        media_part,
    ),
}
_BY_KEY: Final[Mapping[str, Callable[[Mapping[str, Json]], Part]]] = {
    "tool_call": tool_call_part,
    "toolRequest": lambda part: _of_genkit(tool_call_part, part["toolRequest"]),
    "toolResponse": lambda part: _of_genkit(tool_result_part, part["toolResponse"]),
    "message_content": lambda part: read_part(part["message_content"]),
    "functionCall": tool_call_part,
    "functionResponse": tool_result_part,
    "toolUse": tool_call_part,
    "toolResult": tool_result_part,
    "inlineData": media_part,
    "inline_data": media_part,
    "fileData": media_part,
    "file_data": media_part,
    "image": media_part,
    "media": media_part,
    "document": media_part,
    "reasoningContent": lambda part: _reasoning(as_map(part["reasoningContent"])),
    "text": _text,
    "content": _text,
}


def has_words(parts: Sequence[Mapping[str, Json]]) -> bool:
    """Whether any of these parts says something."""
    return any(part.get("content") or part.get("type") != "text" for part in parts)
