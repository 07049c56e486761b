"""`agent-inspector run`: start a program under OpenTelemetry's auto-instrumentation, recording into our store."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from agent_inspector.cli.terminal import visible
from agent_inspector.launching import find_instrument, instrumented, program_name
from agent_inspector.trace.process import RUN_VARIABLE

_SERVERS: Final = frozenset(
    [
        "uvicorn",
        "gunicorn",
        "hypercorn",
        "daphne",
        "waitress-serve",
        "flask",
        "django-admin",
        "celery",
        "dramatiq",
        "streamlit",
        "runserver",
    ]
)
"""Programs that handle many requests: one run for all of them would tell nobody anything."""

_NOT_FOUND: Final = 127
"""What a shell returns for a command that does not exist."""


def run(
    context: typer.Context,
    command: Annotated[
        list[str],
        typer.Argument(metavar="COMMAND", help="The program and its arguments.", show_default=False),
    ],
    name: Annotated[
        str | None, typer.Option(help="Name of the run; without it that of the program.", show_default=False)
    ] = None,
    one_run: Annotated[
        bool | None,
        typer.Option(
            "--one-run/--run-per-trace",
            help="Record the program as one run, or each of its traces as a run; without it one run, "
            "except for servers such as uvicorn.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run a program and record what its agents do, without changing its code.

    Example: agent-inspector run -- python app.py --verbose

    The program keeps its input, output, signals and exit code. Settings such as OTEL_TRACES_EXPORTER
    are respected: `OTEL_TRACES_EXPORTER=agent_inspector,otlp` also sends to an OTLP backend.
    """
    arguments = [*command, *context.args]
    if shutil.which(arguments[0]) is None:
        _refuse(arguments[0])
    environment = instrumented(os.environ)
    if one_run or (one_run is None and not _is_server(arguments)):
        environment[RUN_VARIABLE] = name or program_name(arguments)
    _become([find_instrument(), *arguments], environment)


def _is_server(arguments: list[str]) -> bool:
    return any(Path(argument).name in _SERVERS for argument in arguments[:4])


def _become(arguments: list[str], environment: Mapping[str, str]) -> NoReturn:
    if os.name == "posix":
        os.execve(arguments[0], arguments, environment)
    # Elsewhere, exec would return to the shell before the program ends.
    sys.exit(subprocess.run(arguments, env=environment, check=False).returncode)


def _refuse(name: str) -> NoReturn:
    hint = "; check its name, or give its whole path"
    if name.endswith(".py"):
        hint = f"; to run a Python file, write: agent-inspector run -- python {visible(name)}"
    typer.echo(f"agent-inspector: There is no command {visible(name)}{hint}.", err=True)
    raise typer.Exit(_NOT_FOUND)
