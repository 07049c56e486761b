"""`agent-inspector conformance`: how well recorded traffic of agents is read, dialect by dialect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from agent_inspector.cli.progress import progress_bar
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.config import get_config
from agent_inspector.conformance import Report, Score, load_corpus, play
from agent_inspector.conformance.scores import FIELDS, percent
from agent_inspector.json_text import to_json

_WORST: Final = 4


def conformance(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of the corpus.", show_default=False)
    ],
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only this DIALECT or DIALECT/SCENARIO; may be given again.", show_default=False),
    ] = None,
    show_misses: Annotated[int, typer.Option(min=0, help="List so many values that were read wrong.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Judge how recorded OTLP traffic is read, against what is known of it.

    Every recording goes into an empty store, as an exporter would send it; your own store is not touched.
    """
    corpus = load_corpus(folder, only or ())
    with progress_bar("Reading") as progress:
        report = play(corpus, get_config(), progress)
    if as_json:
        say_json(report.to_json())
    else:
        _print(report, show_misses)


def _print(report: Report, show_misses: int) -> None:
    right, expected = report.right, report.expected
    say(f"{'dialect':34}{'right':>8}{'expected':>10}{'percent':>10}   worst fields")
    for name, score in report.dialects.items():
        line = _line(visible(name), score.right.total(), score.expected.total())
        say(f"{line}   {_worst(score)}".rstrip())
    say(f"\n{'field':34}{'right':>8}{'expected':>10}{'percent':>10}")
    for name in FIELDS:
        if expected[name]:
            say(_line(name, right[name], expected[name]))
    share = percent(right.total(), expected.total())
    say(
        f"\noverall {right.total()}/{expected.total()} = {share:.1f} %"
        f"   mean over dialects {report.mean_over_dialects:.1f} %"
        f"   mean over fields {report.mean_over_fields:.1f} %"
    )
    exact, scenarios = right["total_tokens"], expected["total_tokens"]
    say(f"exact token totals: {exact}/{scenarios} scenarios = {percent(exact, scenarios):.1f} %")
    _print_misses(report, show_misses)


def _line(name: str, right: int, expected: int) -> str:
    return f"{name:34}{right:8}{expected:10}   {percent(right, expected):5.1f} %"


def _worst(score: Score) -> str:
    missed = score.expected - score.right
    worst = sorted(missed.items(), key=lambda item: (-item[1], item[0]))[:_WORST]
    return ", ".join(f"{name} -{count}" for name, count in worst)


def _print_misses(report: Report, most: int) -> None:
    misses = [miss for score in report.dialects.values() for miss in score.misses]
    if not (misses and most):
        return
    say(f"\nmisses ({min(most, len(misses))} of {len(misses)}):")
    for miss in misses[:most]:
        wanted, got = (to_json(value).decode() for value in (miss.expected, miss.got))
        say(visible(f"  {miss.where}  {miss.field}: expected {wanted}, got {got}"))
