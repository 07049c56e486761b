"""Partner: the run to compare with where nobody names one."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final

from agent_inspector.errors import NotFound
from agent_inspector.model import Run, RunFilter
from agent_inspector.query.runs import list_runs
from agent_inspector.store import SpanStore

_MOST: Final = 50
"""Runs that are looked at, newest first."""
_PAGE: Final = 200
_LONGEST: Final = 500


def find_partner(store: SpanStore, run: Run) -> tuple[Run, str]:
    """Return the completed run of the same name with the nearest input, the newest of several, and why it.

    Raises:
        NotFound: no other run of this name has completed.
    """
    asked = _input_of(store, run)
    nearest, likeness = None, -1.0
    for candidate in _candidates(store, run):
        found = _likeness(asked, _input_of(store, candidate))
        if found > likeness:
            nearest, likeness = candidate, found
    if nearest is None:
        raise NotFound(f"No other run named {run.name!r} has completed; name the run to compare with.")
    return nearest, _reason(run, asked, likeness)


def _candidates(store: SpanStore, run: Run) -> list[Run]:
    page = list_runs(store, RunFilter(status="completed", search=run.name), limit=_PAGE)
    return [other for other in page.runs if other.name == run.name and other.id != run.id][:_MOST]


def _input_of(store: SpanStore, run: Run) -> str | None:
    """Return what the run was asked; where the run itself does not say, what its first model call was asked."""
    if run.input_preview:
        return run.input_preview
    first = store.read_spans(run.id, event_type="llm_call", limit=1)
    return first[0].facts.get("input") if first else None


def _likeness(asked: str | None, other: str | None) -> float:
    if asked is None or other is None:
        return 0.0
    if asked == other:
        return 1.0
    return SequenceMatcher(None, asked[:_LONGEST], other[:_LONGEST], autojunk=False).ratio()


def _reason(run: Run, asked: str | None, likeness: float) -> str:
    if asked is None:
        return f"The last completed run named {run.name}; what it was asked is not recorded."
    if likeness == 1:
        return f"The last completed run named {run.name} with the same input."
    return f"The completed run named {run.name} with the nearest input ({likeness:.0%} alike)."
