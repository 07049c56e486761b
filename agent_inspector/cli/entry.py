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
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> NoReturn:
    """Run the command line and exit."""
    print_any_character()
    log_to_terminal()
    try:
        # Not on its own: typer would draw boxes around what is wrong, and end the process.
        code = app(prog_name="agent-inspector", standalone_mode=False)
    except typer.Abort:
        _fail("Nothing was done.", 1)
    except InspectorError as error:
        _fail(str(error), 2 if isinstance(error, ConfigError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _fail(f"{error.strerror or type(error).__name__}{where}.", 1)
    except Exception as error:
        if (sentence := _wrong_use(error)) is not None:
            _fail(sentence, 2)
        if os.environ.get("TRACE_LOG_LEVEL", "").upper() == "DEBUG":
            raise
        _fail(
            f"This should not have happened ({type(error).__name__}: {error}); "
            "run it again with TRACE_LOG_LEVEL=DEBUG to see where.",
            1,
        )
    sys.exit(code if isinstance(code, int) else 0)


@app.callback()
def open_command(
    context: typer.Context,
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
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"agent-inspector {__version__}")
        raise typer.Exit


def _wrong_use(error: Exception) -> str | None:
    """Return the sentence that says how the command was used wrongly; None for every other error."""
    # click's UsageError, which some versions of typer take from click and some carry inside of themselves.
    if not any(kind.__name__ == "UsageError" for kind in type(error).__mro__):
        return None
    told = " ".join(error.format_message().split())  # type: ignore[attr-defined]  # it has it
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "agent-inspector"
    return f"{told.replace('Value error, ', '')}{'' if told.endswith(('.', '?')) else '.'} See {path} --help."


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(f"agent-inspector: {visible(sentence)}", err=True)
    sys.exit(code)
