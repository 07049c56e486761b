"""Answers: what a tool found, marked as recorded data and cut to a number of characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from agent_inspector.query.packing.texts import UNTRUSTED

DEFAULT_CHARACTERS: Final = 8000
MOST_CHARACTERS: Final = 100_000


def answer(lines: Iterable[str], offset: int, max_characters: int) -> str:
    """Return the lines from a place on, no longer than asked for, and how to get the rest."""
    text = "\n".join((UNTRUSTED, "", *lines))
    shown = text[offset : offset + max_characters]
    end = offset + len(shown)
    if offset == 0 and end == len(text):
        return shown
    more = f"call again with offset={end} for more" if end < len(text) else "this is the end"
    return f"{shown}\n[Characters {offset}-{end} of {len(text)}; {more}.]"


def quoted(text: str) -> Iterator[str]:
    """Yield recorded text line by line, each marked."""
    return (f"> {line}" for line in text.splitlines() or [""])


def on_one_line(text: str | None) -> str:
    """Return recorded text that cannot begin a line of its own."""
    return " ".join((text or "").replace("**", "").split())
