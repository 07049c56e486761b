"""`agent-inspector check`: whether everything that is stored can be read."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from agent_inspector.cli.progress import progress_bar
from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.query import Soundness, check_soundness

_FIELDS: Final = ("runs", "steps", "structure", "damaged", "locked")
_MOST_NAMED: Final = 20


def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Read everything that is stored, and say what of it is damaged.

    Looks at the file, then at the content of every step; programs go on recording meanwhile.

    Exit code: 0 all is whole; 1 something is damaged, or the store cannot be read.
    """
    with opened_store() as store, progress_bar("Checking") as progress:
        found = check_soundness(store, progress)
    if as_json:
        say_json({"sound": found.is_sound, **{name: getattr(found, name) for name in _FIELDS}})
    else:
        _print(found)
    if not found.is_sound:
        raise typer.Exit(1)


def _print(found: Soundness) -> None:
    if found.structure:
        say(f"The file is damaged, says SQLite: {visible(found.structure[0])}.")
    damaged = sum(run.damaged for run in found.damaged)
    say(
        f"{found.steps - damaged - found.locked:,} of {found.steps:,} steps of {found.runs:,} runs are whole."
    )
    if found.locked:
        say(f"{found.locked:,} are encrypted with a key that is not at hand, and were not looked into.")
    for run in found.damaged[:_MOST_NAMED]:
        say(f"  {run.run_id}  {run.damaged:,} of {run.steps:,} steps cannot be read")
    if len(found.damaged) > _MOST_NAMED:
        say(f"  and {len(found.damaged) - _MOST_NAMED:,} more runs, which --json names")
    if not found.is_sound:
        say("Save what is whole: agent-inspector export --all --skip-damaged --format otlp --output FILE")
        say("Then restore a backup, or import that file into a new store.")
