"""Judging: what rules say of runs, worked out once for each state of a run and kept in the store."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from agent_inspector.errors import KeyMissing, NotFound, StoreError, StoreUnavailable
from agent_inspector.model import RunFindings, Status
from agent_inspector.query.evidence.loading import load_run
from agent_inspector.query.findings import judge
from agent_inspector.query.outlines import prepare_outline
from agent_inspector.query.provenance import trace_values
from agent_inspector.query.versions import rules_version
from agent_inspector.store import Judgement, RunRow, SpanStore
from agent_inspector.store.upkeep import Progress

_log = logging.getLogger("agent_inspector")

PATIENCE: Final = 10
"""A run that goes on is judged anew for a reader only after so many times the time that the last time took."""
_AT_ONCE: Final = 100


def kept_findings(store: SpanStore, row: RunRow) -> RunFindings | None:
    """Return what is kept of a run, unless the run changed since; one that goes on may have, just now."""
    try:
        kept = store.read_judgement(row.trace_id, rules_version())
    except (KeyMissing, StoreUnavailable):
        raise
    except StoreError:  # what is kept is damaged; the run itself may not be
        return None
    if kept is None or not (_is_same(kept, row) or _is_fresh(kept, row)):
        return None
    return kept.found


def keep_findings(
    store: SpanStore, trace_id: str, state: tuple[int, Status], found: RunFindings | None, took_s: float
) -> None:
    """Keep findings of a run that had this revision and status; None where the run cannot be read."""
    revision, status = state
    took_ns = int(took_s * 1e9)
    judgement = Judgement(revision, status, rules_version(), time.time_ns(), took_ns, found)
    store.keep_judgement(trace_id, judgement)


def take_up_rules(store: SpanStore) -> None:
    """Let runs that other rules judged, or that could not be read when they were, be judged again.

    Raises:
        StoreUnavailable: the store cannot be read or written to now.
    """
    store.forget_judgements(rules_version())


def judge_pending(
    store: SpanStore,
    progress: Progress = lambda done, total: None,
    *,
    goes_on: Callable[[float], bool] = lambda took_s: True,
) -> int:
    """Judge the runs that changed since they were judged, the newest first; return how many.

    A run that goes on is left alone for a while after each time. `goes_on` is asked after each run, and
    told how long it took: whoever works beside others may rest there, or end it.

    Raises:
        StoreUnavailable: the store cannot be read or written to now.
    """
    total = store.count_unjudged()
    done = 0
    for trace_id in _unjudged(store):
        began = time.perf_counter()
        _judge_one(store, trace_id)
        done += 1
        progress(done, max(done, total))
        if not goes_on(time.perf_counter() - began):
            break
    return done


def _unjudged(store: SpanStore) -> Iterator[str]:
    """Yield each run once, though it may change again meanwhile."""
    seen, limit = set[str](), _AT_ONCE
    while True:
        waiting = store.find_unjudged(limit)
        fresh = [trace_id for trace_id in waiting if trace_id not in seen]
        yield from fresh
        seen.update(fresh)
        if not fresh:
            if len(waiting) < limit:
                return
            limit *= 2


def _judge_one(store: SpanStore, trace_id: str) -> None:
    row = store.read_run(trace_id)
    if row is None:  # deleted meanwhile
        return
    with suppress(StoreError):  # nobody has asked for it yet; whoever opens the run will, before its findings
        prepare_outline(store, row)
    began = time.thread_time()
    found = _findings_of(store, trace_id)
    keep_findings(store, trace_id, (row.revision, row.status), found, time.thread_time() - began)


def _findings_of(store: SpanStore, trace_id: str) -> RunFindings | None:
    """Return what the rules say; None of a run that cannot be read, and is then not asked for again until it changes."""
    try:
        run = load_run(store, trace_id)
        return judge(run, trace_values(run))
    except StoreUnavailable:
        raise
    except (StoreError, NotFound):
        return None
    except Exception as error:  # noqa: BLE001 (a run may hold anything; one must not keep the others from being judged)
        _log.warning(
            "The rules failed on run %s by a %s; please report this.", trace_id, type(error).__name__
        )
        return None


def _is_same(kept: Judgement, row: RunRow) -> bool:
    return (kept.revision, kept.status) == (row.revision, row.status)


def _is_fresh(kept: Judgement, row: RunRow) -> bool:
    age_ns = time.time_ns() - kept.judged_ns
    return kept.status == row.status == "running" and 0 <= age_ns < PATIENCE * kept.took_ns
