"""Choosing: which run, and which of its steps, to look at where nobody names one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agent_inspector.errors import NotFound
from agent_inspector.model import Run, RunFilter, RunFindings, Status, Step
from agent_inspector.query.runs import list_runs
from agent_inspector.store import SpanStore

_FAILURES: Final[Sequence[Status]] = ("failed", "interrupted", "cancelled")
_AROUND: Final = 5


def find_failed_run(store: SpanStore) -> Run:
    """Return the newest run that failed, else the newest that was interrupted or cancelled.

    Raises:
        NotFound: no run went wrong.
    """
    for status in _FAILURES:
        page = list_runs(store, RunFilter(status=status), limit=1)
        if page.runs:
            return page.runs[0]
    raise NotFound("No run has failed; name the run to explain.")


def choose_step(steps: Sequence[Step], found: RunFindings) -> Step | None:
    """Return the step to look at first: the first suspect, the first finding's, or the last one that failed."""
    by_id = {step.id: step for step in steps}
    wanted = [found.first_suspect.step_id] if found.first_suspect else []
    wanted += [finding.step_id for finding in found.findings]
    named = next((by_id[step_id] for step_id in wanted if step_id in by_id), None)
    return named or next((step for step in reversed(steps) if step.status == "failed"), None)


def steps_around(steps: Sequence[Step], step: Step | None) -> Sequence[Step]:
    """Return the steps shortly before and after one; the last ones where there is none."""
    shown = [item for item in steps if not item.framework]
    if step is None:
        return shown[-2 * _AROUND :]
    at = next((at for at, item in enumerate(shown) if item.number >= step.number), len(shown))
    return shown[max(at - _AROUND, 0) : at + _AROUND + 1]
