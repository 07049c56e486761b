"""Lost: steps whose surroundings were never recorded, and spans that the recording process lost."""

from __future__ import annotations

from collections.abc import Iterator

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun
from agent_inspector.query.findings.ledger import orphans_of
from agent_inspector.query.findings.seen import cite, count_of, see, subject


def find_orphans(run: ReadRun) -> Iterator[Finding]:
    """Say which steps have lost the step around them."""
    orphans = orphans_of(run)
    if orphans:
        first = orphans[0]
        more = len(orphans) - 1
        others = f", as {'is' if more == 1 else 'are'} {count_of(more, 'other')}" if more else ""
        yield see(
            "orphan",
            "info",
            first,
            f"The step around step {first.number}, {subject(first)}, was never recorded{others}.",
            evidence=[cite(step, "its parent is missing") for step in orphans],
        )


def find_dropped(run: ReadRun) -> Iterator[Finding]:
    """Say that spans were lost, where the process that recorded the run has lost some."""
    if run.dropped_spans and run.steps:
        root = run.by_id.get(run.root_id or "") or run.steps[0]
        yield see(
            "dropped",
            "info",
            root,
            f"The recording process lost {count_of(run.dropped_spans, 'span')}; steps of this run may be missing.",
            evidence=[cite(root, "recorded by that process")],
        )
