"""`agent-inspector doctor`: what stands in the way of recording, and the fix."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

import typer

from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.config import get_config
from agent_inspector.diagnosis import Check, check_installation, check_program, check_settings, check_store
from agent_inspector.errors import InspectorError
from agent_inspector.store import open_store

_MARKS: Final = {"ok": "ok      ", "warning": "warning ", "problem": "PROBLEM "}


def doctor(
    context: typer.Context,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND]", help="A program to run and to look into.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Find what stands in the way of recording, and name the fix.

    Without a program: the installation, the settings, and the latest runs of the store. With one, after `--`:
    it is run under instrumentation, and what it records is looked at and thrown away.

    Exit code: 0 nothing is broken; 1 something is.
    """
    arguments = [*(command or []), *context.args]
    config = get_config()
    found = [*check_installation(), *check_settings(config, os.environ)]
    if arguments:
        if shutil.which(arguments[0]) is None:
            raise InspectorError(f"There is no command {arguments[0]}.")
        found += check_program(arguments, config, os.environ)
    elif Path(config.db_path).exists():
        with closing(open_store(config, read_only=True)) as store:
            found += check_store(store)
    if as_json:
        say_json({"checks": found})
    else:
        _print(found)
    if any(check.verdict == "problem" for check in found):
        raise typer.Exit(1)


def _print(found: Sequence[Check]) -> None:
    for check in found:
        say(f"{_MARKS[check.verdict]} {visible(check.name)}: {visible(check.found)}")
        if check.fix:
            say(f"          fix: {visible(check.fix)}")
