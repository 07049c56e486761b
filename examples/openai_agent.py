"""A travel desk written with the `openai` package alone: Agent Inspector is not imported, only started around it.

agent-inspector run -- python examples/openai_agent.py
opentelemetry-instrument python examples/openai_agent.py
"""

from __future__ import annotations

import json

from endpoint import Endpoint, open_endpoint
from openai import OpenAI
from openai.types.chat import ChatCompletionMessage
from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall
from toolbox import Json, ToolFailed, call_tool, describe

INSTRUCTIONS = "You run a travel desk. Look things up with your tools; never guess a time or a price."
QUESTIONS = (
    "I land in Lisbon on Friday evening. How is the weather, and which train takes me to Porto on Saturday?",
    "Will I need an umbrella there?",
)
FORECAST = {("Lisbon", "Friday"): "clear, 19 degrees", ("Porto", "Saturday"): "showers, 15 degrees"}
TRAINS = {("Lisboa Santa Apolonia", "Porto"): [{"departs": "09:39", "arrives": "12:25", "price_eur": 31.90}]}


def get_weather(city: str, day: str) -> str:
    """Forecast the weather in a city on a day of this week."""
    return FORECAST.get((city, day), "no forecast")


def find_trains(origin: str, destination: str, day: str) -> list[Json]:
    """List the direct trains between two stations on a day of this week."""
    if (origin, destination) not in TRAINS:
        raise ToolFailed(f"No station is called {origin!r}. Stations nearby: Lisboa Santa Apolonia.")
    return TRAINS[origin, destination]


TOOLS = (get_weather, find_trains)


def main() -> None:
    endpoint = open_endpoint()
    messages: list[Json] = [{"role": "system", "content": INSTRUCTIONS}]
    with OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key, timeout=endpoint.timeout_s) as client:
        for question in QUESTIONS:
            print(f"Traveller: {question}")
            messages.append({"role": "user", "content": question})
            answer(client, endpoint, messages)
    print("\nTo see this run, start it with `agent-inspector run --`, then `agent-inspector server`:")
    print("http://127.0.0.1:8000/ui/")


def answer(client: OpenAI, endpoint: Endpoint, messages: list[Json]) -> None:
    """Let the model call tools until it has an answer; both are appended to the messages."""
    while True:
        message = stream_reply(client, endpoint, messages)
        messages.append(message.model_dump(exclude_none=True))
        if not message.tool_calls:
            return
        for call in message.tool_calls:
            assert call.type == "function"
            result = use_tool(call.function.name, call.function.arguments)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})


def stream_reply(client: OpenAI, endpoint: Endpoint, messages: list[Json]) -> ChatCompletionMessage:
    """Ask for one reply, print its words as they arrive, and put its pieces together."""
    stream = client.chat.completions.create(
        model=endpoint.model,
        messages=messages,
        tools=[describe(tool) for tool in TOOLS],
        temperature=endpoint.temperature,
        stream=True,
        stream_options={"include_usage": True},
    )
    text, calls = "", dict[int, Json]()
    for chunk in stream:
        for choice in chunk.choices:
            text += say(choice.delta.content or "", first=not text)
            for piece in choice.delta.tool_calls or []:
                add_piece(calls, piece)
    print(end="\n" if text else "")
    return ChatCompletionMessage(
        role="assistant", content=text or None, tool_calls=list(calls.values()) or None
    )


def say(words: str, *, first: bool) -> str:
    print(f"Desk: {words}" if first and words else words, end="", flush=True)
    return words


def add_piece(calls: dict[int, Json], piece: ChoiceDeltaToolCall) -> None:
    """Add a piece of a tool call: the first one brings its id and name, the others more of its arguments."""
    call = calls.setdefault(piece.index, {"id": piece.id, "type": "function", "function": {"arguments": ""}})
    if piece.function and piece.function.name:
        call["function"]["name"] = piece.function.name
    if piece.function and piece.function.arguments:
        call["function"]["arguments"] += piece.function.arguments


def use_tool(name: str, arguments: str) -> str:
    """Call a tool; a failure is told to the model, which knows what to do about it."""
    try:
        result = json.dumps(call_tool(TOOLS, name, arguments))
    except ToolFailed as problem:
        result = f"Error: {problem}"
    print(f"  {name}({arguments}) -> {result}")
    return result


if __name__ == "__main__":
    main()
