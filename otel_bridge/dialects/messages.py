"""Messages of model calls: any of their written forms as the parts of the GenAI conventions, and as words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from otel_bridge.content import Piece, PieceList
from otel_bridge.dialects.langchain_messages import is_constructor, read_constructor
from otel_bridge.dialects.memo import Memo
from otel_bridge.dialects.parts import (
    has_words,
    read_content,
    read_part,
    text_part,
    tool_call_part,
    tool_result_part,
)
from otel_bridge.dialects.values import is_list, parse_json

__all__ = [
    "PREVIEW_LENGTH",
    "as_messages",
    "finish_of",
    "last_message",
    "last_spoken",
    "last_words",
    "parse_json",
    "parts",
    "preview",
    "say_anything",
    "tool_calls",
    "words_of",
]

Json: TypeAlias = Any
PREVIEW_LENGTH: Final = 160
_CALL_LENGTH: Final = 120
_SOME: Final = PREVIEW_LENGTH * 2
"""Characters that give a whole preview, but for texts that are mostly blank."""
_ROLES: Final[Mapping[str, str]] = {
    "human": "user",
    "ai": "assistant",
    "model": "assistant",
    "function": "tool",
    "MessageRole.USER": "user",
    "MessageRole.SYSTEM": "system",
    "MessageRole.ASSISTANT": "assistant",
    "MessageRole.TOOL": "tool",
}
"""Other words for the roles of the conventions."""
_SPEAKERS: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("user", "human", "HumanMessage"),
    "assistant": ("assistant", "ai", "model", "AIMessage", "AIMessageChunk"),
}
_SAYING: Final = frozenset(("system", "user", "assistant"))
_NOT_WORDS: Final = ("", "{", "[")
_ITEM_ROLES: Final[Mapping[str, str]] = {
    "function_call": "assistant",
    "reasoning": "assistant",
    "function_call_output": "tool",
    "tool_call": "assistant",
    "tool_call_response": "tool",
}
"""Roles of items that stand beside messages without one, as in OpenAI's Responses API."""


_BESIDE: Final = frozenset(("tool_calls", "tool_call_id"))
"""What LiteLLM keeps of OpenAI's messages beside the parts that it makes of them."""
_HOLDERS: Final = ("messages", "choices", "generations", "contents", "output", "input")
"""Keys under which requests and answers of the vendors' APIs hold their messages."""


_ANSWERS: Final = ("choices", "generations", "output")
"""Those of answers, which repeat the instructions that they follow."""


def as_messages(value: Json, role: str, memo: Memo | None = None) -> list[Json] | None:
    """Return messages with parts, from any vendor's list of messages, one message or a plain text."""
    if memo is not None:
        return _with_memo(value, role, memo)
    items = _items(value)
    return None if items is None else [_as_message(item, role) for item in items]


def _with_memo(value: Json, role: str, memo: Memo) -> list[Json] | None:
    grown = memo.grown(value, role)
    whole = None if grown is not None else _items(value)
    if grown is not None:
        known, new = grown
    elif whole is not None:
        known = memo.slid(whole, role)
        new = whole[len(known) :]
    else:
        return None
    read = [*known, *(memo.message(item, role, _as_message) for item in new)]
    memo.keep(value, role, read, whole)
    return read


def last_message(value: Json, role: str) -> list[Json]:
    """Return the last of such messages that has this role, else the last of all, as a list of one or none.

    Only that one is read: in a long conversation, reading all of them takes most of the time of a `read`.
    """
    items = _items(value) or ()
    speakers = _SPEAKERS.get(role, ())
    for item in reversed(items):
        if isinstance(item, dict) and _speaker(item) in speakers:
            return [_as_message(item, role)]
    return [_as_message(items[-1], role)] if items else []


def last_words(value: Json, role: str) -> str | None:
    """Return the first words of the last of such messages that says anything; results of tools are no words."""
    speakers = _SPEAKERS.get(role, ())
    for item in reversed(_items(value) or ()):
        if isinstance(item, dict) and _speaker(item) in speakers:
            said = words_of(parts([_as_message(item, role)]))
            if said:
                return said
    return None


def last_spoken(pieces: PieceList, role: str) -> PieceList:
    """Return of frozen messages what `last_message` reads of them."""
    chosen = _last_of(pieces, _SPEAKERS.get(role, ()))
    chosen = pieces[-1] if chosen is None and pieces else chosen
    # What is no object is read by the company it has: a list in a list may be a batch of conversations.
    return PieceList((chosen,)) if chosen is not None and chosen.json.startswith("{") else pieces


