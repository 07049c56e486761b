"""`agent-inspector stats`: the store in numbers."""

from __future__ import annotations

from typing import Annotated

import typer

from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import say, say_json, size, visible
from agent_inspector.model import Stats
from agent_inspector.query import get_stats


def stats(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Show the store in numbers: runs by status, steps, size, lost spans."""
    with opened_store() as store:
        numbers = get_stats(store)
    if as_json:
        say_json(numbers)
    else:
        _print(numbers)


def _print(numbers: Stats) -> None:
    say(f"Runs:           {numbers.total_runs:,}  ({numbers.recent_runs_24h:,} in the last 24 hours)")
    for status in ("running", "completed", "failed", "cancelled", "interrupted"):
        say(f"  {status + ':':<14}{getattr(numbers, status + '_runs'):,}")
    say(f"Steps:          {numbers.total_steps:,}")
    say(f"Size on disk:   {size(numbers.db_size_bytes)}")
    lost = sum(numbers.dropped_spans.values())
    reasons = ", ".join(
        f"{visible(reason)}: {count:,}" for reason, count in numbers.dropped_spans.items() if count
    )
    say(f"Lost spans:     {lost:,}" + (f"  ({reasons})" if reasons else ""))
