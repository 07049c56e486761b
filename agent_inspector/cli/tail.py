"""`agent-inspector tail`: steps of all runs as they end."""

from __future__ import annotations

from typing import Annotated

import typer

from agent_inspector.cli.follow import Follower, print_json_lines, print_lines
from agent_inspector.cli.reading import opened_store
from agent_inspector.query import get_run


def tail(
    run_id: Annotated[
        str | None, typer.Argument(help="Follow only this run, until it ends.", show_default=False)
    ] = None,
    all_steps: Annotated[
        bool, typer.Option("--all", help="Show plumbing, such as HTTP requests, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print each step as JSON on its own line.")] = False,
) -> None:
    """Follow runs as they happen: one line for each step that ends, until Ctrl-C.

    Exit code: 0 the run that was followed has ended; 130 stopped with Ctrl-C.
    """
    with opened_store() as store:
        follower = Follower(store, print_json_lines if as_json else print_lines, all_steps=all_steps)
        if run_id is None:
            follower.watch()
        else:
            follower.follow(get_run(store, run_id).id)
