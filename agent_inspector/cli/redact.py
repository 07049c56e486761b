"""`agent-inspector redact`: what the rules remove from a text, a file or a run; a removed value is never shown."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.tables import draw_table
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.pipeline import explain as explain_value
from agent_inspector.pipeline import redact_value
from agent_inspector.query import get_run, list_details


def redact(
    text: Annotated[
        str | None, typer.Argument(help="The text; without it standard input.", show_default=False)
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read the text from this file.", show_default=False)
    ] = None,
    run_id: Annotated[
        str | None,
        typer.Option(
            "--run", metavar="RUN_ID", help="Show what was removed from this run.", show_default=False
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the place and the rule of each removal.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Show what redaction removes, by the settings in force. A removed value is never shown.

    Exit code: 0 done; 1 there is no such run or file; 2 more than one thing was given.
    """
    if sum(given is not None for given in (text, file, run_id)) > 1:
        raise typer.BadParameter("Give a text, --file or --run, only one of them.")
    if run_id is not None:
        _print_found(_removed_from_run(run_id), as_json=as_json)
        return
    content = _read(file) if text is None else text
    if explain:
        _print_found(_count(explain_value(content)), as_json=as_json)
    elif as_json:
        say_json({"text": redact_value(content)})
    else:
        redacted = str(redact_value(content)).removesuffix("\n")
        say(visible(redacted, keep_lines=True) if sys.stdout.isatty() else redacted)


def _read(file: Path | None) -> str:
    content = sys.stdin.buffer.read() if file is None else file.read_bytes()
    return content.decode("utf-8", "backslashreplace")


def _removed_from_run(run_id: str) -> Sequence[dict[str, Any]]:
    """Return what each rule removed from each step when it was recorded."""
    with opened_store() as store:
        steps = list_details(store, get_run(store, run_id).id)
    return [
        {"place": f"step {step.step.number}", "rule": rule, "count": count}
        for step in steps
        for rule, count in step.redactions.items()
    ]


def _count(found: Iterable[tuple[str, str]]) -> Sequence[dict[str, Any]]:
    counts = Counter(found)
    return [{"place": place, "rule": rule, "count": count} for (place, rule), count in counts.items()]


def _print_found(found: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        say_json({"removed": found, "total": sum(entry["count"] for entry in found)})
    elif found:
        rows = ((entry["rule"], str(entry["count"]), entry["place"]) for entry in found)
        draw_table(("rule", "count", "place"), rows)
    else:
        say("Nothing is removed.")
