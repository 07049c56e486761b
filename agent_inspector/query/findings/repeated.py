"""Repeated: the same call with the same outcome several times in a run, with other things in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun
from agent_inspector.query.evidence.actions import (
    Action,
    arguments_of,
    changes_something,
    is_for_once,
    is_polling,
)
from agent_inspector.query.findings.loops import loops_in
from agent_inspector.query.findings.seen import cite, how_often, see, subject

_OFTEN: Final = 3


def find_repeated(run: ReadRun) -> Iterator[Finding]:
    """Say which calls brought nothing, as an equal one had been made before; loops are told elsewhere."""
    in_loops = {action.step.id for cycle in loops_in(run) for action in cycle.actions}
    for actions in run.actions:
        equal: defaultdict[int, list[Action]] = defaultdict(list)
        for action in actions:
            equal[action.call].append(action)
        for group in equal.values():
            if len(group) > 1 and group[0].step.id not in in_loops and _is_needless(actions, group):
                yield _say(group)


def _is_needless(actions: Sequence[Action], group: Sequence[Action]) -> bool:
    if any(action.step.kind != "tool" for action in group) or any(
        is_polling(action.step) for action in group
    ):
        return False
    done = [action for action in group if action.step.status == "completed"]
    if is_for_once(group[0]):
        return len(done) > 1
    if len({action.outcome for action in group}) > 1 or not done:
        return False
    if len({action.turn for action in group}) == 1 and group[0].turn > 0:
        return True
    first, last = group[0].step.number, group[-1].step.number
    between = [a for a in actions if first < a.step.number < last and a.call != group[0].call]
    return len(group) >= _OFTEN and not any(changes_something(action) for action in between)


def _say(group: Sequence[Action]) -> Finding:
    first = group[0].step
    again = [action.step for action in group[1:]]
    same = len({action.outcome for action in group}) == 1
    effect = ", and gave the same each time" if same and not is_for_once(group[0]) else ""
    return see(
        "repeated",
        "warning" if is_for_once(group[0]) else "info",
        again[0],
        f"{subject(first)} was called {how_often(len(group))} with the same arguments{effect}.",
        evidence=[
            cite(first, "first call", "/tool_arguments", arguments_of(first)),
            *(cite(step, "same call again", "/tool_arguments", arguments_of(step)) for step in again),
        ],
        wasted=again,
    )
