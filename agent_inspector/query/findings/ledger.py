"""The ledger: everything of a run that the model, or the reader, did not get to see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from agent_inspector.model import Loss
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.findings.compacted import find_compacted
from agent_inspector.query.findings.seen import count_of, subject

_MOST_STEPS: Final = 100


def list_losses(run: ReadRun) -> list[Loss]:
    """Return a line for every kind of loss that there was."""
    return [loss for look in _LOOKS for loss in look(run)]


def orphans_of(run: ReadRun) -> list[ReadStep]:
    """Return the steps whose parent was never recorded; while a run goes on, it may still come."""
    if not run.is_over:
        return []
    return [step for step in run.steps if step.parent_id is not None and step.parent_id not in run.by_id]


def without_content(run: ReadRun) -> list[ReadStep]:
    """Return the model calls that say neither what was asked nor what was answered."""
    return [
        step
        for step in run.llm_steps
        if step.status == "completed"
        and step.given is None
        and not step.output_messages
        and not _has_value(step)
    ]


def _results_cut(run: ReadRun) -> Iterator[Loss]:
    cuts = run.cuts
    if not cuts:
        return
    missing = sum(cut.whole - cut.kept for cut in cuts)
    if len(cuts) == 1:
        cut = cuts[0]
        words = (
            f"{subject(cut.tool)} returned {cut.whole:,} characters in step {cut.tool.number};"
            f" the model was given {cut.kept:,} of them."
        )
    else:
        worst = max(cuts, key=lambda cut: cut.whole - cut.kept)
        words = (
            f"{len(cuts)} tool results were cut before the model got them: {missing:,} characters are missing,"
            f" most of them from {subject(worst.tool)} in step {worst.tool.number}."
        )
    steps = [step for cut in cuts for step in (cut.tool, cut.told_in)]
    yield Loss("result_cut", "app_and_model", missing, _ids(steps), words)


def _attribute_limit(run: ReadRun) -> Iterator[Loss]:
    steps = [step for step in run.steps if step.dropped_attributes]
    if steps:
        count = sum(step.dropped_attributes for step in steps)
        words = f"A limit of the SDK threw {count_of(count, 'attribute or event', 'attributes or events')} of {count_of(len(steps), 'step')} away."
        yield Loss("attribute_limit", "app_and_screen", count, _ids(steps), words)


def _size_limit(run: ReadRun) -> Iterator[Loss]:
    steps = [step for step in run.steps if step.truncated]
    if steps:
        words = (
            f"The content of {count_of(len(steps), 'step')} was over a size limit and is recorded in part."
        )
        yield Loss("size_limit", "app_and_screen", sum(step.truncated for step in steps), _ids(steps), words)


def _redacted(run: ReadRun) -> Iterator[Loss]:
    rules: Counter[str] = Counter()
    steps = [step for step in run.steps if step.redactions]
    for step in steps:
        rules.update(step.redactions)
    if rules:
        named = ", ".join(rule for rule, _ in rules.most_common(3))
        count = sum(rules.values())
        words = f"{count_of(count, 'value')} {'was' if count == 1 else 'were'} masked before storage, by {named}; the model saw {'it' if count == 1 else 'them'}."
        yield Loss("redacted", "app_and_screen", count, _ids(steps), words)


def _sampled(run: ReadRun) -> Iterator[Loss]:
    steps = [step for step in run.steps if step.sampling_ratio is not None]
    if steps:
        share = min(step.sampling_ratio for step in steps if step.sampling_ratio is not None)
        words = f"The sender keeps only {share:.0%} of what happens; other steps may be missing."
        yield Loss("sampled", "app_and_screen", None, _ids(steps), words)


def _dropped_spans(run: ReadRun) -> Iterator[Loss]:
    if run.dropped_spans:
        count = run.dropped_spans
        words = f"The recording process lost {count_of(count, 'span')}, of this run or of others."
        yield Loss("dropped_spans", "app_and_screen", count, [], words)


def _orphan_spans(run: ReadRun) -> Iterator[Loss]:
    steps = orphans_of(run)
    if steps:
        missing = len({step.parent_id for step in steps})
        words = f"{count_of(missing, 'step')} around {count_of(len(steps), 'other')} {'was' if missing == 1 else 'were'} never recorded."
        yield Loss("orphan_spans", "app_and_screen", len(steps), _ids(steps), words)


def _content_off(run: ReadRun) -> Iterator[Loss]:
    steps = without_content(run)
    if steps:
        words = f"{count_of(len(steps), 'model call')} {'was' if len(steps) == 1 else 'were'} recorded without messages: capture of content is off."
        yield Loss("content_off", "app_and_screen", len(steps), _ids(steps), words)


def _has_value(step: ReadStep) -> bool:
    return step.input_value is not None or step.output_value is not None


def _ids(steps: Sequence[ReadStep]) -> list[str]:
    return list(dict.fromkeys(step.id for step in steps))[:_MOST_STEPS]


_LOOKS: Final[Sequence[Callable[[ReadRun], Iterator[Loss]]]] = (
    _results_cut,
    find_compacted,
    _attribute_limit,
    _size_limit,
    _redacted,
    _sampled,
    _dropped_spans,
    _orphan_spans,
    _content_off,
)
