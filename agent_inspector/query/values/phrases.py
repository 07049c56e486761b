"""Phrases: places that hold some words one after the other, looked for by a scan; for one step at a time only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent_inspector.query.values.extraction import Value, word_key
from agent_inspector.query.values.index import Occurrence, ValueIndex

_WORD: Final = re.compile(r"\w+")
_TEXT_WORD: Final = re.compile(r"[\w'\u2019.-]*\w")
_LONGEST_KNOWN: Final = 5
"""Words of the longest phrase that is recognised in a text."""
_SHORTEST: Final = 3
_MOST_WORDS: Final = 12


def find_phrase(index: ValueIndex, phrase: str) -> Iterator[Occurrence]:
    """Yield the texts that hold a phrase, whatever its case and the marks between its words; else those that hold all its words."""
    words = [word.lower() for word in _WORD.findall(phrase)]
    if not words or len(words) > _MOST_WORDS or len("".join(words)) < _SHORTEST:
        return
    together = re.compile(r"\b" + r"\W+".join(re.escape(word) for word in words), re.IGNORECASE)
    apart = [word for word in words if len(word) >= _SHORTEST]
    loosely: list[Occurrence] = []
    found = False
    for step_number, place, text in index.texts():
        lowered = text.lower()
        if words[0] not in lowered:
            continue
        match = together.search(text)
        if match:
            found = True
            yield Occurrence(step_number, place, text, match.start(), match.end())
        elif len(apart) > 1 and all(word in lowered for word in apart):
            start = lowered.find(apart[0])
            loosely.append(Occurrence(step_number, place, text, start, start + len(apart[0])))
    if not found:
        yield from loosely


def known_phrases(index: ValueIndex, text: str) -> Iterator[Value]:
    """Yield the words of a text that are a whole value somewhere, such as a city in a field of a result; the longest first."""
    words = list(_TEXT_WORD.finditer(text))
    position = 0
    while position < len(words):
        for count in range(min(_LONGEST_KNOWN, len(words) - position), 0, -1):
            start, end = words[position].start(), words[position + count - 1].end()
            phrase = text[start:end]
            if len(phrase) >= _SHORTEST and not phrase.isdigit() and index.is_whole(word_key(phrase)):
                yield Value(
                    "name" if phrase[:1].isupper() else "text", start, end, phrase, (word_key(phrase),)
                )
                position += count - 1
                break
        position += 1
