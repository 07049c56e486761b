"""The Messages API of Anthropic."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agent_inspector.model import Json
from agent_inspector.replay.replies import Called, Event, Reply

_REASONS: Final[Mapping[str, str]] = {
    "length": "max_tokens",
    "max_tokens": "max_tokens",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
}


def whole(reply: Reply, body: Mapping[str, Json]) -> Json:
    """Write an answer in one piece."""
    return {**_head(reply), "content": _blocks(reply), **_ending(reply), "usage": _usage(reply)}


def stream(reply: Reply, body: Mapping[str, Json]) -> Iterator[Event]:
    """Write an answer as a stream."""
    begun = {
        **_head(reply),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": _usage(reply),
    }
    yield _event({"type": "message_start", "message": begun})
    for index, block in enumerate(_blocks(reply)):
        empty = {**block, "text": ""} if block["type"] == "text" else {**block, "input": {}}
        yield _event({"type": "content_block_start", "index": index, "content_block": empty})
        yield _event({"type": "content_block_delta", "index": index, "delta": _delta(block)})
        yield _event({"type": "content_block_stop", "index": index})
    answered = {"output_tokens": reply.tokens.output or 0}
    yield _event({"type": "message_delta", "delta": _ending(reply), "usage": answered})
    yield _event({"type": "message_stop"})


def _event(data: Mapping[str, Json]) -> Event:
    return Event(json.dumps(data), data["type"])


def _delta(block: Json) -> Json:
    if block["type"] == "text":
        return {"type": "text_delta", "text": block["text"]}
    return {"type": "input_json_delta", "partial_json": json.dumps(block["input"], ensure_ascii=False)}


def _head(reply: Reply) -> dict[str, Json]:
    return {"id": f"msg_{reply.id}", "type": "message", "role": "assistant", "model": reply.model}


def _blocks(reply: Reply) -> Sequence[Json]:
    text = [{"type": "text", "text": reply.text}] if reply.text else []
    return [*text, *(_use(call) for call in reply.calls)]


def _use(call: Called) -> Json:
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments}


def _ending(reply: Reply) -> Json:
    reason = "tool_use" if reply.calls else _REASONS.get(reply.finish_reason or "", "end_turn")
    return {"stop_reason": reason, "stop_sequence": None}


def _usage(reply: Reply) -> Json:
    cached = reply.tokens.cached_input or 0
    return {
        "input_tokens": max((reply.tokens.input or 0) - cached, 0),
        "cache_read_input_tokens": cached,
        "output_tokens": reply.tokens.output or 0,
    }
