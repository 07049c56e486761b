"""`agent-inspector runs`: recorded runs, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, cast, get_args

import typer
from rich.text import Text

from agent_inspector.cli.judging import judge_all
from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.tables import draw_table, plain, status_text
from agent_inspector.cli.terminal import duration, moment, money, say, say_json
from agent_inspector.model import FindingClass, Run, RunFilter, RunPage, Status
from agent_inspector.query import list_runs

_STATUSES: Final = get_args(Status)
_CLASSES: Final = get_args(FindingClass)
_SHORT_ID: Final = 8
"""Digits of a run's id that are shown: enough to name it to `show` and `export`."""


def _known_status(text: str | None) -> str | None:
    return _known(text, _STATUSES)


def _known_class(text: str | None) -> str | None:
    return _known(text, _CLASSES)


def _known(text: str | None, words: Sequence[str]) -> str | None:
    if text is not None and text not in words:
        raise typer.BadParameter(f"'{text}' is not one of {', '.join(words)}.")
    return text


def runs(  # noqa: PLR0913 (the options of a command)
    status: Annotated[
        str | None, typer.Option(callback=_known_status, help=f"Only runs that are {' | '.join(_STATUSES)}.")
    ] = None,
    search: Annotated[str | None, typer.Option(help="Only runs whose name contains this text.")] = None,
    finding: Annotated[
        str | None,
        typer.Option(
            callback=_known_class, metavar="CLASS", help="Only runs in which rules found this, such as loop."
        ),
    ] = None,
    setup: Annotated[
        bool, typer.Option("--setup", help="Also runs that only prepare others, or are plumbing.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many runs.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """List recorded runs, newest first.

    With --finding, runs that changed since rules looked at them are judged first.
    """
    chosen = RunFilter(
        status=cast("Status | None", status),
        search=search,
        finding=cast("FindingClass | None", finding),
        setup=None if setup else False,
    )
    with opened_store() as store:
        if finding:
            judge_all()
        page = list_runs(store, chosen, limit=limit)
    if as_json:
        say_json(page)
    else:
        _print(page)


def _print(page: RunPage) -> None:
    if not page.runs:
        say("No such runs are recorded.")
        _print_left_out(page)
        return
    titles = ("id", "started", "status", "took", "steps", "cost", "name", "outcome")
    draw_table(titles, (_row(run) for run in page.runs))
    if page.total > len(page.runs):
        say(f"{len(page.runs)} of {page.total:,} runs; more with --limit.")
    _print_left_out(page)


def _print_left_out(page: RunPage) -> None:
    if page.setup_runs:
        say(f"{page.setup_runs:,} without a step of an agent, setup or plumbing, with --setup.")


def _row(run: Run) -> Sequence[Text]:
    return (
        plain(run.id[:_SHORT_ID]),
        plain(moment(run.started_at)),
        status_text(run.status),
        plain(duration(run.duration_ms)),
        plain(f"{run.step_count:,}"),
        plain(money(run.cost_usd)),
        plain(run.name),
        plain(run.outcome),
    )
