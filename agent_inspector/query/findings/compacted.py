"""Compacted: what of a conversation a model was no longer given, and the summary that it got instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from agent_inspector.model import Loss
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.said import words_of
from agent_inspector.query.evidence.texts import words_in
from agent_inspector.query.findings.seen import count_of

_MOST_STEPS: Final = 100
_LEAST_WORDS: Final = 40
"""Characters by which a summary is recognized as the answer of a model call."""


def find_compacted(run: ReadRun) -> Iterator[Loss]:
    """Say how many earlier messages were no longer given, and whether a summary took their place."""
    steps = [step for step in run.llm_steps if step.given is not None and step.given.compacted]
    if not steps:
        return
    summed_up = [step for step in steps if step.given is not None and step.given.summary is not None]
    left_out = [step for step in steps if step.given is not None and step.given.summary is None]
    words = " ".join([*_summed_up(run, summed_up), *_left_out(left_out)])
    ids = [step.id for step in steps[:_MOST_STEPS]]
    yield Loss("history_compacted", "app_and_model", _gone(steps), ids, words)


def _summed_up(run: ReadRun, steps: Sequence[ReadStep]) -> Iterator[str]:
    if not steps:
        return
    gone, first = _gone(steps), steps[0]
    author = _author(run, first)
    writer = f", which step {author.number} wrote" if author is not None else ""
    if len(steps) == 1:
        was = "was" if gone == 1 else "were"
        yield f"{count_of(gone, 'earlier message')} {was} replaced by a summary in step {first.number}{writer}."
        return
    yield (
        f"{count_of(gone, 'earlier message')} were replaced by {len(steps)} summaries,"
        f" first in step {first.number}{writer}."
    )


def _left_out(steps: Sequence[ReadStep]) -> Iterator[str]:
    if not steps:
        return
    gone, first = _gone(steps), steps[0]
    where = (
        f"step {first.number}"
        if len(steps) == 1
        else f"{len(steps)} model calls, first in step {first.number}"
    )
    was = "was" if gone == 1 else "were"
    yield f"{count_of(gone, 'earlier message')} of the conversation {was} no longer given in {where}."


def _author(run: ReadRun, step: ReadStep) -> ReadStep | None:
    """Return the model call between this one and the one before whose answer stands in the summary."""
    given = step.given
    before = run.by_id.get(given.previous or "") if given is not None else None
    if given is None or before is None:
        return None
    summary = words_in([message for index, message in given.new if index == given.summary])
    since = before.number - 1  # it may be that call itself
    for other in run.steps[since : step.number - 1]:
        words = words_of(other).strip() if other.kind == "llm" else ""
        if len(words) >= _LEAST_WORDS and words in summary:
            return other
    return None


def _gone(steps: Sequence[ReadStep]) -> int:
    return sum(step.given.removed for step in steps if step.given is not None)
