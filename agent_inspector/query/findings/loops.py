"""Loops: the same calls with the same outcomes again and again, by one agent or by turns between several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import (
    Action,
    arguments_of,
    is_polling,
    result_of,
)
from agent_inspector.query.findings.seen import cite, how_often, see, subject

_LONGEST_PERIOD: Final = 6
_MOST_RETRIES: Final = 5
_PATIENCE: Final = 10
"""So many equal answers are waited for before asking how far something has come counts as a loop."""
_PASSING: Final = re.compile(
    r"time[d]?[ -]?out|temporar|rate.?limit|too many|throttl|\b(?:429|500|502|503|504)\b|unavailable|connection|reset by"
    r"|try again|overload|busy|deadline|network|econn",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A stretch of equal actions: the first of them, and how many make one turn of it."""

    actions: Sequence[Action]
    period: int

    @property
    def turns(self) -> int:
        """How often it went around."""
        return len(self.actions) // self.period


def find_loops(run: ReadRun) -> Iterator[Finding]:
    """Say where an agent, or several, did the same again and again and got the same."""
    for cycle in loops_in(run):
        yield _say(run, cycle)


def loops_in(run: ReadRun) -> list[Cycle]:
    """Return the loops of a run; asking for progress, going through pages and retrying after a passing error are none."""
    sequences = [*run.actions, *run.exchanges]
    return [
        cycle for actions in sequences for cycle in _cycles(actions) if not _is_legitimate(actions, cycle)
    ]


def _cycles(actions: Sequence[Action]) -> list[Cycle]:
    """Find stretches in which every action equals the one a period before, the shortest period first."""
    tokens = [(action.call, action.outcome) for action in actions]
    taken = [False] * len(tokens)
    found: list[Cycle] = []
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // 2) + 1):
        start = None
        for index in range(period, len(tokens) + 1):
            equal = index < len(tokens) and tokens[index] == tokens[index - period] and not taken[index]
            if equal and start is None:
                start = index
            if not equal and start is not None:
                if index - start >= max(2, 2 * period - 1):
                    first = start - period
                    found.append(Cycle(actions[first:index], period))
                    taken[first:index] = [True] * (index - first)
                start = None
    return found


def _is_legitimate(actions: Sequence[Action], cycle: Cycle) -> bool:
    return _is_patience(actions, cycle) or _is_retry(actions, cycle)


def _is_patience(actions: Sequence[Action], cycle: Cycle) -> bool:
    """Whether it asks how far something has come, and has not yet asked too often, or got its answer in the end."""
    if not any(is_polling(action.step) for action in cycle.actions[: cycle.period]):
        return False
    return cycle.turns < _PATIENCE or _goes_on(actions, cycle)


def _is_retry(actions: Sequence[Action], cycle: Cycle) -> bool:
    """Whether a failed call was made again, after an error that passes, or with success in the end."""
    if cycle.period > 1 or not cycle.actions[0].step.failed:
        return False
    if _goes_on(actions, cycle):
        return True
    step = cycle.actions[0].step
    passing = bool(_PASSING.search(f"{step.error_type} {step.error_message}"))
    by_itself = cycle.actions[0].turn == cycle.actions[-1].turn
    return passing and len(cycle.actions) <= (_MOST_RETRIES if by_itself else 3)


def _goes_on(actions: Sequence[Action], cycle: Cycle) -> bool:
    """Whether the same call had another outcome right after it, and no failure."""
    last = cycle.actions[-1]
    after = next((a for a in actions if a.step.number > last.step.number and a.call == last.call), None)
    return after is not None and not after.step.failed


def _say(run: ReadRun, cycle: Cycle) -> Finding:
    first, again = cycle.actions[0].step, [action.step for action in cycle.actions[cycle.period :]]
    one_turn = [action.step for action in cycle.actions[: cycle.period]]
    names = " and ".join(dict.fromkeys(subject(step) for step in one_turn))
    if cycle.period == 1 and first.failed:
        did = (
            f"{names} was called {how_often(len(cycle.actions))} with the same arguments and failed each time"
        )
    elif cycle.period == 1:
        did = f"{names} was called {how_often(len(cycle.actions))} with the same arguments and gave the same each time"
    else:
        did = f"{names} took turns {how_often(cycle.turns)} with the same arguments and results"
    failed = run.status == "failed" and first.failed
    evidence = [cite(first, "first of the loop", _place(first), arguments_of(first))]
    evidence += [cite(step, "same call again", _place(step), result_of(step)) for step in again]
    return see(
        "loop",
        "error" if failed else "warning",
        first,
        f"{did}, from step {first.number} to step {again[-1].number}.",
        evidence=evidence,
        wasted=_wasted(run, again),
    )


def _place(step: ReadStep) -> str:
    return "/tool_arguments" if step.kind == "tool" else "/input_value"


def _wasted(run: ReadRun, again: Sequence[ReadStep]) -> list[ReadStep]:
    """Return the repeated steps and the model calls that chose them."""
    choosers = [call.asked_by for step in again if (call := run.call_of.get(step.id)) is not None]
    return [*again, *{step.id: step for step in choosers if step is not None}.values()]
