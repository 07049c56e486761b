"""`agent-inspector test-from`: a pytest file that asserts what the agent did in a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.errors import InspectorError
from agent_inspector.testing.writing import Start, write_test


def from_run(  # noqa: PLR0913 (each is an option of the command)
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(help="Id of the run, or its first digits.")],
    command: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COMMAND]", help="The program that is the agent, after --.", show_default=False
        ),
    ] = None,
    call: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:FUNCTION", help="Call this function instead of a program.", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this new file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Write a pytest file that starts the agent and asserts that it does what it did in this run.

    Example: agent-inspector test-from 8c41 -o tests/test_desk.py -- python desk.py

    Exit code: 0 done; 1 there is no such run, or the file is there already.
    """
    program = [*(command or ()), *context.args]
    if bool(program) == bool(call):
        raise typer.BadParameter(
            "say how to start the agent: with -- python app.py, or with --call MODULE:FUNCTION."
        )
    with opened_store() as store:
        text = write_test(store, run_id, Start(program, call))
    if output is not None:
        _write(output, text)
    if as_json:
        say_json({"file": output and str(output), "text": text})
    elif output is None:
        say(visible(text, keep_lines=True).rstrip("\n"))
    else:
        typer.echo(f"Wrote {visible(str(output))}; run it with: pytest {visible(str(output))}", err=True)


def _write(output: Path, text: str) -> None:
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise InspectorError(f"The file {output} is there already; name another one.") from error
