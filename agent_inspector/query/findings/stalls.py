"""Stalls: an agent that goes on without getting on: other arguments, the same failure; or the same words again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import arguments_of, is_empty, result_of
from agent_inspector.query.evidence.calls import parts_of
from agent_inspector.query.evidence.texts import words_in
from agent_inspector.query.findings.loops import loops_in
from agent_inspector.query.findings.seen import cite, how_often, see, subject

_OFTEN: Final = 4
_WORDS_OFTEN: Final = 3
_LEAST_WORDS: Final = 20


def find_stalls(run: ReadRun) -> Iterator[Finding]:
    """Say where a tool kept failing alike, or finding nothing, and where a model kept saying the same."""
    in_loops = {action.step.id for cycle in loops_in(run) for action in cycle.actions}
    for steps in run.by_agent.values():
        tools = [step for step in steps if step.kind in ("tool", "retrieval") and step.id not in in_loops]
        for stretch in _stretches([(step, _nothing(step)) for step in tools], _OFTEN):
            yield _say_tool(stretch)
        calls = [(step, _only_words(step)) for step in steps if step.kind == "llm"]
        for stretch in _stretches(calls, _WORDS_OFTEN):
            yield _say_words(stretch)


def _stretches(steps: Sequence[tuple[ReadStep, object]], least: int) -> Iterator[list[ReadStep]]:
    """Yield stretches of steps whose key is the same, and is not None."""
    stretch: list[ReadStep] = []
    last: object = None
    for step, key in [*steps, (None, None)]:
        if key is not None and key == last and step is not None:
            stretch.append(step)
            continue
        if len(stretch) >= least:
            yield stretch
        stretch, last = ([step] if step is not None else []), key
    return


def _nothing(step: ReadStep) -> object:
    """Return how a call came to nothing; None where it did not."""
    if step.failed:
        return step.name, step.error_type, (step.error_message or "")[:40]
    return (
        (step.name, "nothing")
        if step.status == "completed" and is_empty(result_of(step)) and result_of(step) is not None
        else None
    )


def _only_words(step: ReadStep) -> str | None:
    if any(part.get("type") == "tool_call" for _, _, part in parts_of(step.output_messages)):
        return None
    words = " ".join(words_in(step.output_messages).split())
    return words if len(words) >= _LEAST_WORDS else None


def _say_tool(stretch: Sequence[ReadStep]) -> Finding:
    first = stretch[0]
    outcome = "failed alike each time" if first.failed else "found nothing each time"
    return see(
        "stall",
        "warning",
        first,
        f"{subject(first)} was called {how_often(len(stretch))} with other arguments and {outcome}, up to step {stretch[-1].number}.",
        evidence=[cite(step, "came to nothing", "/tool_arguments", arguments_of(step)) for step in stretch],
        wasted=stretch[1:],
    )


def _say_words(stretch: Sequence[ReadStep]) -> Finding:
    first = stretch[0]
    return see(
        "stall",
        "warning",
        first,
        f"{subject(first)} gave the same words {how_often(len(stretch))} in a row, up to step {stretch[-1].number}.",
        evidence=[
            cite(step, "the same words", "/output_messages", words_in(step.output_messages))
            for step in stretch
        ],
        wasted=stretch[1:],
    )
