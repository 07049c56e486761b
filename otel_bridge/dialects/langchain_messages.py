"""LangChain's own JSON: messages written as the constructor calls that would make them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from otel_bridge.dialects.parts import read_content, tool_call_part, tool_result_part
from otel_bridge.dialects.values import as_list, as_map

Json: TypeAlias = Any

_ROLE_OF_CLASS: Final[Mapping[str, str]] = {
    "HumanMessage": "user",
    "HumanMessageChunk": "user",
    "AIMessage": "assistant",
    "AIMessageChunk": "assistant",
    "SystemMessage": "system",
    "SystemMessageChunk": "system",
    "ToolMessage": "tool",
    "ToolMessageChunk": "tool",
    "FunctionMessage": "tool",
}
_ROLE_OF_TYPE: Final[Mapping[str, str]] = {
    "human": "user",
    "ai": "assistant",
    "AIMessageChunk": "assistant",
    "system": "system",
    "tool": "tool",
    "function": "tool",
}


def is_constructor(item: Mapping[str, Json]) -> bool:
    """Whether this is LangChain's `{"lc": 1, "kwargs": ...}`, or the plain dump of one of its messages."""
    if "lc" in item:
        return True
    kind = item.get("type")
    has_content = "content" in item or isinstance(item.get("data"), dict)
    return isinstance(kind, str) and kind in _ROLE_OF_TYPE and has_content and "role" not in item


def read_constructor(item: Mapping[str, Json], role: str) -> Json:
    """Return the message with parts that a constructor call would make."""
    fields = as_map(item.get("kwargs")) if "lc" in item else as_map(item.get("data")) or item
    role = _role(item, fields) or role
    if role == "tool":
        return {"role": role, "parts": [tool_result_part(fields)]}
    found = read_content(fields.get("content"))
    if not any(part.get("type") == "tool_call" for part in found):
        calls = as_list(fields.get("tool_calls"))
        found += [tool_call_part(call) for call in calls if isinstance(call, dict)]
    message: dict[str, Json] = {"role": role, "parts": found}
    if fields.get("name"):
        message["name"] = fields["name"]
    reason = finish_reason_of(fields)
    return message | {"finish_reason": reason} if reason else message


def finish_reason_of(fields: Mapping[str, Json]) -> str | None:
    """Return why the answer ended, as its response metadata says under the vendor's own name."""
    metadata = as_map(fields.get("response_metadata"))
    reason = metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason")
    return reason if isinstance(reason, str) else None


def _role(item: Mapping[str, Json], fields: Mapping[str, Json]) -> str | None:
    path = item.get("id")
    name = path[-1] if isinstance(path, list) and path else None
    role = _ROLE_OF_CLASS.get(name) if isinstance(name, str) else None
    kind = fields.get("type")
    return role or (_ROLE_OF_TYPE.get(kind) if isinstance(kind, str) else None)
