"""Soundness: whether everything that is stored can be read back: the file, and the content of every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent_inspector.errors import KeyMissing, StoreDamaged, StoreError, StoreUnavailable
from agent_inspector.store import SpanStore
from agent_inspector.store.upkeep import Progress

_AT_ONCE: Final = 200
_ALL: Final = 2**31


@dataclass(frozen=True, slots=True)
class DamagedRun:
    """A run of which not everything can be read."""

    run_id: str
    steps: int
    damaged: int
    """Steps that cannot be read."""


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was read, and what could not be."""

    runs: int
    steps: int
    structure: Sequence[str]
    """What SQLite says against the file itself."""
    damaged: Sequence[DamagedRun]
    locked: int
    """Steps that are encrypted with a key that is not at hand, so that nobody knows."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is known to be damaged."""
        return not (self.structure or self.damaged)


def check_soundness(store: SpanStore, progress: Progress = lambda done, total: None) -> Soundness:
    """Read everything that is stored; `progress` is told of runs.

    Raises:
        StoreUnavailable: the file is damaged so badly that its runs cannot be listed, or cannot be reached now.
    """
    structure = store.find_damage()
    run_ids = store.find_traces("", _ALL)
    steps = locked = 0
    damaged: list[DamagedRun] = []
    for done, run_id in enumerate(run_ids, 1):
        count, bad, closed = _look_at(store, run_id)
        if bad:
            damaged.append(DamagedRun(run_id, count, bad))
        steps, locked = steps + count, locked + closed
        progress(done, len(run_ids))
    return Soundness(len(run_ids), steps, structure, damaged, locked)


def _look_at(store: SpanStore, run_id: str) -> tuple[int, int, int]:
    """Return how many steps a run has, how many are damaged, and how many are encrypted with a key not at hand."""
    count = 1  # where its summary is damaged
    damaged = locked = 0
    try:
        run = store.read_run(run_id)
        count = run.step_count if run else 0
        for offset in range(0, count, _AT_ONCE):
            page = store.read_spans(run_id, limit=_AT_ONCE, offset=offset)
            bad, closed = _count(store, run_id, [row.span_id for row in page])
            damaged, locked = damaged + bad, locked + closed
    except KeyMissing:
        count = store.count_spans(run_id)
        return count, 0, count
    except StoreError as error:
        if not _is_damage(error):
            raise
        return count, count, 0
    return count, damaged, locked


def _count(store: SpanStore, run_id: str, span_ids: Sequence[str]) -> tuple[int, int]:
    """Return the two counts of what cannot be read, of these spans; where one cannot be read, they are read one by one."""
    try:
        return len(span_ids) - len(store.read_records(run_id, span_ids)), 0
    except StoreError as error:
        if not _is_damage(error) and not isinstance(error, KeyMissing):
            raise
        if len(span_ids) == 1:
            return (0, 1) if isinstance(error, KeyMissing) else (1, 0)
    counts = [_count(store, run_id, [span_id]) for span_id in span_ids]
    return sum(bad for bad, _ in counts), sum(closed for _, closed in counts)


def _is_damage(error: StoreError) -> bool:
    return isinstance(error, StoreDamaged) or not isinstance(error, (KeyMissing, StoreUnavailable))
