"""Cuts: what of a tool's result the model was not given, found by comparing the two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agent_inspector.model import Json
from agent_inspector.query.evidence.actions import result_of
from agent_inspector.query.evidence.deltas import same_length
from agent_inspector.query.evidence.texts import as_text, loose, words_in

if TYPE_CHECKING:
    from agent_inspector.query.evidence.calls import Call
    from agent_inspector.query.evidence.run import ReadStep

_SHORTEST: Final = 12
"""Fewer characters than this, brackets aside, are no cut but another way to write the same."""
_BEGINNING: Final = 40
_MARK: Final = re.compile(
    r"[\[(<{*#/_~=-]*(?:…|\.{3,}|-{3,})?[\[(<{*#-]*[^\[\](){}<>…]{0,60}(?:truncat|omit|elided|elision|morechar|moreitem|morerow"
    r"|moreline|more\)|cutoff|snip|clipped|shortened|remaining|toolong|notshown|characters|bytes|tokens)[^\[\](){}]{0,60}[\])}>*#/_~=-]*(?:…|\.{3,})?"
    r"|…|\.{3,}|\[\.\.\.\]"
)
_LONGEST_MARK: Final = 160
_GAP: Final = r"[\s\"'\\]*"
_FOUND_BY: Final = 60
"""So many characters tell where in a result something stands."""
_BRACKETS: Final = "[]{}()<>,;:"


@dataclass(frozen=True, slots=True)
class Cut:
    """A result of which the model got only a part."""

    tool: ReadStep
    told_in: ReadStep
    told_place: str
    whole: int
    """Characters of the result."""
    kept: int
    missing: str
    """What was left out, as it stands in the result."""


def find_cuts(calls: Sequence[Call], next_call: Mapping[str, ReadStep]) -> Iterator[Cut]:
    """Yield every result that reached the model in part; `next_call`: the model call that follows a tool step."""
    for call in calls:
        tool = call.tool
        if tool is None or tool.status != "completed":
            continue
        result = result_of(tool)
        if call.was_told and call.told_in is not None:
            missing = missing_of(result, call.told)
            if missing is not None:
                yield _cut(tool, call.told_in, call.told_place or "", result, missing)
        elif tool.id in next_call:
            yield from _cut_in_words(tool, next_call[tool.id], result)


def missing_of(result: Json, told: Json) -> str | None:
    """Return what of a result is missing in what was told; None where nothing is, or where it was put in other words."""
    if result == told:
        return None
    if isinstance(result, Mapping) and isinstance(told, Mapping):
        return _first(missing_of(result[key], told[key]) for key in told if key in result)
    if _is_list(result) and _is_list(told):
        return _missing_items(result, told)
    if not isinstance(told, str) and told is not None and type(told) is not type(result):
        return None
    return _missing_text(loose(as_text(result)), loose(as_text(told)))


def _missing_items(result: Sequence[Json], told: Sequence[Json]) -> str | None:
    if len(told) >= len(result):
        return None
    head = same_length(result, told)
    tail = same_length(result[head:][::-1], told[head:][::-1])
    # One item may be what the app says of the cut, or two halves of items put together.
    if head + tail < max(1, len(told) - 1):
        return None
    return loose(as_text(list(result[head : len(result) - tail])))


def _missing_text(whole: str, told: str) -> str | None:
    if whole == told or whole in told or len(whole) < _SHORTEST:
        return None
    head = _common_length(whole, told)
    rest = told[head:]
    tail = _common_length(whole[head:][::-1], rest[::-1]) if rest else 0
    between = rest[: len(rest) - tail]
    missing = whole[head : len(whole) - tail]
    if len(missing.strip(_BRACKETS)) < _SHORTEST:
        return None
    if not between.strip(_BRACKETS):
        # Nothing stands for it: a bare head, or a text with a piece taken out of the middle.
        return missing if head >= min(_SHORTEST, len(told)) and not (head == 0 and tail) else None
    return (
        missing
        if len(between) <= _LONGEST_MARK and _MARK.search(between) and head + tail >= _SHORTEST
        else None
    )


def _cut_in_words(tool: ReadStep, after: ReadStep, result: Json) -> Iterator[Cut]:
    """Look for the beginning of a result in the words of the next prompt, where results are no messages of their own."""
    whole = loose(as_text(result))
    if len(whole) < _BEGINNING * 2 or after.given is None:
        return
    for index, message in after.given.new:
        words = loose(words_in([message]))
        start = words.find(whole[:_BEGINNING])
        if start < 0:
            continue
        head = _common_length(whole, words[start:])
        if len(whole) - head >= _SHORTEST and whole[-_BEGINNING:] not in words[start + head :]:
            yield _cut(tool, after, f"/input_messages/{index}", result, whole[head:])
        return


def _cut(tool: ReadStep, told_in: ReadStep, place: str, result: Json, missing: str) -> Cut:
    text = as_text(result)
    whole = len(text)
    bare = max(1, len(loose(text)))
    kept = whole - round(whole * len(missing) / bare)
    return Cut(tool, told_in, place, whole, max(0, kept), _as_it_stands(text, missing))


def _as_it_stands(text: str, missing: str) -> str:
    """Return the stretch of a text that is equal to another but for what `loose` takes away."""
    words = [re.escape(character) for character in missing[:_FOUND_BY]]
    begun = re.search(_GAP.join(words), text, re.IGNORECASE)
    return text[begun.start() :][: 2 * len(missing)] if begun else missing


def _common_length(first: str, second: str) -> int:
    """Return how many characters both begin with, in steps that C compares."""
    low, high = 0, min(len(first), len(second))
    if first[:high] == second[:high]:
        return high
    while low + 1 < high:
        middle = (low + high) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle
    return low if not high or first[low:high] != second[low:high] else high


def _first(found: Iterator[str | None]) -> str | None:
    return next((missing for missing in found if missing is not None), None)


def _is_list(value: Json) -> bool:
    return isinstance(value, (list, tuple))
