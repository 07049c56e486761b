"""Judging of runs: totals over all runs of a scenario, and the steps that log records alone tell of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from agent_inspector.conformance.likeness import contains
from agent_inspector.conformance.scores import Score
from agent_inspector.model import Json, Run, StepReading

_FIRM: Final = ("llm", "tool", "agent")


def judge_runs(expected: Mapping[str, Json], runs: Sequence[Run], score: Score, where: str) -> None:
    """Compare tokens, calls and status of a scenario, however many runs it became."""
    totals = [sum(getattr(run.tokens, side) or 0 for run in runs) for side in ("input", "output")]
    right = expected.get("totals_any") or [[expected["total_input_tokens"], expected["total_output_tokens"]]]
    score.note("total_tokens", bool(runs) and totals in right, where, expected=right, got=totals)
    for name in ("llm_calls", "tool_calls"):
        low, high = expected.get(f"{name}_any") or (expected[name], expected[name])
        count = sum(getattr(run, name) for run in runs)
        score.note(name, bool(runs) and low <= count <= high, where, expected=[low, high], got=count)
    has_failed = any(run.status == "failed" for run in runs)
    if expected.get("root_error"):
        score.note("run_status", has_failed, where, expected="error")
    elif not expected["any_error"] and not (expected.get("from_logs") or {}).get("any_error"):
        score.note("run_status", bool(runs) and not has_failed, where, expected="not error")


def judge_timeline(
    expected: Sequence[Mapping[str, Json]], steps: Sequence[StepReading], score: Score, where: str
) -> None:
    """Find each step that log records tell of; no model call and no tool call stands for two."""
    left = list(steps)
    for entry in expected:
        found = next((step for step in left if _tells(entry, step)), None)
        if found is not None and entry["kind"] in ("llm", "tool"):
            left.remove(found)
        wanted = {key: entry[key] for key in ("event", "kind", "tool", "model") if key in entry}
        score.note("log_timeline", found is not None, where, expected=wanted)


def _tells(entry: Mapping[str, Json], step: StepReading) -> bool:
    if entry.get("tool") and step.tool_name != entry["tool"]:
        return False
    if entry.get("model") and step.model != entry["model"]:
        return False
    if entry["kind"] in _FIRM and step.kind != entry["kind"]:
        return False
    said = (("input", step.input_text), ("output", step.output_text))
    return all(contains(entry[side], text) for side, text in said if entry.get(side))
