"""Trajectories: what an agent did as a list of words, and how two of them differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import unified_diff
from typing import Final, TypeAlias

from agent_inspector.model import Json, Step

Trajectory: TypeAlias = "Sequence[str]"

_ENCLOSING: Final = frozenset(["agent", "chain", "framework"])
"""Steps that only hold others."""
_NAMELESS: Final = frozenset(["llm", "embedding", "final"])
"""Kinds whose name is a model's, or nothing: another model in its place is still the same step."""


def trajectory_of(steps: Sequence[Step]) -> Trajectory:
    """Return one entry for each step that does something, such as `llm` or `tool lookup`."""
    return [entry_of(step) for step in steps if step.kind not in _ENCLOSING]


def entry_of(step: Step) -> str:
    """Return a step as an entry of a trajectory."""
    return step.kind if step.kind in _NAMELESS else f"{step.kind} {step.tool_name or step.name}"


def arguments_match(expected: Mapping[str, Json], actual: Json) -> bool:
    """Whether a call had at least these arguments."""
    if not expected:
        return True
    return isinstance(actual, Mapping) and all(
        name in actual and actual[name] == value for name, value in expected.items()
    )


def tell_difference(expected: Sequence[str], actual: Sequence[str]) -> str:
    """Say how two trajectories differ, line by line."""
    lines = unified_diff(list(expected), list(actual), "expected", "recorded", lineterm="", n=3)
    return "\n".join(["The agent did something else:", *lines])
