"""The Responses API of OpenAI."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agent_inspector.model import Json
from agent_inspector.replay.replies import CREATED, Event, Reply

_CUT: Final = frozenset(["length", "max_tokens", "max_output_tokens", "incomplete"])


def whole(reply: Reply, body: Mapping[str, Json]) -> Json:
    """Write an answer in one piece."""
    return {**_head(reply, body), **_ending(reply), "output": _items(reply), "usage": _usage(reply)}


def stream(reply: Reply, body: Mapping[str, Json]) -> Iterator[Event]:
    """Write an answer as a stream."""
    for number, event in enumerate(_events(reply, body)):
        yield Event(json.dumps({**event, "sequence_number": number}), event["type"])


def _events(reply: Reply, body: Mapping[str, Json]) -> Iterator[Json]:
    begun = {
        **_head(reply, body),
        "status": "in_progress",
        "incomplete_details": None,
        "output": [],
        "usage": None,
    }
    yield {"type": "response.created", "response": begun}
    for index, item in enumerate(_items(reply)):
        telling = _message_events if item["type"] == "message" else _call_events
        yield from ({**event, "output_index": index} for event in telling(item))
    done = whole(reply, body)
    yield {"type": f"response.{done['status']}", "response": done}


def _message_events(item: Json) -> Iterator[Json]:
    part = item["content"][0]
    place = {"item_id": item["id"], "content_index": 0}
    yield {"type": "response.output_item.added", "item": {**item, "status": "in_progress", "content": []}}
    yield {"type": "response.content_part.added", **place, "part": {**part, "text": ""}}
    yield {"type": "response.output_text.delta", **place, "delta": part["text"], "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}
    yield {"type": "response.output_item.done", "item": item}


def _call_events(item: Json) -> Iterator[Json]:
    place = {"item_id": item["id"]}
    yield {"type": "response.output_item.added", "item": {**item, "status": "in_progress", "arguments": ""}}
    yield {"type": "response.function_call_arguments.delta", **place, "delta": item["arguments"]}
    done = {"name": item["name"], "arguments": item["arguments"]}
    yield {"type": "response.function_call_arguments.done", **place, **done}
    yield {"type": "response.output_item.done", "item": item}


def _head(reply: Reply, body: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "id": f"resp_{reply.id}",
        "object": "response",
        "created_at": CREATED,
        "model": reply.model,
        "tools": body.get("tools") or [],
        "tool_choice": body.get("tool_choice") or "auto",
        "parallel_tool_calls": True,
        "error": None,
    }


def _ending(reply: Reply) -> Mapping[str, Json]:
    if reply.finish_reason in _CUT:
        return {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    return {"status": "completed", "incomplete_details": None}


def _items(reply: Reply) -> Sequence[Json]:
    calls: list[Json] = [
        {
            "type": "function_call",
            "id": f"fc_{reply.id}_{number}",
            "call_id": call.id,
            "name": call.name,
            "arguments": call.written,
            "status": "completed",
        }
        for number, call in enumerate(reply.calls)
    ]
    if not reply.text:
        return calls
    text = {"type": "output_text", "text": reply.text, "annotations": []}
    message = {"type": "message", "id": f"msg_{reply.id}", "role": "assistant", "status": "completed"}
    return [{**message, "content": [text]}, *calls]


def _usage(reply: Reply) -> Json:
    asked, answered = reply.tokens.input or 0, reply.tokens.output or 0
    return {
        "input_tokens": asked,
        "input_tokens_details": {"cached_tokens": reply.tokens.cached_input or 0},
        "output_tokens": answered,
        "output_tokens_details": {"reasoning_tokens": reply.tokens.reasoning or 0},
        "total_tokens": asked + answered,
    }
