"""Words and counts that every value of the model uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Status: TypeAlias = Literal["running", "completed", "failed", "cancelled", "interrupted"]
"""`interrupted`: its process is gone, and nobody recorded an end."""

StepKind: TypeAlias = Literal[
    "agent",
    "llm",
    "tool",
    "memory",
    "retrieval",
    "embedding",
    "handoff",
    "message",
    "task",
    "guardrail",
    "error",
    "final",
    "chain",
    "framework",
]
"""`framework` is plumbing, such as an HTTP request: folded away unless asked for."""

Json: TypeAlias = Any
"""A JSON value: the payload of a prompt, a tool argument or a result."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token counts. Input includes cached tokens; output includes reasoning tokens."""

    input: int | None = None
    output: int | None = None
    cached_input: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None
