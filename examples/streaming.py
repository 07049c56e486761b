"""A streamed answer, recorded with the time to its first word."""

from __future__ import annotations

import time

from endpoint import open_endpoint
from openai import OpenAI

from agent_inspector import trace

QUESTION = "What makes the northern lights?"


def main() -> None:
    endpoint = open_endpoint()
    print(f"You: {QUESTION}")
    with (
        OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key, timeout=endpoint.timeout_s) as client,
        trace.run("streaming_agent"),
    ):
        stream_answer(client, endpoint.model)
    print("\nSee the run: agent-inspector server, then http://127.0.0.1:8000/ui/")


def stream_answer(client: OpenAI, model: str) -> None:
    started = time.perf_counter()
    first_word_ms, words, usage = None, list[str](), None
    for chunk in client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": QUESTION}],
        stream=True,
        stream_options={"include_usage": True},
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            if choice.delta.content:
                first_word_ms = first_word_ms or (time.perf_counter() - started) * 1000
                words.append(choice.delta.content)
                print(choice.delta.content, end="", flush=True)
    answer = "".join(words)
    trace.llm(
        model=model,
        prompt=QUESTION,
        response=answer,
        prompt_tokens=usage.prompt_tokens if usage else None,
        completion_tokens=usage.completion_tokens if usage else None,
        streaming=True,
        first_token_latency_ms=first_word_ms,
        duration_ms=(time.perf_counter() - started) * 1000,
    )
    trace.final(answer=answer)
    print()


if __name__ == "__main__":
    main()
