"""Outlines: all steps of a long run as JSON, rendered once when the run is over and kept in the store."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from agent_inspector.errors import KeyMissing, StoreError, StoreUnavailable
from agent_inspector.json_text import to_json
from agent_inspector.query.steps import to_step
from agent_inspector.query.versions import outline_version
from agent_inspector.store import RunRow, SpanStore

LEAST_STEPS: Final = 1_000
"""Shorter runs are rendered as fast as they would be read."""


def outline_json(store: SpanStore, run_id: str) -> bytes | None:
    """Return all steps of a run as a JSON array; None where it is short, or changes without a word.

    Raises:
        KeyMissing: what the steps are called is encrypted with a key that is not at hand.
    """
    row = store.read_run(run_id)
    return None if row is None or not _is_worth_it(row) else _kept(store, row) or _render(store, row)


def prepare_outline(store: SpanStore, row: RunRow) -> None:
    """Render what `outline_json` will be asked for, if it is not there yet."""
    if _is_worth_it(row) and _kept(store, row) is None:
        _render(store, row)


def _is_worth_it(row: RunRow) -> bool:
    return row.step_count >= LEAST_STEPS and row.status not in ("running", "interrupted")


def _kept(store: SpanStore, row: RunRow) -> bytes | None:
    try:
        return store.read_outline(row.trace_id, row.revision, outline_version())
    except (KeyMissing, StoreUnavailable):
        raise
    except StoreError:  # what is kept is damaged; the steps may not be
        return None


def _render(store: SpanStore, row: RunRow) -> bytes | None:
    spans = store.read_spans(row.trace_id)
    if any(span.end_ns is None for span in spans):
        return None  # open steps grow longer while nothing is written
    rendered = to_json([to_step(span) for span in spans])
    with suppress(StoreError):  # a store that cannot be written to is read as it is
        store.keep_outline(row.trace_id, row.revision, outline_version(), rendered)
    return rendered
