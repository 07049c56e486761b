"""Check: one thing that was looked at, what was found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Check:
    """A finding about the set-up, in sentences."""

    name: str
    verdict: Verdict
    found: str
    fix: str | None = None
    """What to do; None where nothing needs to be done."""


def ok(name: str, found: str) -> Check:
    """Say that a thing is as it should be."""
    return Check(name, "ok", found)
