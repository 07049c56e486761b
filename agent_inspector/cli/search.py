"""`agent-inspector search`: steps by what was said in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, get_args

import typer
from rich.text import Text

from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.tables import draw_table, plain, sentence_text, status_text
from agent_inspector.cli.terminal import moment, say, say_json
from agent_inspector.model import SearchHit, SearchPage, Status, StepFilter, StepKind
from agent_inspector.query import QueryError
from agent_inspector.query import search as search_store

_KINDS: Final = get_args(StepKind)
_STATUSES: Final = get_args(Status)
_SHORT_ID: Final = 8
_SAID: Final = {
    "index": "Found by the index.",
    "scan": "Found by reading the content of {scanned:,} steps: they are encrypted, or not indexed.",
    "index and scan": "Found by the index, and by reading {scanned:,} steps that it does not cover.",
    "columns": "Found by what is known of each step; no words were searched for.",
}


def _one_of(choices: Sequence[str]) -> typer.models.OptionInfo:
    def check(text: str | None) -> str | None:
        if text is not None and text not in choices:
            raise typer.BadParameter(f"'{text}' is not one of {', '.join(choices)}.")
        return text

    option: typer.models.OptionInfo = typer.Option(callback=check, help=f"Only {' | '.join(choices)}.")
    return option


def search(  # noqa: PLR0913 (each is an option of the command)
    text: Annotated[
        str, typer.Argument(help='Words, all of which a step must hold; "words in quotes" as they stand.')
    ] = "",
    kind: Annotated[str | None, _one_of(_KINDS)] = None,
    status: Annotated[str | None, _one_of(_STATUSES)] = None,
    model: Annotated[str | None, typer.Option(help="Only steps of this model.")] = None,
    tool: Annotated[str | None, typer.Option(help="Only steps of this tool.")] = None,
    user: Annotated[str | None, typer.Option(help="Only runs of this user.")] = None,
    session: Annotated[str | None, typer.Option(help="Only runs of this session.")] = None,
    tag: Annotated[
        str | None,
        typer.Option(help="Only runs with this key=value in their metadata, this key, or this tag."),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only steps begun at this local time or later.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Only steps begun at this local time or earlier.")
    ] = None,
    min_tokens: Annotated[int | None, typer.Option(help="Only steps of at least so many tokens.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Only steps of at most so many tokens.")] = None,
    min_cost: Annotated[
        float | None, typer.Option(help="Only steps that cost at least so many US dollars.")
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option(help="Only steps that cost at most so many US dollars.")
    ] = None,
    min_duration: Annotated[
        float | None, typer.Option(help="Only steps that took at least so many ms.")
    ] = None,
    max_duration: Annotated[
        float | None, typer.Option(help="Only steps that took at most so many ms.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="At most so many steps.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Where the search before stopped.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Search prompts, answers, arguments, results and errors, newest first.

    A word counts where it begins one, whatever its case. Without words, the options alone decide.

    Exit code: 0 also when nothing is found; 1 it could not be searched, such as without its key.
    """
    matching = StepFilter(
        kind=kind,  # type: ignore[arg-type]  # checked by the option
        model=model,
        tool=tool,
        status=status,  # type: ignore[arg-type]  # checked by the option
        user_id=user,
        session_id=session,
        tag=tag,
        started_after=_to_ms(since),
        started_before=_to_ms(until),
        min_tokens=min_tokens,
        max_tokens=max_tokens,
        min_cost_usd=min_cost,
        max_cost_usd=max_cost,
        min_duration_ms=min_duration,
        max_duration_ms=max_duration,
    )
    with opened_store() as store:
        page = search_store(store, text, matching, limit=limit, cursor=cursor)
    if page.way == "no words":
        raise QueryError("There is no word to search for; give some letters or digits.")
    if as_json:
        say_json(page)
    else:
        _print(page)


def _to_ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def _print(page: SearchPage) -> None:
    if page.hits:
        draw_table(("run", "step", "started", "status", "what"), (_row(hit) for hit in page.hits))
    else:
        say("No such steps are recorded." if page.next_cursor is None else "Nothing was found yet.")
    say(_SAID[page.way].format(scanned=page.scanned_steps))
    if page.next_cursor:
        say(f"There may be more: --cursor {page.next_cursor}")


def _row(hit: SearchHit) -> Sequence[Text]:
    what = plain(hit.snippet) if hit.snippet else sentence_text(hit.step.sentence)
    return (
        plain(hit.run_id[:_SHORT_ID]),
        plain(f"{hit.step.number} {hit.step.kind}"),
        plain(moment(hit.step.timestamp)),
        status_text(hit.step.status),
        what,
    )
