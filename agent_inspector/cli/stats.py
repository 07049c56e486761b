"""`agent-inspector stats`: the store in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import say, say_json, size, visible
from agent_inspector.model import Stats
from agent_inspector.query import get_stats
from otel_bridge.losses import COPIES


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
    copies = {reason: count for reason, count in numbers.dropped_spans.items() if reason in COPIES}
    spans = {reason: count for reason, count in numbers.dropped_spans.items() if reason not in COPIES}
    say(f"Lost spans:     {_summed(spans)}")
    if copies:
        say(f"Unsent copies:  {_summed(copies)}")


def _summed(losses: Mapping[str, int]) -> str:
    reasons = ", ".join(f"{visible(reason)}: {count:,}" for reason, count in losses.items() if count)
    return f"{sum(losses.values()):,}" + (f"  ({reasons})" if reasons else "")
