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
from agent_inspector.errors import InspectorError

_NOT_FOUND: Final = 127
"""What a shell returns for a command that does not exist."""


def run(
    context: typer.Context,
    command: Annotated[
        list[str],
        typer.Argument(metavar="COMMAND", help="The program and its arguments.", show_default=False),
    ],
) -> None:
    """Run a program and record what its agents do, without changing its code.

    Example: agent-inspector run -- python app.py --verbose

    The program keeps its input, output, signals and exit code. Settings such as OTEL_TRACES_EXPORTER
    are respected: `OTEL_TRACES_EXPORTER=agent_inspector,otlp` also sends to an OTLP backend.
    """
    arguments = [*command, *context.args]
    if shutil.which(arguments[0]) is None:
        _refuse(arguments[0])
    _become([_find_instrument(), *arguments], instrumented(os.environ))


def instrumented(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which OpenTelemetry records into our store."""
    ours = {"OTEL_PYTHON_DISTRO": "agent_inspector", "OTEL_PYTHON_CONFIGURATOR": "agent_inspector"}
    return {"OTEL_TRACES_EXPORTER": "agent_inspector", **environment, **ours}


def _become(arguments: list[str], environment: Mapping[str, str]) -> NoReturn:
    if os.name == "posix":
        os.execve(arguments[0], arguments, environment)
    # Elsewhere, exec would return to the shell before the program ends.
    sys.exit(subprocess.run(arguments, env=environment, check=False).returncode)


def _find_instrument() -> str:
    """Return `opentelemetry-instrument` of this very Python environment, whatever PATH says."""
    found = shutil.which("opentelemetry-instrument", path=str(Path(sys.executable).parent))
    if found is None:
        raise InspectorError(
            "The command opentelemetry-instrument is missing beside this Python; "
            "install it with: pip install opentelemetry-instrumentation."
        )
    return found


def _refuse(name: str) -> NoReturn:
    hint = ""
    if name.endswith(".py"):
        hint = f"; to run a Python file, write: agent-inspector run -- python {visible(name)}"
    typer.echo(f"agent-inspector: There is no command {visible(name)}{hint}.", err=True)
    raise typer.Exit(_NOT_FOUND)
