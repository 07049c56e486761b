"""POST /v1/chat/completions: a turn of the script in the shape of the Chat Completions API, whole or streamed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from model_server.reply import CREATED, Chunk, Reply, make_id
from model_server.scenarios import SCENARIOS
from model_server.script import Json, Turn, next_turn, shortened
from model_server.usage import Usage, count_usage


def answer_chat(request: Mapping[str, Json]) -> Reply:
    """Answer a chat completion request."""
    messages: Sequence[Json] = request["messages"]
    tools: Sequence[Json] = request.get("tools") or []
    turn = next_turn(SCENARIOS, messages, {tool["function"]["name"] for tool in tools})
    turn = shortened(turn, request.get("max_completion_tokens") or request.get("max_tokens"))
    usage = count_usage(messages, tools, turn)
    head = {"id": make_id("chatcmpl-", messages), "created": CREATED, "model": request["model"]}
    if request.get("stream"):
        with_usage = bool((request.get("stream_options") or {}).get("include_usage"))
        chunks = _stream(head, turn, usage if with_usage else None)
        return Reply(chunks=[*chunks, Chunk("[DONE]")], output_tokens=usage.output)
    return Reply(_completion(head, turn, usage), output_tokens=usage.output)


def _completion(head: Mapping[str, Json], turn: Turn, usage: Usage) -> Json:
    message: dict[str, Json] = {"role": "assistant", "content": turn.text or None, "refusal": None}
    if turn.calls:
        message["tool_calls"] = _tool_calls(head["id"], turn)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": turn.finish_reason}
    return {**head, "object": "chat.completion", "choices": [choice], "usage": _usage(usage)}


def _stream(head: Mapping[str, Json], turn: Turn, usage: Usage | None) -> Iterator[Chunk]:
    def chunk(choices: Sequence[Json], spent: Usage | None = None) -> Chunk:
        body = {**head, "object": "chat.completion.chunk", "choices": choices}
        if usage:
            body["usage"] = _usage(spent) if spent else None
        return Chunk(json.dumps(body))

    for delta in _deltas(head["id"], turn):
        yield chunk([{"index": 0, "delta": delta, "finish_reason": None}])
    yield chunk([{"index": 0, "delta": {}, "finish_reason": turn.finish_reason}])
    if usage:
        yield chunk([], usage)


def _deltas(completion_id: str, turn: Turn) -> Iterator[Json]:
    yield {"role": "assistant", "content": "" if turn.text else None}
    for word in re.findall(r"\s*\S+\s*$|\s*\S+", turn.text):
        yield {"content": word}
    for index, made in enumerate(_tool_calls(completion_id, turn)):
        name, arguments = made["function"]["name"], made["function"]["arguments"]
        yield {"tool_calls": [{**made, "index": index, "function": {"name": name, "arguments": ""}}]}
        for piece in re.findall(r".{1,12}", arguments):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _tool_calls(completion_id: str, turn: Turn) -> Sequence[Json]:
    return [
        {
            "id": make_id("call_", completion_id, index),
            "type": "function",
            "function": {"name": made.name, "arguments": json.dumps(made.arguments)},
        }
        for index, made in enumerate(turn.calls)
    ]


def _usage(usage: Usage) -> Json:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.total,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }
