"""main: the border between the command and the person: every failure becomes one sentence and an exit code.

0 done; 1 it could not be done; 2 it was asked for wrongly; 130 interrupted with Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from agent_inspector.cli.logs import log_to_terminal
from agent_inspector.cli.terminal import print_any_character, visible
from agent_inspector.cli.verbs import VerbGroup
from agent_inspector.errors import ConfigError, InspectorError
from agent_inspector.version import __version__

app = typer.Typer(
    cls=VerbGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> NoReturn:
    """Run the command line and exit."""
    print_any_character()
    log_to_terminal()
    try:
        app(prog_name="agent-inspector")
    except InspectorError as error:
        _fail(str(error), 2 if isinstance(error, ConfigError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _fail(f"{error.strerror or type(error).__name__}{where}.", 1)
    except Exception as error:
        if os.environ.get("TRACE_LOG_LEVEL", "").upper() == "DEBUG":
            raise
        _fail(
            f"This should not have happened ({type(error).__name__}: {error}); "
            "run it again with TRACE_LOG_LEVEL=DEBUG to see where.",
            1,
        )
    sys.exit(0)


@app.callback()
def open_command(
    db: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Use the store in this file, as TRACE_DB_PATH does.", show_default=False
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say the version and exit.", is_eager=True, callback=lambda on: _version(on)
        ),
    ] = False,
) -> None:
    """See why your agent behaved this way: record its steps on this machine, and look at them."""
    if db is not None:
        os.environ["TRACE_DB_PATH"] = str(db)  # so that a program started by `run` records there, too


def _version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"agent-inspector {__version__}")
        raise typer.Exit


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(f"agent-inspector: {visible(sentence)}", err=True)
    sys.exit(code)
