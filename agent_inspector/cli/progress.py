"""Progress bars on standard error, drawn only where a terminal shows them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from agent_inspector.store.upkeep import Progress as Report


@contextmanager
def progress_bar(title: str) -> Iterator[Report]:
    """Show a bar while something goes on; yields what it is told by: how much is done, and how much there is."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = (TextColumn(title), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def counter(title: str) -> Iterator[Report]:
    """Show two numbers that grow while something of unknown length goes on: runs and steps."""
    if not sys.stderr.isatty():
        yield lambda runs, steps: None
        return
    columns = (TextColumn(title), TextColumn("{task.fields[runs]:,} runs, {task.fields[steps]:,} steps"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, runs=0, steps=0)
        yield lambda runs, steps: bar.update(task, runs=runs, steps=steps)
