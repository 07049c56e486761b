"""A loop over the OpenAI SDK: a tool is used, then the answer is streamed."""

from __future__ import annotations

import json
import os

from openai import OpenAI

client = OpenAI(base_url=os.environ["MODEL_URL"], api_key="none", max_retries=0)
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "day": {"type": "string"}},
            },
        },
    }
]

messages = [{"role": "user", "content": os.environ["QUESTION"]}]
reply = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS).choices[0].message
messages.append(reply.to_dict())
for call in reply.tool_calls:
    result = {"sky": "showers", "degrees": 15, **json.loads(call.function.arguments)}
    messages.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)})
stream = client.chat.completions.create(
    model="gpt-4o-mini", messages=messages, tools=TOOLS, stream=True, stream_options={"include_usage": True}
)
print("".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices))
