"""Tables and coloured lines, drawn by rich; colour only where a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent_inspector.cli.terminal import visible
from agent_inspector.model import Status

_WIDTH_WITHOUT_TERMINAL: Final = 200
_STYLES: Final[dict[str, str]] = {
    "running": "cyan",
    "completed": "green",
    "failed": "bold red",
    "cancelled": "yellow",
    "interrupted": "magenta",
}


def open_console() -> Console:
    """Make a console for standard output; without a terminal behind it, lines are long and plain."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    return console


def draw_table(titles: Sequence[str], rows: Iterable[Sequence[Text | str]]) -> None:
    """Print rows under titles; the last column takes what room is left."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, title in enumerate(titles, start=1):
        is_last = number == len(titles)
        table.add_column(title, no_wrap=True, overflow="ellipsis", ratio=1 if is_last else None)
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else plain(cell) for cell in row))
    open_console().print(table)


def plain(text: str) -> Text:
    """Return text of a trace as it is to be shown: harmless, and never read as markup."""
    return Text(visible(text))


def sentence_text(sentence: str) -> Text:
    """Return a step's sentence: names between `**` in bold."""
    parts = sentence.split("**")
    styled = ((visible(part), "bold" if number % 2 else "") for number, part in enumerate(parts))
    return Text.assemble(*styled)


def status_text(status: Status) -> Text:
    """Return a status in its colour."""
    return Text(status, style=_STYLES.get(status, ""))
