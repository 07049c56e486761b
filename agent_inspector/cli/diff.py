"""`agent-inspector diff`: two runs side by side, where they part, and what differs before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated, Final

import typer
from rich.text import Text

from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.tables import draw_table, plain, sentence_text
from agent_inspector.cli.terminal import moment, say, say_json, visible
from agent_inspector.model import ComparedStep, Comparison, Difference, Run
from agent_inspector.query import compare

_MARKS: Final = {"same": "=", "similar": "≈", "different": "≠", "only_a": "A", "only_b": "B"}
_FEWEST_FOLDED: Final = 3
"""Steps in a row that are the same are folded from so many on."""


def diff(
    run_a: Annotated[str, typer.Argument(metavar="A", help="Id of a run, or its first digits.")],
    run_b: Annotated[
        str | None,
        typer.Argument(
            metavar="[B]",
            help="Id of the other run; without it the completed run of the same name with the nearest input.",
            show_default=False,
        ),
    ] = None,
    all_steps: Annotated[bool, typer.Option("--all", help="Show every step that is the same, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Compare two runs: where they part, what differs before and after, and each step beside its like.

    = the same, ≈ the same call with another outcome or other words, ≠ another call, A or B only there.

    Exit code: 0 compared, whether they differ or not; 1 there is no such run, or none to compare with.
    """
    with opened_store() as store:
        comparison = compare(store, run_a, run_b)
    if as_json:
        say_json(comparison)
        return
    _print_runs(comparison)
    _print_parting(comparison)
    draw_table(("", "A", "B", "step", "differs"), _rows(comparison, all_steps=all_steps))


def _print_runs(comparison: Comparison) -> None:
    for mark, run in (("A", comparison.a), ("B", comparison.b)):
        say(f"{mark}  {_summary(run)}")
    if comparison.partner_reason:
        say(f"   {visible(comparison.partner_reason)}")
    say()


def _summary(run: Run) -> str:
    outcome = visible(run.outcome.replace("**", ""))
    return f"{run.id[:8]}  {visible(run.name)}, {run.status}, {moment(run.started_at)}: {outcome}"


def _print_parting(comparison: Comparison) -> None:
    parting = comparison.divergence
    say(visible(parting.sentence) if parting else "The runs did the same from beginning to end.")
    _print_differences("Differs before", comparison.before)
    if parting and not comparison.before:
        say("Differs before: nothing that is recorded.")
    _print_differences("Differs after", comparison.after)
    if comparison.same:
        say(f"Same: {', '.join(word.replace('_', ' ') for word in comparison.same)}.")
    say()


def _print_differences(title: str, differences: Sequence[Difference]) -> None:
    if differences:
        say(f"{title}:")
    for difference in differences:
        say(f"  {difference.what.replace('_', ' ')}: {visible(difference.sentence)}")


def _rows(comparison: Comparison, *, all_steps: bool) -> Iterator[Sequence[Text]]:
    parting = comparison.divergence
    numbered = list(enumerate(comparison.rows))
    for is_same, group in groupby(numbered, key=lambda row: row[1].relation == "same"):
        rows = list(group)
        if is_same and not all_steps and len(rows) >= _FEWEST_FOLDED:
            yield _folded(rows[0][1], rows[-1][1], len(rows))
            continue
        for number, row in rows:
            if parting and parting.row == number:
                yield (
                    plain(""),
                    plain(""),
                    plain(""),
                    Text("── the runs part here ──", style="bold"),
                    plain(""),
                )
            yield from _row(row)


def _folded(first: ComparedStep, last: ComparedStep, count: int) -> Sequence[Text]:
    spans = (
        f"{start.number}-{end.number}" if start and end else ""
        for start, end in ((first.a, last.a), (first.b, last.b))
    )
    return plain("="), *(plain(span) for span in spans), plain(f"{count} steps are the same"), plain("")


def _row(row: ComparedStep) -> Iterator[Sequence[Text]]:
    a, b = (plain(str(step.number) if step else "") for step in (row.a, row.b))
    sentences = [sentence_text(step.sentence) for step in (row.a, row.b) if step]
    is_told_once = len(sentences) == 1 or sentences[0] == sentences[1]
    differs = plain(", ".join(row.differences))
    mark = plain(_MARKS[row.relation])
    if is_told_once:
        yield mark, a, b, sentences[0], differs
        return
    yield mark, a, plain(""), sentences[0], differs
    yield plain(""), plain(""), b, sentences[1], plain("")
