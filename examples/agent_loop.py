"""An agent as a loop around a model, every turn of which is recorded with `trace.llm` and `trace.tool`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from endpoint import Endpoint
from toolbox import Json, Tool, ToolFailed, call_tool, describe

from agent_inspector import trace

Model: TypeAlias = Callable[[Mapping[str, Json]], Json]
"""Takes a chat completion request, returns the chat completion: both as JSON."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who answers: a name, its instructions, its tools and the model that it thinks with."""

    name: str
    instructions: str
    model_name: str
    tools: Sequence[Tool] = ()
    temperature: float = 0.2


def openai_model(endpoint: Endpoint) -> Model:
    """Return the model behind an endpoint, asked with the `openai` package."""
    from openai import OpenAI  # not at the top: simulated agents run without the package

    client = OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key, timeout=endpoint.timeout_s)
    # Looked up here: the first look imports half a second of types, which is no part of any answer.
    create = client.chat.completions.create
    return lambda request: create(**request).model_dump(exclude_none=True)


def answer(agent: Agent, model: Model, messages: list[Json]) -> str:
    """Let the agent think and call tools until it has an answer; append all of it to the messages."""
    while True:
        message = think(agent, model, [{"role": "system", "content": agent.instructions}, *messages])
        messages.append(message)
        if message.get("content"):
            print(f"{agent.name}: {message['content']}")
        if not message.get("tool_calls"):
            return message.get("content") or ""
        messages += [use_tool(agent, call) for call in message["tool_calls"]]


def think(agent: Agent, model: Model, messages: Sequence[Json]) -> Json:
    """Ask the model for its next message, and record what was asked, what came back and how long it took."""
    request = {"model": agent.model_name, "messages": messages, "temperature": agent.temperature}
    if agent.tools:
        request["tools"] = [describe(tool) for tool in agent.tools]
    started = time.perf_counter()
    completion = model(request)
    duration_ms = (time.perf_counter() - started) * 1000
    choice, usage = completion["choices"][0], completion["usage"]
    trace.llm(
        model=completion["model"],
        prompt=messages,
        response=choice["message"],
        prompt_tokens=usage["prompt_tokens"],
        completion_tokens=usage["completion_tokens"],
        cached_tokens=usage.get("prompt_tokens_details", {}).get("cached_tokens"),
        temperature=agent.temperature,
        tools=request.get("tools"),
        finish_reason=choice["finish_reason"],
        duration_ms=duration_ms,
    )
    return choice["message"]


def use_tool(agent: Agent, call: Json) -> Json:
    """Run a tool that the model called, record it, and return its result, or its error, as a message."""
    name, arguments = call["function"]["name"], call["function"]["arguments"]
    started = time.perf_counter()
    result, problem = None, None
    try:
        result = call_tool(agent.tools, name, arguments)
    except ToolFailed as failure:
        problem = failure
    trace.tool(
        tool_name=name,
        tool_args=json.loads(arguments),
        tool_result=result,
        tool_call_id=call["id"],
        error=problem,
        duration_ms=(time.perf_counter() - started) * 1000,
    )
    said = f"{type(problem).__name__}: {problem}" if problem else _as_text(result)
    print(f"  {name}({arguments}) -> {said}")
    return {"role": "tool", "tool_call_id": call["id"], "content": said}


def _as_text(result: Json) -> str:
    return result if isinstance(result, str) else json.dumps(result)
