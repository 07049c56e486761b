"""`agent-inspector vacuum`: the space of deleted runs goes back to the disk."""

from __future__ import annotations

from typing import Annotated

import typer

from agent_inspector.cli.changing import changed_store
from agent_inspector.cli.progress import progress_bar
from agent_inspector.cli.terminal import say, say_json, size


def vacuum(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Give the space of deleted runs back to the disk, and wipe what they left in the file.

    Needs as much free space as the store takes. Programs that record wait meanwhile, and lose nothing.

    Exit code: 0 done; 1 it could not be done.
    """
    with changed_store() as store, progress_bar("Vacuuming"):  # SQLite does not say how far it is
        report = store.vacuum()
    if as_json:
        say_json(report)
    else:
        say(f"Size on disk: {size(report.bytes_before)} before, {size(report.bytes_after)} after.")
