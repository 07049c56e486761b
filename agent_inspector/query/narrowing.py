"""Narrowing: which further filters there are for a list of runs, which of them is one too many, and text without an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Final

from agent_inspector.errors import KeyMissing
from agent_inspector.model import Removal, RunFacets, RunFilter, StepFilter
from agent_inspector.store import SearchPlace, SearchSelection, SpanStore, ask

_BEGINNING: Final = SearchPlace("scan", 2**63 - 1, 2**62)
_MOST_HITS: Final = 1_000
_MOST_SECONDS: Final = 1.5
_NOT_A_FILTER: Final = frozenset({"found_by_reading", "setup"})


def get_facets(store: SpanStore, matching: RunFilter | None = None, *, limit: int = 20) -> RunFacets:
    """Return what the matching runs have, and how many have it; of each facet the most frequent values."""
    return store.read_facets(with_text(store, matching or RunFilter())[0], limit)


def removals(store: SpanStore, matching: RunFilter) -> Sequence[Removal]:
    """Return how many runs there would be without each of the filters, most first."""
    set_ones = {
        item.name: getattr(matching, item.name)
        for item in fields(RunFilter)
        if getattr(matching, item.name) not in (None, ())
    }
    found = [
        Removal(
            name,
            store.count_runs(RunFilter(**{other: set_ones[other] for other in set_ones.keys() - {name}})),
        )
        for name in set_ones
        if name not in _NOT_A_FILTER
    ]
    return sorted(found, key=lambda removal: -removal.runs)


def with_text(store: SpanStore, matching: RunFilter) -> tuple[RunFilter, bool]:
    """Add the runs whose content has the text although no index covers it, by reading for a while, newest first.

    The second value says that there was more to read than that.
    """
    question = ask(matching.text or "")
    if not question.words:
        return matching, False
    selection = SearchSelection(
        question=question,
        matching=StepFilter(
            user_id=matching.user_id,
            session_id=matching.session_id,
            started_after=matching.started_after,
        ),
        after=_BEGINNING,
        limit=_MOST_HITS,
        most_seconds=_MOST_SECONDS,
    )
    try:
        result = store.search(selection)
    except KeyMissing:  # names can still be searched, and the list says that it is sealed
        return matching, True
    found = dict.fromkeys(span.trace_id for span in result.found)
    return replace(matching, found_by_reading=tuple(found)), result.next is not None
