"""`agent-inspector delete`: runs and everything that was recorded of them, for good."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from agent_inspector.cli.changing import changed_store
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.errors import InspectorError
from agent_inspector.model import Run
from agent_inspector.query import get_run


def delete(
    run_ids: Annotated[
        list[str], typer.Argument(metavar="RUN...", help="Ids of the runs, or their first digits.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Delete runs that are still running, too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Delete runs with everything that was recorded of them.

    Their words are wiped from the file, too. A backup keeps what it holds.

    Exit code: 0 deleted; 1 a run is unknown or still running, and nothing was deleted.
    """
    with changed_store() as store:
        chosen = list({run.id: run for run in (get_run(store, run_id) for run_id in run_ids)}.values())
        _refuse_running(chosen, force)
        if not yes:
            _ask(chosen)
        deleted = store.delete_runs([run.id for run in chosen], force=force)
        store.sweep()
    if as_json:
        say_json({"deleted": deleted})
        return
    for run in chosen:
        if run.id in deleted:
            say(f"Deleted {visible(run.name)} ({run.id}), {run.step_count:,} steps.")


def _refuse_running(runs: Sequence[Run], force: bool) -> None:
    running = [run for run in runs if run.status == "running"]
    if running and not force:
        raise InspectorError(
            f"The run {running[0].id} is still running; wait for its end, or add --force. Nothing was deleted."
        )


def _ask(runs: Sequence[Run]) -> None:
    if sys.stdin.isatty() and sys.stderr.isatty():
        names = ", ".join(visible(run.name) for run in runs[:3]) + (" ..." if len(runs) > 3 else "")
        typer.confirm(f"Delete {len(runs)} run(s) for good: {names}?", abort=True, err=True)
