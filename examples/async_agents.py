"""Three agents at once in one event loop: each `trace.run` keeps its own steps."""

from __future__ import annotations

import asyncio
import time

from endpoint import Endpoint, open_endpoint
from openai import AsyncOpenAI

from agent_inspector import trace


async def research(client: AsyncOpenAI, endpoint: Endpoint, metal: str) -> str:
    question = f"Tell me one surprising fact about {metal}."
    with trace.run(f"{metal}_researcher"):
        started = time.perf_counter()
        completion = await client.chat.completions.create(
            model=endpoint.model, messages=[{"role": "user", "content": question}]
        )
        fact = completion.choices[0].message.content or ""
        trace.llm(
            model=completion.model,
            prompt=question,
            response=fact,
            prompt_tokens=completion.usage.prompt_tokens if completion.usage else None,
            completion_tokens=completion.usage.completion_tokens if completion.usage else None,
            duration_ms=(time.perf_counter() - started) * 1000,
        )
        trace.final(answer=fact)
    return fact


async def main() -> None:
    endpoint = open_endpoint()
    async with AsyncOpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key) as client:
        facts = await asyncio.gather(
            *(research(client, endpoint, metal) for metal in ("copper", "tin", "zinc"))
        )
    print(*facts, sep="\n")
    print("\nSee the three runs: agent-inspector server, then http://127.0.0.1:8000/ui/")


if __name__ == "__main__":
    asyncio.run(main())
