"""A loop over the Anthropic SDK: a tool is used, then the answer is streamed."""

from __future__ import annotations

import os

from anthropic import Anthropic

client = Anthropic(base_url=os.environ["MODEL_URL"].removesuffix("/v1"), api_key="none", max_retries=0)
TOOLS = [
    {
        "name": "get_weather",
        "input_schema": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "day": {"type": "string"}},
        },
    }
]

messages = [{"role": "user", "content": os.environ["QUESTION"]}]
asked = {"model": "claude-haiku-4-5", "max_tokens": 500, "tools": TOOLS}
reply = client.messages.create(messages=messages, **asked)
messages.append({"role": "assistant", "content": [block.model_dump() for block in reply.content]})
results = [
    {"type": "tool_result", "tool_use_id": block.id, "content": "Showers, 15 degrees."}
    for block in reply.content
    if block.type == "tool_use"
]
messages.append({"role": "user", "content": results})
with client.messages.stream(messages=messages, **asked) as stream:
    print("".join(stream.text_stream))