def _last_of(pieces: PieceList, speakers: Sequence[str]) -> Piece | None:
    """Return the last message of these speakers; each is read once, and in a long list C looks for it."""
    said_by = [piece.speaker for piece in pieces]
    if None in said_by:
        said_by = [_speaker_of(piece) for piece in pieces]
    said_by.reverse()
    places = [said_by.index(speaker) for speaker in speakers if speaker in said_by]
    return pieces[-1 - min(places)] if places else None


def _speaker_of(piece: Piece) -> str:
    """Return who speaks in a frozen message; it is read once, however many calls carry it."""
    if piece.speaker is None:
        item = parse_json(piece.json)
        piece.speaker = (_speaker(item) if isinstance(item, dict) else None) or ""
    return piece.speaker


def _speaker(item: Mapping[str, Json]) -> str | None:
    """Return who speaks in a message as it was written, in the vendor's own word."""
    inner = item.get("message")
    item = inner if isinstance(inner, dict) else item
    path = item.get("id") if "lc" in item else None
    stated = path[-1] if is_list(path) and path else item.get("role") or item.get("type")
    return stated if isinstance(stated, str) else None


def _items(value: Json) -> Sequence[Json] | None:
    """Return the messages as they were written; None where there are none."""
    value = _unwrapped(parse_json(value))
    if value is None or value == "" or value == ():
        return None
    items: Sequence[Json] = value if is_list(value) else (value,)
    while len(items) == 1 and is_list(items[0]):
        items = items[0]  # LangChain asks for a batch of conversations.
    return items


def _unwrapped(value: Json) -> Json:
    """Return the messages of a request or an answer that holds them beside other things."""
    if isinstance(value, dict) and "role" not in value and "parts" not in value:
        for name in _HOLDERS:
            held = value.get(name)
            if is_list(held):
                return held if name in _ANSWERS else _after_system(value, held)
            if name == "input" and isinstance(held, str):
                return _after_system(value, [{"role": "user", "content": held}])
    return value


def _after_system(request: Mapping[str, Json], held: Sequence[Json]) -> Sequence[Json]:
    """Put the system prompt, which some requests keep apart, before the messages."""
    prompt = request.get("instructions") or request.get("system")
    return [{"role": "system", "content": prompt}, *held] if isinstance(prompt, str) else held


def _as_message(item: Json, role: str) -> Json:
    if not isinstance(item, dict):
        return {"role": role, "parts": [text_part(item)]}
    if len(item) == 2 and _is_plain(item):  # the commonest in programs
        return {"role": item["role"], "parts": [text_part(item["content"])]}
    parts = item.get("parts")
    # What the conventions write is neither of these, and need not be asked twice.
    if parts is None or "role" not in item or "lc" in item or "message" in item:
        if is_constructor(item):
            return read_constructor(item, role)
        if isinstance(item.get("message"), dict):  # One of OpenAI's choices.
            inner: dict[str, Json] = dict(_as_message(item["message"], role))
            return inner | _kept(item)
    if is_list(parts):
        return {**item, "role": _role(item, role), "parts": _read_parts(item, parts)}
    kind = item["type"] if isinstance(item.get("type"), str) else ""
    if "role" not in item and ("content" not in item or kind in _ITEM_ROLES):
        return {
            "role": _ITEM_ROLES.get(kind, role),
            "parts": [read_part(item) if _is_part(item) else text_part(dict(item))],
        }
    return {"role": _role(item, role), "parts": _parts_of(item)} | _kept(item)


def _read_parts(item: Mapping[str, Json], parts: Sequence[Json]) -> list[Json]:
    """Read the parts, and tool calls that stand beside them as in OpenAI's API, or the tool whose result the words are."""
    read: list[Json] = [read_part(part) for part in parts]
    if len(item) == 2 or _BESIDE.isdisjoint(item):
        return read
    calls = parse_json(item.get("tool_calls"))
    if is_list(calls) and not any(part.get("type") == "tool_call" for part in read):
        return [*read, *(tool_call_part(call) for call in calls if isinstance(call, dict))]
    words = [part.get("content") for part in read if part.get("type") == "text"]
    if item.get("tool_call_id") and len(words) == len(read) == 1:
        return [tool_result_part({"tool_call_id": item["tool_call_id"], "content": words[0]})]
    return read


