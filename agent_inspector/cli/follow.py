"""Follow: prints steps as they end, and runs as they begin and end, until there is nothing more to come."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from agent_inspector.cli.terminal import duration, moment, say, visible
from agent_inspector.errors import NotFound
from agent_inspector.json_text import to_json
from agent_inspector.model import Run, Step
from agent_inspector.query import changed_runs, get_run, list_steps
from agent_inspector.store import SpanStore

_EVERY_S: Final = 0.3
_SHORT_ID: Final = 8

Printer = Callable[[Run, Sequence[Step]], None]


class Follower:
    """Remembers what has been printed of each run."""

    def __init__(self, store: SpanStore, printer: Printer, *, all_steps: bool) -> None:
        self._store = store
        self._print = printer
        self._all_steps = all_steps
        self._told: dict[str, set[str]] = {}

    def follow(self, run_id: str) -> None:
        """Print the steps of one run as they end, those that have ended first, until the run ends."""
        for _ in self._changes(0):
            if self._update(run_id).status != "running":
                return

    def watch(self) -> None:
        """Print what happens in all runs from now on, until the program is stopped."""
        since, _ = changed_runs(self._store, sys.maxsize)
        for run_ids in self._changes(since):
            for run_id in run_ids:
                try:
                    self._update(run_id)
                except NotFound:  # deleted meanwhile
                    self._told.pop(run_id, None)

    def _changes(self, since: int) -> Iterator[Sequence[str]]:
        while True:
            since, run_ids = changed_runs(self._store, since)
            yield run_ids
            time.sleep(_EVERY_S)

    def _update(self, run_id: str) -> Run:
        run = get_run(self._store, run_id)
        told = self._told.setdefault(run_id, set())
        ended = [step for step in list_steps(self._store, run_id) if step.status != "running"]
        fresh = [step for step in ended if step.id not in told and (self._all_steps or not step.framework)]
        told.update(step.id for step in ended)
        if fresh:
            self._print(run, fresh)
        return run


def print_lines(run: Run, steps: Sequence[Step]) -> None:
    """Print a line for each step: when it began, its run, how long it took, and what it did."""
    for step in steps:
        took = duration(step.duration_ms)
        sentence = visible(step.sentence.replace("**", "").replace("`", ""))
        say(f"{moment(step.timestamp)}  {run.id[:_SHORT_ID]}  {step.status:<11}  {took:>8}  {sentence}")
    sys.stdout.flush()


def print_json_lines(run: Run, steps: Sequence[Step]) -> None:
    """Print each step as JSON on a line of its own."""
    for step in steps:
        sys.stdout.buffer.write(to_json(step) + b"\n")
    sys.stdout.buffer.flush()
