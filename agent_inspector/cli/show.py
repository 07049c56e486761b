"""`agent-inspector show`: one run as a tree of its steps, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer
from rich.text import Text

from agent_inspector.cli.follow import Follower, print_json_lines, print_lines
from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.tables import draw_table, plain, sentence_text, status_text
from agent_inspector.cli.terminal import duration, moment, money, say, say_json, visible
from agent_inspector.errors import NotFound
from agent_inspector.model import Run, RunFilter, Step
from agent_inspector.query import get_run, list_runs, list_steps
from agent_inspector.store import SpanStore

_DEEPEST: Final = 12
"""Levels of indentation; deeper steps stay at this one, so that their text keeps room."""


def show(
    run_id: Annotated[
        str | None,
        typer.Argument(
            help="Id of the run, or its first digits; without it the newest run.", show_default=False
        ),
    ] = None,
    all_steps: Annotated[
        bool, typer.Option("--all", help="Show plumbing, such as HTTP requests, too.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", "-F", help="Print steps as they end, until the run ends.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Show one run step by step. Without an id: the newest run.

    Exit code: 0 done; 1 there is no such run.
    """
    with opened_store() as store:
        run = get_run(store, run_id or _newest(store))
        if follow:
            Follower(store, print_json_lines if as_json else print_lines, all_steps=all_steps).follow(run.id)
            return
        steps = list_steps(store, run.id)
    if as_json:
        say_json({"run": run, "steps": steps})
        return
    _print_summary(run)
    rows = (_row(step, depth) for step, depth in in_tree_order(steps) if all_steps or not step.framework)
    draw_table(("#", "at", "took", "kind", "status", "step"), rows)


def in_tree_order(steps: Sequence[Step]) -> Iterator[tuple[Step, int]]:
    """Yield each step once with its depth, parents before children; a step without its parent stands at the top."""
    known = {step.id for step in steps}
    children: dict[str | None, list[Step]] = {}
    for step in steps:
        parent = step.parent_event_id if step.parent_event_id in known else None
        children.setdefault(None if parent == step.id else parent, []).append(step)
    seen: set[str] = set()
    pending = [(step, 0) for step in reversed(children.get(None, []))]
    while pending:
        step, depth = pending.pop()
        seen.add(step.id)
        yield step, depth
        pending.extend((child, depth + 1) for child in reversed(children.get(step.id, [])))
    # Spans whose parents form a circle have no top; show them all the same.
    yield from ((step, 0) for step in steps if step.id not in seen)


def _newest(store: SpanStore) -> str:
    page = list_runs(store, RunFilter(), limit=1)
    if not page.runs:
        raise NotFound(
            "No runs are recorded yet; record one with: agent-inspector run -- python your_app.py."
        )
    return page.runs[0].id


def _print_summary(run: Run) -> None:
    tokens = " + ".join(f"{count:,}" for count in (run.tokens.input, run.tokens.output) if count is not None)
    say(f"{visible(run.name)}  ({run.id})")
    say(f"{run.status}, {moment(run.started_at)}, took {duration(run.duration_ms)}")
    say(f"{visible(run.outcome)}")
    say(
        f"{run.step_count:,} steps, {run.llm_calls:,} LLM calls, {run.tool_calls:,} tool calls, "
        f"{run.error_count:,} errors, tokens {tokens or '-'}, cost {money(run.cost_usd)}"
    )
    if run.dropped_spans:
        say(f"{run.dropped_spans:,} spans of its process were lost; raise TRACE_QUEUE_SIZE to keep them.")
    say()


def _row(step: Step, depth: int) -> Sequence[Text]:
    return (
        plain(str(step.number)),
        plain(f"+{duration(step.offset_ms)}"),
        plain(duration(step.duration_ms)),
        plain(step.kind),
        status_text(step.status),
        Text("  " * min(depth, _DEEPEST)) + sentence_text(step.sentence),
    )
