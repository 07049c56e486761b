"""`agent-inspector restore`: the content of a backup in the place of the store's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent_inspector.cli.progress import progress_bar
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.config import get_config
from agent_inspector.store import open_store


def restore(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the runs that the store holds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Put the content of a backup in the place of the store's.

    The backup is checked first. A store that holds runs is replaced only with --force.

    Exit code: 0 done; 1 the backup is not sound, or runs would be lost.
    """
    config = get_config()
    store = open_store(config)
    try:
        with progress_bar("Restoring") as progress:
            runs = store.restore(path.expanduser().absolute(), overwrite=force, progress=progress)
    finally:
        store.close()
    if as_json:
        say_json({"path": config.db_path, "runs": runs})
    else:
        say(f"Restored {runs:,} runs to {visible(config.db_path)}.")