def _is_plain(item: Mapping[str, Json]) -> bool:
    """Whether two fields are who speaks and what, in words."""
    role, content = item.get("role"), item.get("content")
    is_said = type(role) is str and role in _SAYING
    return is_said and type(content) is str and content[:1] not in _NOT_WORDS


def _is_part(item: Mapping[str, Json]) -> bool:
    return "type" in item or "text" in item


def _kept(item: Mapping[str, Json]) -> dict[str, Json]:
    kept: dict[str, Json] = {"name": item["name"]} if item.get("name") else {}
    information = item.get("generation_info")
    reason = item.get("finish_reason") or item.get("stop_reason")
    if not reason and isinstance(information, dict):
        reason = information.get("finish_reason")
    return kept | {"finish_reason": reason} if reason else kept


def _role(item: Mapping[str, Json], role: str) -> str:
    stated = item.get("role") or role
    return _ROLES.get(stated, stated) if isinstance(stated, str) else role


def _parts_of(item: Mapping[str, Json]) -> list[Json]:
    """Read the parts of a message as OpenAI's chat API and its many imitators write it."""
    content = item.get("contents") or item.get("content") or item.get("text")
    if _role(item, "") == "tool":
        found = read_content(content)
        told = any(part.get("type") == "tool_call_response" for part in found)
        return list(found) if told else [tool_result_part(item)]
    parts: list[Json] = []
    for name in ("reasoning_content", "reasoning", "thinking"):
        if isinstance(item.get(name), str) and item[name]:
            parts.append({"type": "reasoning", "content": item[name]})
            break
    parts += read_content(content)
    if not parts and item.get("refusal"):
        parts.append(text_part(item["refusal"]))
    calls = parse_json(item.get("tool_calls") or item.get("toolCalls"))
    if is_list(calls) and not any(part.get("type") == "tool_call" for part in parts):
        parts += [tool_call_part(call) for call in calls or () if isinstance(call, dict)]
    return parts


def parts(messages: Sequence[Json] | None) -> list[Mapping[str, Json]]:
    """Return all parts of these messages in order, whatever else the messages hold."""
    found: list[Mapping[str, Json]] = []
    for message in messages or ():
        of_message = message.get("parts") if isinstance(message, dict) else None
        if is_list(of_message):
            found += [part for part in of_message or () if isinstance(part, dict)]
    return found


def say_anything(messages: Sequence[Json] | None) -> bool:
    """Whether any of these messages has a part that holds something."""
    return any(has_words(parts((message,))) for message in messages or ())


def words_of(parts: Sequence[Mapping[str, Json]]) -> str | None:
    """Return the words of these parts on one line, at most PREVIEW_LENGTH characters."""
    texts = [part.get("content") for part in parts if part.get("type") == "text"]
    if len(texts) == 1:
        return preview(texts[0]) if isinstance(texts[0], str) else None
    return preview(" ".join([text[:_SOME] for text in texts if isinstance(text, str)]))


def finish_of(messages: Sequence[Json] | None) -> str | None:
    """Return why the last of these messages ended, where it says so."""
    for message in reversed(messages or ()):
        reason = message.get("finish_reason") if isinstance(message, dict) else None
        if isinstance(reason, str) and reason:
            return reason
    return None


def preview(value: Json) -> str | None:
    """Return the first words of any value on one line, at most PREVIEW_LENGTH characters."""
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else _compact(value)
    return " ".join(text[:_SOME].split())[:PREVIEW_LENGTH] or None


def tool_calls(parts: Sequence[Mapping[str, Json]]) -> list[str]:
    """Return the tool calls among these parts, each as `name(arg=value, ...)`."""
    calls = [part for part in parts if part.get("type") == "tool_call"]
    return [f"{part.get('name') or 'a tool'}({_arguments(part.get('arguments'))})" for part in calls]


def _arguments(arguments: Json) -> str:
    arguments = parse_json(arguments)
    if not isinstance(arguments, dict):
        return "" if arguments is None else _compact(arguments)[:_CALL_LENGTH]
    shown = ", ".join(
        f"{name}={value if isinstance(value, str) else _compact(value)}" for name, value in arguments.items()
    )
    return " ".join(shown[: _CALL_LENGTH * 2].split())[:_CALL_LENGTH]


def _compact(value: Json) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), default=str)
    except (ValueError, TypeError, RecursionError):
        return "(something that cannot be written as JSON)"
