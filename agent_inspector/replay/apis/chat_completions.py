"""The Chat Completions API of OpenAI and its many imitators."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from agent_inspector.model import Json
from agent_inspector.replay.replies import CREATED, Called, Event, Reply

_REASONS: Final[Mapping[str, str]] = {
    "max_tokens": "length",
    "max_output_tokens": "length",
    "length": "length",
    "content_filter": "content_filter",
}


def whole(reply: Reply, body: Mapping[str, Json]) -> Json:
    """Write an answer in one piece."""
    message: dict[str, Json] = {"role": "assistant", "content": reply.text or None, "refusal": None}
    if reply.calls:
        message["tool_calls"] = [_call(call) for call in reply.calls]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _reason(reply)}
    return {**_head(reply), "object": "chat.completion", "choices": [choice], "usage": _usage(reply)}


def stream(reply: Reply, body: Mapping[str, Json]) -> Iterator[Event]:
    """Write an answer as a stream."""
    for delta in _deltas(reply):
        yield _chunk(reply, [{"index": 0, "delta": delta, "finish_reason": None}])
    yield _chunk(reply, [{"index": 0, "delta": {}, "finish_reason": _reason(reply)}])
    if (body.get("stream_options") or {}).get("include_usage"):
        yield _chunk(reply, [], {"usage": _usage(reply)})
    yield Event("[DONE]")


def _deltas(reply: Reply) -> Iterator[Json]:
    yield {"role": "assistant", "content": "" if reply.text else None}
    if reply.text:
        yield {"content": reply.text}
    for index, call in enumerate(reply.calls):
        yield {"tool_calls": [{"index": index, **_call(call)}]}


def _chunk(reply: Reply, choices: Json, extra: Mapping[str, Json] | None = None) -> Event:
    body = {**_head(reply), "object": "chat.completion.chunk", "choices": choices, **(extra or {})}
    return Event(json.dumps(body))


def _head(reply: Reply) -> dict[str, Json]:
    return {"id": f"chatcmpl-{reply.id}", "created": CREATED, "model": reply.model}


def _call(call: Called) -> Json:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.written}}


def _reason(reply: Reply) -> str:
    return "tool_calls" if reply.calls else _REASONS.get(reply.finish_reason or "", "stop")


def _usage(reply: Reply) -> Json:
    asked, answered = reply.tokens.input or 0, reply.tokens.output or 0
    return {
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "total_tokens": asked + answered,
        "prompt_tokens_details": {"cached_tokens": reply.tokens.cached_input or 0},
    }
