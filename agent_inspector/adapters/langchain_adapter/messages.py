"""LangChain's messages, documents and other values as plain ones, messages in the parts of the GenAI conventions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

from langchain_core.documents import Document
from langchain_core.messages import AIMessage, BaseMessage

_ROLES: Final[Mapping[str, str]] = {
    "human": "user",
    "ai": "assistant",
    "AIMessageChunk": "assistant",
    "HumanMessageChunk": "user",
    "developer": "system",
    "function": "tool",
}
_TEXTS: Final = ("text", "input_text", "output_text")
_THOUGHTS: Final[Mapping[str, str]] = {"thinking": "thinking", "reasoning": "reasoning"}
_CALLS: Final = ("tool_use", "tool_call", "function_call", "input_json_delta")
"""Content blocks that say again what `tool_calls` says."""
_DEEPEST: Final = 8
_ANSWERS: Final = ("output", "answer", "result", "text", "structured_response")
_QUESTIONS: Final = ("input", "question", "query", "task")


def read_message(message: BaseMessage) -> dict[str, Any]:
    """Return a message with its role and parts."""
    kind = str(message.type)
    role = getattr(message, "role", None) if kind == "chat" else _ROLES.get(kind, kind)
    if role == "tool":
        response = {"type": "tool_call_response", "id": getattr(message, "tool_call_id", None)}
        return {"role": role, "parts": [response | {"response": message.content}]}
    parts = _content_parts(message.content) + [_call_part(call) for call in tool_calls(message)]
    read: dict[str, Any] = {"role": role, "parts": parts}
    return read | {"name": message.name} if message.name else read


def tool_calls(message: BaseMessage) -> list[Any]:
    """Return the tool calls of a message, also those whose arguments are not valid JSON."""
    if not isinstance(message, AIMessage):
        return []
    return [*message.tool_calls, *message.invalid_tool_calls]


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value with every message and document in it made plain; others stay as they are."""
    if isinstance(value, BaseMessage):
        return read_message(value)
    if isinstance(value, Document):
        return read_document(value)
    if depth > _DEEPEST:
        return value
    if isinstance(value, Mapping):
        return {key: plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, depth + 1) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {name.name: getattr(value, name.name, None) for name in dataclasses.fields(value)}
        return {name: plain(item, depth + 1) for name, item in fields.items() if item not in (None, ())}
    return value


def read_document(document: Document) -> dict[str, Any]:
    """Return a document as the conventions' retrieval documents have it."""
    metadata = dict(document.metadata)
    read = {"id": document.id, "content": document.page_content, "score": metadata.get("score")}
    return {key: item for key, item in read.items() if item is not None} | (
        {"metadata": metadata} if metadata else {}
    )


def question_of(inputs: Any) -> Any:
    """Return what a chain or an agent was asked: its last messages of the user, or its whole input."""
    if isinstance(inputs, Mapping):
        messages = inputs.get("messages")
        if isinstance(messages, Sequence) and messages and not isinstance(messages, str):
            return [_any_message(message) for message in messages]
        asked = [inputs[name] for name in _QUESTIONS if isinstance(inputs.get(name), str)]
        return asked[0] if asked else plain(inputs)
    return plain(inputs)


def answer_of(outputs: Any) -> Any:
    """Return what a chain or an agent answered: its last message, or its whole output."""
    if isinstance(outputs, Mapping):
        messages = outputs.get("messages")
        if isinstance(messages, Sequence) and messages and not isinstance(messages, str):
            return _last_words(messages[-1])
        return next((plain(outputs[name]) for name in _ANSWERS if outputs.get(name)), plain(outputs))
    return _last_words(outputs)


def state_of(inputs: Any) -> Any:
    """Return the input of a step inside a graph; of a conversation only the last message, as it grows at every step."""
    if isinstance(inputs, Mapping) and isinstance(inputs.get("messages"), list):
        last = [_any_message(message) for message in inputs["messages"][-1:]]
        return {**plain({**inputs, "messages": ()}), "messages": last}
    return plain(inputs)


def _last_words(message: Any) -> Any:
    if not isinstance(message, BaseMessage):
        return plain(message)
    read = read_message(message)
    if all(part.get("type") == "text" for part in read["parts"]):
        return "".join(str(part["content"]) for part in read["parts"])
    return [read]


def _any_message(message: Any) -> dict[str, Any]:
    if isinstance(message, BaseMessage):
        return read_message(message)
    if isinstance(message, Mapping):
        return dict(plain(message))
    if isinstance(message, tuple) and len(message) == 2:
        return {"role": _ROLES.get(str(message[0]), str(message[0])), "content": plain(message[1])}
    return {"role": "user", "content": plain(message)}


def _content_parts(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "content": content}] if content else []
    blocks = content if isinstance(content, Sequence) else [content]
    parts = (_block_part(block) for block in blocks)
    return [part for part in parts if part is not None]


def _block_part(block: Any) -> dict[str, Any] | None:
    if not isinstance(block, Mapping):
        return {"type": "text", "content": block}
    kind = str(block.get("type"))
    if kind in _CALLS:
        return None
    if kind in _TEXTS:
        return {"type": "text", "content": block.get("text", "")}
    if kind in _THOUGHTS:
        return {"type": "reasoning", "content": block.get(_THOUGHTS[kind]) or plain(block.get("summary"))}
    return dict(block)


def _call_part(call: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "tool_call",
        "id": call.get("id"),
        "name": call.get("name"),
        "arguments": call.get("args"),
    }
