"""POST /v1/messages: a turn of the script in the shape of Anthropic's Messages API, whole or streamed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from model_server.reply import Chunk, Reply, make_id
from model_server.scenarios import SCENARIOS
from model_server.script import Json, Turn, next_turn, shortened, text_of
from model_server.usage import Usage, count_usage

_STOP_REASONS: Final = {
    "stop": "end_turn",
    "tool_calls": "tool_use",
    "length": "max_tokens",
    "content_filter": "refusal",
}


def answer_messages(request: Mapping[str, Json]) -> Reply:
    """Answer a Messages API request."""
    messages = list(read_conversation(request))
    tools: Sequence[Json] = request.get("tools") or []
    turn = next_turn(SCENARIOS, messages, {tool["name"] for tool in tools})
    turn = shortened(turn, request["max_tokens"])
    usage = count_usage(messages, tools, turn)
    head = {
        "id": make_id("msg_", messages),
        "type": "message",
        "role": "assistant",
        "model": request["model"],
    }
    content, reason = _blocks(head["id"], turn), _STOP_REASONS[turn.finish_reason]
    if request.get("stream"):
        return Reply(chunks=list(_stream(head, content, reason, usage)), output_tokens=usage.output)
    ending = {"content": content, "stop_reason": reason, "stop_sequence": None, "usage": _usage(usage)}
    return Reply({**head, **ending}, output_tokens=usage.output)


def read_conversation(request: Mapping[str, Json]) -> Iterator[Json]:
    """Translate the messages of the Messages API into chat messages, in which the script is written."""
    if request.get("system"):
        yield {"role": "system", "content": request["system"]}
    for message in request["messages"]:
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        # Results of tools arrive as the user's, and would otherwise be taken for the next question.
        results = [block for block in blocks if block["type"] == "tool_result"]
        for result in results:
            yield {"role": "tool", "content": text_of(result)}
        if len(results) < len(blocks):
            yield {"role": message["role"], "content": [block for block in blocks if block not in results]}


def _blocks(message_id: str, turn: Turn) -> Sequence[Json]:
    text: list[Json] = [{"type": "text", "text": turn.text}] if turn.text else []
    return text + [
        {
            "type": "tool_use",
            "id": make_id("toolu_", message_id, index),
            "name": made.name,
            "input": made.arguments,
        }
        for index, made in enumerate(turn.calls)
    ]


def _stream(head: Json, content: Sequence[Json], reason: str, usage: Usage) -> Iterator[Chunk]:
    spent = _usage(usage)
    begun: Json = {
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**spent, "output_tokens": 1},
    }
    yield _event("message_start", message={**head, **begun})
    for index, block in enumerate(content):
        yield from _block_events(index, block)
    delta = {"stop_reason": reason, "stop_sequence": None}
    yield _event("message_delta", delta=delta, usage={"output_tokens": usage.output})
    yield _event("message_stop")


def _block_events(index: int, block: Json) -> Iterator[Chunk]:
    empty: Json
    if block["type"] == "text":
        empty, words = {"text": ""}, re.findall(r"\s*\S+\s*$|\s*\S+", block["text"])
        deltas = [{"type": "text_delta", "text": word} for word in words]
    else:
        empty, pieces = {"input": {}}, re.findall(r".{1,12}", json.dumps(block["input"]))
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    yield _event("content_block_start", index=index, content_block={**block, **empty})
    for delta in deltas:
        yield _event("content_block_delta", index=index, delta=delta)
    yield _event("content_block_stop", index=index)


def _event(kind: str, **body: Json) -> Chunk:
    return Chunk(json.dumps({"type": kind, **body}), event=kind)


def _usage(usage: Usage) -> Json:
    """Say what it cost: here what came out of the cache is not part of the input."""
    return {
        "input_tokens": usage.input - usage.cached,
        "cache_read_input_tokens": usage.cached,
        "cache_creation_input_tokens": 0,
        "output_tokens": usage.output,
    }
