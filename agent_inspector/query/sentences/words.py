"""Words: pieces of sentences, in which nothing that was recorded can be taken for a mark."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 90
_MARK: Final = re.compile(r"\*\*|`")
_MARKS_APART: Final = re.compile(r"(\*\*|`)")
_JSON: Final = re.compile(r'\{ ?"|\[ ?(?:[\["{]|\d+,)')
_ENOUGH: Final = LONGEST + 40
"""Characters of a preview that are looked at first; mostly they hold more words than are shown."""


def shorten(sentence: str) -> str:
    """Cut a sentence to LONGEST visible characters, closing whatever mark is open there."""
    bolds, codes = sentence.count("**"), sentence.count("`")
    if len(sentence) - 2 * bolds - codes <= LONGEST:
        return sentence
    if not (bolds or codes):
        return f"{sentence[: LONGEST - 1].rstrip()}…"
    kept: list[str] = []
    open_mark, room = "", LONGEST - 1
    for piece in _MARKS_APART.split(sentence):
        if _MARK.fullmatch(piece):
            open_mark = "" if open_mark else piece
        elif len(piece) > room:
            kept.append(piece[:room].rstrip())
            break
        else:
            room -= len(piece)
        kept.append(piece)
    return f"{''.join(kept)}…{open_mark}"


def code(text: str) -> str:
    """Write text as code."""
    return f"`{one_line(text).replace('`', chr(39))}`"


def bold(text: str) -> str:
    """Write the name of an agent."""
    return f"**{one_line(text).replace('*', '')}**"


def quoted(text: object) -> str:
    """Return words in quotes, and JSON as code: its own quotes would hide where it ends."""
    whole = str(text or "")
    words = plain(whole[:_ENOUGH])
    if len(words) <= LONGEST + 1 and len(whole) > _ENOUGH:
        words = plain(whole)
    if _JSON.match(words):
        return code(words[:LONGEST].replace('"', "") + ("…" if len(words) > LONGEST else ""))
    return f'"{words if len(words) <= LONGEST else words[:LONGEST] + "…"}"'


def plain(text: object) -> str:
    """Return words in which nothing can be taken for a mark."""
    return one_line(text).replace("`", "'").replace("**", "")


def one_line(text: object) -> str:
    """Return words with single spaces between them."""
    return " ".join(str(text or "").split())


def lower_first(text: str) -> str:
    """Return words as they stand within a sentence."""
    return text[:1].lower() + text[1:]


def counted(count: int, noun: str) -> str:
    """Return a number of things, which are named in the plural."""
    return f"{count:,} {_singular(noun) if count == 1 else noun}" if count else f"no {noun}"


def _singular(noun: str) -> str:
    for ending, instead in _PLURALS:
        if noun.lower().endswith(ending):
            return noun[: len(noun) - len(ending)] + instead
    return noun


_PLURALS: Final = (
    ("ies", "y"),
    ("sses", "ss"),
    ("xes", "x"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("ss", "ss"),
    ("s", ""),
)
"""Endings of nouns in the plural, and those of one thing instead."""
