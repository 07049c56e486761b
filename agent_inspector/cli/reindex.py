"""`agent-inspector reindex`: what is stored, read again by today's dialects."""

from __future__ import annotations

from typing import Annotated

import typer

from agent_inspector.cli.changing import changed_store
from agent_inspector.cli.progress import progress_bar
from agent_inspector.cli.terminal import say, say_json
from agent_inspector.reindexing import reindex as reindex_store


def reindex(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Read every stored step again, after an update or a change of prices; what was recorded stays as it is.

    Works in small transactions while programs go on recording; stopped halfway, it can be run again.

    Exit code: 0 done; 1 it could not be done.
    """
    with changed_store() as store, progress_bar("Reading") as progress:
        report = reindex_store(store, progress)
    if as_json:
        say_json(report)
        return
    say(f"Read {report.steps:,} steps of {report.runs:,} runs; {report.changed:,} are read otherwise now.")
    if report.unreadable:
        say(f"{report.unreadable:,} damaged steps stay as they were.")
