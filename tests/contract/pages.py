"""The project's Markdown pages, and what can be read from them: code, tables, headings, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "examples" / "README.md"],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)

_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_INLINE: Final = re.compile(r"`([^`\n]+)`")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.M)
_LINK: Final = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def name_of(path: Path) -> str:
    """Return a page's path from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


def read(name: str) -> str:
    """Return the text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of this language."""
    return [code for found, code in _BLOCK.findall(text) if found == language]


def code_of(text: str) -> list[str]:
    """Return every piece of code: fenced blocks and words in backticks."""
    return [code for _, code in _BLOCK.findall(text)] + _INLINE.findall(_BLOCK.sub("", text))


def sections(text: str) -> Mapping[str, str]:
    """Return the text below each heading, up to the next one, by the heading without backticks."""
    parts = _HEADING.split(_BLOCK.sub("", text))
    return {heading.replace("`", ""): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def rows(text: str) -> Iterator[Sequence[str]]:
    """Yield the cells of every table row, heads and rules left out."""
    for line in text.splitlines():
        if line.startswith("| `") and line.endswith(" |"):
            yield [cell.strip() for cell in line[1:-1].split(" | ")]


def first_names(text: str) -> list[str]:
    """Return the word in backticks that each table row begins with."""
    return [_INLINE.findall(row[0])[0] for row in rows(text)]


def links(text: str) -> list[str]:
    """Return the targets of links that lead into this repository."""
    return [target for target in _LINK.findall(_BLOCK.sub("", text)) if "://" not in target]


def anchors(text: str) -> set[str]:
    """Return the names of a page's headings, as GitHub makes them."""
    titles = _HEADING.findall(_BLOCK.sub("", text))
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}
