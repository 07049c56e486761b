"""Changes: which runs are not what they were, for whoever shows them live."""

from __future__ import annotations

from collections.abc import Sequence

from agent_inspector.store import SpanStore


def changed_runs(store: SpanStore, since_revision: int) -> tuple[int, Sequence[str]]:
    """Return the present revision, to be given next time, and the ids of runs that changed after the given one.

    Ids of at most the latest 1,000 changed runs; runs whose process has just died are named for some seconds.
    """
    return store.read_changes(since_revision)
