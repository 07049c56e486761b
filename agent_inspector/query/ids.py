"""Ids as people type them: a whole run id, the beginning of one, or the id of a step of a run."""

from __future__ import annotations

import re
from typing import Final

from agent_inspector.errors import NotFound
from agent_inspector.store import SpanStore

TRACE_DIGITS: Final = 32
SPAN_DIGITS: Final = 16
_SHORTEST: Final = 4
_HEX: Final = re.compile(r"[0-9a-f]+")
_SHOWN: Final = 40


def find_run_id(store: SpanStore, run_id: str) -> str:
    """Return the whole id of the run that is meant.

    A step's id stands for the run it belongs to, so that the id of a nested run opens the run around it.

    Raises:
        NotFound: no run has it, or several have.
    """
    wanted = run_id.strip().lower()
    if not _HEX.fullmatch(wanted) or not _SHORTEST <= len(wanted) <= TRACE_DIGITS:
        raise NotFound(
            f"{_shown(run_id)} is not the id of a run: give 32 hexadecimal digits, or the first {_SHORTEST} or more."
        )
    found = list(store.find_traces(wanted))
    if not found and len(wanted) == SPAN_DIGITS:
        found = list(store.find_traces_of_span(wanted))
    if not found:
        raise NotFound(f"There is no run {_shown(run_id)}; it may have been pruned.")
    if len(found) > 1:
        raise NotFound(f"Several runs match {_shown(run_id)}; give more digits.")
    return found[0]


def check_step_id(step_id: str, run_id: str) -> str:
    """Return the id of a step in the form in which it is stored.

    Raises:
        NotFound: no step can have it.
    """
    wanted = step_id.strip().lower()
    if len(wanted) != SPAN_DIGITS or not _HEX.fullmatch(wanted):
        raise no_such_step(step_id, run_id)
    return wanted


def no_such_step(step_id: str, run_id: str) -> NotFound:
    """Make the error that says so."""
    return NotFound(f"The run {run_id} has no step {_shown(step_id)}.")


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
