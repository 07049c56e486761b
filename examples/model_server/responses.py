"""POST /v1/responses: a turn of the script in the shape of the Responses API, whole or streamed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from model_server.reply import CREATED, Chunk, Reply, make_id
from model_server.scenarios import SCENARIOS
from model_server.script import Json, Turn, next_turn, shortened
from model_server.usage import Usage, count_usage


def answer_response(request: Mapping[str, Json]) -> Reply:
    """Answer a Responses API request."""
    messages = list(read_messages(request))
    tools: Sequence[Json] = request.get("tools") or []
    turn = next_turn(SCENARIOS, messages, {tool["name"] for tool in tools if "name" in tool})
    turn = shortened(turn, request.get("max_output_tokens"))
    usage = count_usage(messages, tools, turn)
    head = {
        "id": make_id("resp_", messages),
        "object": "response",
        "created_at": CREATED,
        "model": request["model"],
        "tools": tools,
        "tool_choice": request.get("tool_choice") or "auto",
        "parallel_tool_calls": True,
        "error": None,
    }
    items = _output(head["id"], turn)
    done = {**head, **_ending(turn), "output": items, "usage": _usage(usage)}
    if request.get("stream"):
        return Reply(chunks=list(_stream(head, items, done)), output_tokens=usage.output)
    return Reply(done, output_tokens=usage.output)


def read_messages(request: Mapping[str, Json]) -> Iterator[Json]:
    """Translate the input of the Responses API into chat messages, in which the script is written."""
    if request.get("instructions"):
        yield {"role": "system", "content": request["instructions"]}
    items = request["input"]
    if isinstance(items, str):
        items = [{"role": "user", "content": items}]
    calling = False
    for item in items:
        # Parallel calls are items of their own here, but one turn of the assistant.
        if item.get("type") == "function_call":
            if not calling:
                yield {"role": "assistant", "content": item["name"] + item["arguments"]}
        elif item.get("type") == "function_call_output":
            yield {"role": "tool", "content": item["output"]}
        elif "role" in item:
            yield {"role": item["role"], "content": item.get("content")}
        calling = item.get("type") == "function_call"


def _output(response_id: str, turn: Turn) -> Sequence[Json]:
    calls: list[Json] = [
        {
            "type": "function_call",
            "id": make_id("fc_", response_id, index),
            "call_id": make_id("call_", response_id, index),
            "name": made.name,
            "arguments": json.dumps(made.arguments),
            "status": "completed",
        }
        for index, made in enumerate(turn.calls)
    ]
    if not turn.text:
        return calls
    text = {"type": "output_text", "text": turn.text, "annotations": []}
    message = {"type": "message", "id": make_id("msg_", response_id), "role": "assistant"}
    return [{**message, "status": "completed", "content": [text]}, *calls]


def _ending(turn: Turn) -> Json:
    if turn.finish_reason in ("stop", "tool_calls"):
        return {"status": "completed", "incomplete_details": None}
    reason = "max_output_tokens" if turn.finish_reason == "length" else "content_filter"
    return {"status": "incomplete", "incomplete_details": {"reason": reason}}


def _stream(head: Mapping[str, Json], items: Sequence[Json], done: Json) -> Iterator[Chunk]:
    started = {**head, "status": "in_progress", "output": [], "incomplete_details": None}
    bodies: list[Json] = [{"type": "response.created", "response": started}]
    for at, item in enumerate(items):
        write = _message_events if item["type"] == "message" else _call_events
        bodies += [{**event, "output_index": at} for event in write(item)]
    bodies.append({"type": f"response.{done['status']}", "response": done})
    for number, body in enumerate(bodies):
        yield Chunk(json.dumps({**body, "sequence_number": number}), event=body["type"])


def _message_events(item: Json) -> Iterator[Json]:
    part = item["content"][0]
    place = {"item_id": item["id"], "content_index": 0}
    yield {"type": "response.output_item.added", "item": {**item, "status": "in_progress", "content": []}}
    yield {"type": "response.content_part.added", **place, "part": {**part, "text": ""}}
    for word in re.findall(r"\s*\S+\s*$|\s*\S+", part["text"]):
        yield {"type": "response.output_text.delta", **place, "delta": word, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}
    yield {"type": "response.output_item.done", "item": item}


def _call_events(item: Json) -> Iterator[Json]:
    place = {"item_id": item["id"]}
    yield {"type": "response.output_item.added", "item": {**item, "status": "in_progress", "arguments": ""}}
    for piece in re.findall(r".{1,12}", item["arguments"]):
        yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
    done = {"name": item["name"], "arguments": item["arguments"]}
    yield {"type": "response.function_call_arguments.done", **place, **done}
    yield {"type": "response.output_item.done", "item": item}


def _usage(usage: Usage) -> Json:
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.total,
    }
