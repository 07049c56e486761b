"""`agent-inspector backup`: a copy of the whole store, made while programs go on recording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent_inspector.cli.progress import progress_bar
from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import say, say_json, size, visible


def backup(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to put the copy.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Copy the whole store to a file that only you can read.

    The copy is checked before it gets its name. What is encrypted stays encrypted: keep the keys, too.

    Exit code: 0 done; 1 there is a file already, or it could not be done.
    """
    target = path.expanduser().absolute()
    with opened_store() as store, progress_bar("Backing up") as progress:
        count = store.back_up(target, overwrite=force, progress=progress)
    if as_json:
        say_json({"path": str(target), "bytes": count})
    else:
        say(f"Wrote {visible(str(target))} ({size(count)}).")
