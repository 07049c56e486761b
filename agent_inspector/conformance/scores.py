"""Scores: how many of the expected values were read right, by dialect and by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from agent_inspector.model import Json

FIELDS: Final = (
    "shown", "noise", "duplicate", "pending", "kind", "title", "model", "provider", "input_tokens", "output_tokens",
    "cached_input_tokens", "cache_write_tokens", "reasoning_tokens", "counted", "tool", "tool_call_id", "agent",
    "session", "user", "error", "input", "output", "finish", "total_tokens", "llm_calls", "tool_calls",
    "run_status", "unlisted_noise", "log_timeline",
)  # fmt: skip
"""Everything that is compared, in the order of the table."""
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Miss:
    """One value that was read otherwise than expected."""

    where: str
    field: str
    expected: Json
    got: Json


@dataclass(frozen=True, slots=True)
class Score:
    """What was right of one dialect, field by field."""

    right: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)

    def note(self, name: str, is_right: bool, where: str, *, expected: Json = None, got: Json = None) -> None:
        """Count one comparison."""
        self.expected[name] += 1
        if is_right:
            self.right[name] += 1
            return
        shown = got if got is None or len(str(got)) <= _LONGEST else f"{str(got)[:_LONGEST]}…"
        self.misses.append(Miss(where, name, expected, shown))


@dataclass(frozen=True, slots=True)
class Report:
    """The whole result."""

    dialects: Mapping[str, Score]

    @property
    def right(self) -> Counter[str]:
        return sum((score.right for score in self.dialects.values()), Counter[str]())

    @property
    def expected(self) -> Counter[str]:
        return sum((score.expected for score in self.dialects.values()), Counter[str]())

    @property
    def mean_over_dialects(self) -> float:
        return _mean([(score.right.total(), score.expected.total()) for score in self.dialects.values()])

    @property
    def mean_over_fields(self) -> float:
        right = self.right
        return _mean([(right[name], count) for name, count in self.expected.items()])

    def to_json(self) -> dict[str, Json]:
        """Return the report for programs."""
        right, expected = self.right, self.expected
        return {
            "overall": _share(right.total(), expected.total()),
            "mean_over_dialects": round(self.mean_over_dialects, 2),
            "mean_over_fields": round(self.mean_over_fields, 2),
            "exact_totals": _share(right["total_tokens"], expected["total_tokens"]),
            "fields": {name: _share(right[name], expected[name]) for name in FIELDS if expected[name]},
            "dialects": {
                name: _share(score.right.total(), score.expected.total())
                | {"fields": {key: _share(score.right[key], score.expected[key]) for key in score.expected}}
                for name, score in self.dialects.items()
            },
            "misses": [
                {"where": miss.where, "field": miss.field, "expected": miss.expected, "got": miss.got}
                for score in self.dialects.values()
                for miss in score.misses
            ],
        }


def percent(right: int, expected: int) -> float:
    """Return a share in percent; all of nothing is all."""
    return 100 * right / expected if expected else 100.0


def _share(right: int, expected: int) -> dict[str, Json]:
    return {"right": right, "expected": expected, "percent": round(percent(right, expected), 2)}


def _mean(pairs: list[tuple[int, int]]) -> float:
    shares = [percent(right, expected) for right, expected in pairs if expected]
    return sum(shares) / len(shares) if shares else 100.0
