"""Token counts, worked out from the length of the text so that the same request always costs the same."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from model_server.script import CHARACTERS_PER_TOKEN, Json, Turn

_CACHE_BLOCK_TOKENS: Final = 16


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request and its reply cost."""

    input: int
    cached: int
    output: int

    @property
    def total(self) -> int:
        return self.input + self.output


def count_usage(messages: Sequence[Json], tools: Sequence[Json], turn: Turn) -> Usage:
    """Count a request and its reply; what was sent before the model last spoke counts as cached."""
    offered = _count_json(tools) if tools else 0
    sizes = [_count_json(message) for message in messages]
    last_spoken = max(
        (at for at, message in enumerate(messages) if message["role"] == "assistant"), default=0
    )
    seen = offered + sum(sizes[:last_spoken]) if last_spoken else 0
    return Usage(
        input=offered + sum(sizes),
        cached=seen // _CACHE_BLOCK_TOKENS * _CACHE_BLOCK_TOKENS,
        output=count_tokens(turn.text) + sum(_count_json([c.name, c.arguments]) for c in turn.calls),
    )


def count_tokens(text: str) -> int:
    """Count a text as four characters to a token, rounded up."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def _count_json(value: Json) -> int:
    return count_tokens(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
