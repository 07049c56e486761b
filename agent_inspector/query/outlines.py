"""Outlines: all steps of a long run as JSON, of which only what has changed is rendered again.

That of a run that is over is kept in the store. The parts of any other are kept in memory, by the names that
the store gives to what they were made of, so that nothing has to be forgotten when a run changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Final, NamedTuple

from agent_inspector.errors import KeyMissing, StoreError, StoreUnavailable
from agent_inspector.json_text import to_json
from agent_inspector.query.steps import to_step
from agent_inspector.query.versions import outline_version
from agent_inspector.store import RunRow, SpanPart, SpanStore

LEAST_STEPS: Final = 1_000
"""Shorter runs are rendered as fast as they would be read."""
PART_STEPS: Final = 100
"""So many are rendered again where one of them changes; some 4 ms."""
_MOST_BYTES: Final = 32 * 2**20
"""Parts in memory: those of some 50,000 steps."""


class Outline(NamedTuple):
    """What a timeline shows of a run."""

    steps: bytes
    """A JSON array."""
    total: int


class _Parts:
    """Rendered parts, those that nobody asked for the longest given up first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._bytes = 0

    def render(self, part: SpanPart) -> bytes:
        """Return the steps of a part as JSON with commas between, without brackets."""
        if part.name is None:  # an open step grows longer while nothing is written
            return _to_json(part)
        with self._lock:
            found = self._kept.get(part.name)
            if found is not None:
                self._kept.move_to_end(part.name)
                return found
        rendered = _to_json(part)
        self._keep(part.name, rendered)
        return rendered

    def _keep(self, name: bytes, rendered: bytes) -> None:
        with self._lock:
            if name not in self._kept:
                self._kept[name] = rendered
                self._bytes += len(rendered)
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])


_parts: Final = _Parts(_MOST_BYTES)


def outline_of(store: SpanStore, run_id: str) -> Outline | None:
    """Return all steps of a run; None where it is short, or not there.

    Raises:
        KeyMissing: what the steps are called is encrypted with a key that is not at hand.
    """
    row = store.read_run(run_id)
    return None if row is None or row.step_count < LEAST_STEPS else _kept(store, row) or _render(store, row)


def prepare_outline(store: SpanStore, row: RunRow) -> None:
    """Render what `outline_of` will be asked for, if it is not there yet."""
    if row.step_count >= LEAST_STEPS and _kept(store, row) is None:
        _render(store, row)


def _is_over(row: RunRow) -> bool:
    return row.status not in ("running", "interrupted")


def _kept(store: SpanStore, row: RunRow) -> Outline | None:
    if not _is_over(row):
        return None
    try:
        steps = store.read_outline(row.trace_id, row.revision, outline_version())
    except (KeyMissing, StoreUnavailable):
        raise
    except StoreError:  # what is kept is damaged; the steps may not be
        return None
    return None if steps is None else Outline(steps, row.step_count)


def _render(store: SpanStore, row: RunRow) -> Outline:
    parts = store.read_span_parts(row.trace_id, PART_STEPS)
    steps = b"[%s]" % b",".join([_parts.render(part) for part in parts])
    if _is_over(row) and all(part.name for part in parts):
        with suppress(StoreError):  # a store that cannot be written to is read as it is
            store.keep_outline(row.trace_id, row.revision, outline_version(), steps)
    return Outline(steps, sum(part.spans for part in parts))


def _to_json(part: SpanPart) -> bytes:
    return to_json([to_step(row) for row in part.read()])[1:-1]
