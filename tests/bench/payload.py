"""What a step of the benchmarks carries: text sliced from the standard library's source, and records, by fixed seeds."""

from __future__ import annotations

import inspect
import json
import random
import textwrap
from dataclasses import dataclass
from typing import Any, Final

PROMPT_BYTES: Final = 4000
MESSAGES: Final = 6
ANSWER_BYTES: Final = 500
RESULT_BYTES: Final = 2000
SOURCE: Final = "".join(inspect.getsource(module) for module in (inspect, json, random, textwrap))


@dataclass(frozen=True, slots=True)
class StepPayload:
    """One model call and the tool call that follows it."""

    messages: list[dict[str, str]]
    answer: str
    tool_args: dict[str, Any]
    tool_result: list[dict[str, Any]]


def make_steps(count: int, seed: int = 1) -> list[StepPayload]:
    """Make this many different steps: 6 messages of 4 kB in all, 500 B of answer, 2 kB of tool result."""
    pick = random.Random(seed)
    return [_make_step(pick, SOURCE) for _ in range(count)]


def _make_step(pick: random.Random, source: str) -> StepPayload:
    roles = ("system", "user", "assistant", "user", "assistant", "user")
    messages = [{"role": role, "content": slice_of(pick, source, PROMPT_BYTES // MESSAGES)} for role in roles]
    result: list[dict[str, Any]] = []
    while len(json.dumps(result)) < RESULT_BYTES:
        result.append(
            {
                "id": f"ch_{pick.randrange(10**8)}",
                "amount": pick.randrange(10**4),
                "note": slice_of(pick, source, 60),
            }
        )
    return StepPayload(
        messages,
        slice_of(pick, source, ANSWER_BYTES),
        {"customer": pick.randrange(10**6), "limit": 12},
        result,
    )


def slice_of(pick: random.Random, source: str, length: int) -> str:
    start = pick.randrange(len(source) - length)
    return source[start : start + length]
