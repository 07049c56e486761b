"""Spoken: which values and words models and agents have used, and when last; made in one pass over a run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent_inspector.model import Json
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import result_of
from agent_inspector.query.evidence.texts import leaves
from agent_inspector.query.values.extraction import Value, find_values, word_key
from agent_inspector.query.values.numbers import guessed_keys, read_numbers
from agent_inspector.query.values.settings import words_of_name
from agent_inspector.query.values.sources import asked_of

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_STEM: Final = 5
_LONGEST_PHRASE: Final = 60
_MOST_VALUES: Final = 60
_EVERYDAY: Final = {
    "true", "false", "null", "none", "status", "type", "name", "data", "result", "value", "list", "item", "items", "with", "that",
    "this", "from", "have", "your", "been", "will", "here", "there", "which", "what", "success", "message", "info", "get",
}  # fmt: skip


_SPEAKING: Final = {"llm", "final", "tool", "handoff", "message", "memory", "agent"}


class Spoken:
    """When each value and each word was last used by a model."""

    def __init__(self, run: ReadRun) -> None:
        self._values: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        for step in run.shown:
            if step.kind in _SPEAKING and not _was_asked_for(run, step):
                self._hear(step)

    def uses_value(self, value: Value, after: int) -> bool:
        """Whether a value was used in a step after this one."""
        keys = [*value.keys]
        if value.kind == "number" and value.unit:
            keys += guessed_keys(read_numbers(value.text.strip("$€£¥ ")), value.unit)
        return any(self._values.get(key, 0) > after for key in keys)

    def uses_word(self, stem: str, after: int) -> bool:
        """Whether a word was used in a step after this one."""
        return self._stems.get(stem, 0) > after

    def _hear(self, step: ReadStep) -> None:
        for leaf in asked_of(step):
            text = (
                leaf.value
                if isinstance(leaf.value, str)
                else ""
                if isinstance(leaf.value, bool)
                else str(leaf.value)
            )
            for value in find_values(text, names=True, unit=leaf.unit):
                for key in value.keys:
                    self._values[key] = step.number
            if len(text) <= _LONGEST_PHRASE:
                self._values[word_key(text)] = step.number
            for stem in stems(text):
                self._stems[stem] = step.number


def _was_asked_for(run: ReadRun, step: ReadStep) -> bool:
    """Whether the arguments of a step stand in the words of a model call, which was heard."""
    call = run.call_of.get(step.id)
    return call is not None and call.asked_by is not None


def stems(text: str) -> Iterator[str]:
    """Yield the beginnings of the words of a text that say something."""
    for word in _WORD.findall(text):
        lowered = word.lower()
        if lowered not in _EVERYDAY:
            yield lowered[:_STEM]


def salient_values(step: ReadStep) -> Iterator[Value]:
    """Yield the values of a result that somebody who uses it would name: ids, numbers, names, short words."""
    count = 0
    for _, scalar in leaves(result_of(step)):
        if isinstance(scalar, bool):
            continue
        if count >= _MOST_VALUES:
            return
        text = scalar if isinstance(scalar, str) else str(scalar)
        found = find_values(text, names=True)
        count += len(found)
        yield from found
        if isinstance(scalar, str) and 2 < len(text) <= _LONGEST_PHRASE:
            count += 1
            yield Value("text", 0, len(text), text, (word_key(text),))


def words_of_result(step: ReadStep) -> set[str]:
    """Return the stems of all words in a result, in its keys and in the name of what returned it."""
    names = " ".join(words_of_name(token).replace("_", " ") for token in _tokens(result_of(step)))
    texts = " ".join(scalar for _, scalar in leaves(result_of(step)) if isinstance(scalar, str))[:4000]
    return set(stems(f"{names} {texts} {words_of_name(step.name).replace('_', ' ')}"))


def _tokens(result: Json) -> Iterator[str]:
    for place, _ in leaves(result):
        yield from (token for token in place.split("/") if token and not token.isdigit())
