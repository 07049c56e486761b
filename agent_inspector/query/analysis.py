"""Analysis: what the rules say of a run, worked out once for each state that the run was in."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

from agent_inspector.errors import NotFound, StoreError
from agent_inspector.model import Conversation, RunFindings, Status, StepContext, StepProvenance, Turn
from agent_inspector.query.collector import rare_collections
from agent_inspector.query.context import compose
from agent_inspector.query.conversation import turns_of
from agent_inspector.query.details import get_step
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.loading import load_run
from agent_inspector.query.findings import judge
from agent_inspector.query.ids import check_step_id, find_run_id, no_such_step
from agent_inspector.query.judging import PATIENCE, keep_findings, kept_findings
from agent_inspector.query.provenance import Provenance, trace_values
from agent_inspector.store import RunRow, SpanStore

_MOST_STEPS: Final = 30_000
"""So many steps of analysed runs are kept in memory, the last ones used."""


@dataclass(slots=True)
class _Analysis:
    """A run as it was at one revision."""

    state: tuple[int, Status]
    run: ReadRun
    took_s: float
    made_at: float
    findings: RunFindings | None = None
    provenance: Provenance | None = None
    turns: Sequence[Turn] | None = None


@dataclass(slots=True)
class _Kept:
    """The analyses of one store's runs, the last one used at the end."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    by_run: OrderedDict[str, _Analysis] = field(default_factory=OrderedDict)


_kept: Final[WeakKeyDictionary[SpanStore, _Kept]] = WeakKeyDictionary()


def find_findings(store: SpanStore, run_id: str) -> RunFindings:
    """Return all that the rules say of a run: findings, the step to look at first, and what was not seen.

    Raises:
        NotFound: there is no such run.
        KeyMissing: its content is encrypted with a key that is not at hand.
    """
    row = _read_row(store, find_run_id(store, run_id))
    kept = kept_findings(store, row)
    if kept is not None:
        return kept
    analysis = _analyse(store, row)
    if analysis.findings is None:
        started = time.thread_time()
        with rare_collections():
            analysis.provenance = analysis.provenance or trace_values(analysis.run)
            analysis.findings = judge(analysis.run, analysis.provenance)
        analysis.took_s += time.thread_time() - started
        with suppress(StoreError):  # a store that cannot be written to is read as it is
            keep_findings(store, row.trace_id, analysis.state, analysis.findings, analysis.took_s)
    return analysis.findings


def get_conversation(store: SpanStore, run_id: str, *, limit: int = 100, offset: int = 0) -> Conversation:
    """Return turns of a run's conversation: each message once, where it first appears.

    Raises:
        NotFound: there is no such run.
        KeyMissing: its content is encrypted with a key that is not at hand.
    """
    analysis = _analyse(store, _read_row(store, find_run_id(store, run_id)))
    if analysis.turns is None:
        analysis.turns = turns_of(analysis.run)
    return Conversation(analysis.run.id, analysis.turns[offset : offset + limit], len(analysis.turns))


def get_context(store: SpanStore, run_id: str, step_id: str) -> StepContext:
    """Return what a model call was given, compared with the last call of the same agent.

    Raises:
        NotFound: there is no such run, or no such step, or the step is no model call.
        KeyMissing: its content is encrypted with a key that is not at hand.
    """
    run, step = _step(store, run_id, step_id)
    if step.kind != "llm":
        raise NotFound(
            f"Step {step.number} is no model call, so it was given no context; ask for one of kind llm."
        )
    previous = run.by_id.get(step.given.previous or "") if step.given else None
    before = get_step(store, run.id, previous.id) if previous else None
    return compose(run, get_step(store, run.id, step.id), before)


def get_provenance(store: SpanStore, run_id: str, step_id: str) -> StepProvenance:
    """Return where the values in a step's arguments or answer came from.

    Raises:
        NotFound: there is no such run, or no such step.
        KeyMissing: its content is encrypted with a key that is not at hand.
    """
    analysis = _analyse(store, _read_row(store, find_run_id(store, run_id)))
    step = _find(analysis.run, step_id)
    if analysis.provenance is None:
        analysis.provenance = trace_values(analysis.run)
    return analysis.provenance.of_step(step)


def _step(store: SpanStore, run_id: str, step_id: str) -> tuple[ReadRun, ReadStep]:
    run = _analyse(store, _read_row(store, find_run_id(store, run_id))).run
    return run, _find(run, step_id)


def _find(run: ReadRun, step_id: str) -> ReadStep:
    step = run.by_id.get(check_step_id(step_id, run.id))
    if step is None:
        raise no_such_step(step_id, run.id)
    return step


def _read_row(store: SpanStore, trace_id: str) -> RunRow:
    row = store.read_run(trace_id)
    if row is None:
        raise NotFound(f"There is no run {trace_id!r}; it may have been pruned.")
    return row


def _analyse(store: SpanStore, row: RunRow) -> _Analysis:
    """Read a run, unless it has not changed since it was read, or goes on and was read just now."""
    trace_id = row.trace_id
    kept = _kept.setdefault(store, _Kept())
    state = row.revision, row.status
    with kept.lock:
        found = kept.by_run.get(trace_id)
        if found is not None and (found.state == state or _is_fresh(found, row.status)):
            kept.by_run.move_to_end(trace_id)
            return found
    started = time.thread_time()
    with rare_collections():
        run = load_run(store, trace_id)
    analysis = _Analysis(state, run, time.thread_time() - started, time.monotonic())
    with kept.lock:
        kept.by_run[trace_id] = analysis
        kept.by_run.move_to_end(trace_id)
        _let_go(kept.by_run)
    return analysis


def _is_fresh(found: _Analysis, status: str) -> bool:
    return (
        status == found.state[1] == "running" and time.monotonic() < found.made_at + PATIENCE * found.took_s
    )


def _let_go(by_run: OrderedDict[str, _Analysis]) -> None:
    while len(by_run) > 1 and sum(len(analysis.run.steps) for analysis in by_run.values()) > _MOST_STEPS:
        by_run.popitem(last=False)
