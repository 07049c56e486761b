"""What a name says about its value; alone judges keys, labels, headers, flags and variable names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from agent_inspector.pipeline.redaction import vocabulary as words_of


class Verdict(Enum):
    """What to expect under a name."""

    HARMLESS = "harmless"
    """Counters, ids, models and the like: never a secret, whatever it looks like."""
    UNKNOWN = "unknown"
    WEAK = "weak"
    """A secret if it looks random: `token`, `key`, `auth`."""
    STRONG = "strong"
    """A secret whatever it looks like: `password`, `client_secret`."""
    CARD = "card"
    CVV = "cvv"
    SSN = "ssn"
    BANK = "bank"
    IDENTITY = "identity"
    BIRTH = "birth"
    PHONE = "phone"
    CODE = "code"
    """A PIN or a one-time code."""


_WORD: Final = re.compile(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_ONE_WORD: Final = re.compile(r"\bo auth\b|\b2 fa\b")  # to a reader
_LONGEST: Final = 120


@lru_cache(maxsize=8192)
def split_words(name: str) -> tuple[str, ...]:
    """Split a name in any case style (camel, snake, kebab, dotted, spaced) into lower-case words."""
    words = tuple(word.lower() for word in _WORD.findall(name[:_LONGEST]))
    return tuple(_ONE_WORD.sub(lambda match: match[0].replace(" ", ""), " ".join(words)).split())


@lru_cache(maxsize=8192)
def judge(name: str) -> Verdict:
    """Judge a key of a mapping: `OPENAI_API_KEY`, `dbPassword`, `x-auth-token`."""
    words = split_words(name)
    if not words:
        return Verdict.UNKNOWN
    if words not in words_of.NEVER and _ends_with(words, words_of.IDENTITY):
        return Verdict.IDENTITY  # before the harmless tails: `national_id`, `tax_id`
    if _is_benign(words):
        return Verdict.HARMLESS
    return _by_phrase(words) or _by_ending("".join(word for word in words if not word.isdigit()))


@lru_cache(maxsize=8192)
def judge_label(label: str) -> Verdict:
    """Judge words in front of a value in text; only the last ones count: `the new API key`."""
    words = split_words(label)
    for count in (4, 3, 2, 1):
        tail = words[-count:]
        if len(words) >= count:
            verdict = Verdict.HARMLESS if tail in _HARMLESS_WHOLE else _by_phrase(tail, whole=True)
            if verdict is not None:
                return verdict
    return judge(label.split()[-1]) if label.split() else Verdict.UNKNOWN


def contains(name: str, phrases: Iterable[tuple[str, ...]]) -> bool:
    """Tell whether any of these word sequences stands in the name."""
    return _has_phrase(split_words(name), _index(phrases))


def _ends_with(words: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    return any(words[at:] in phrases for at in range(len(words)))


def _is_benign(words: tuple[str, ...]) -> bool:
    if words in words_of.NEVER or words[-1] in words_of.HARMLESS_TAILS or _has_phrase(words, _HARMLESS):
        return True
    return words[0] in words_of.HARMLESS_HEADS and words[-1] in ("token", "tokens")


def _by_phrase(words: tuple[str, ...], *, whole: bool = False) -> Verdict | None:
    for verdict, phrases, index in _PHRASES:
        if words in phrases if whole else _has_phrase(words, index):
            return verdict
    return None


def _by_ending(squeezed: str) -> Verdict:
    for endings, verdict in _ENDINGS:
        if squeezed.endswith(endings) and squeezed not in words_of.LOOKALIKES:
            return verdict
    return Verdict.UNKNOWN


_Index: TypeAlias = Mapping[str, Sequence[tuple[str, ...]]]


def _index(phrases: Iterable[tuple[str, ...]]) -> _Index:
    """Sort phrases by their first word."""
    index: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        index.setdefault(phrase[0], []).append(phrase)
    return index


def _has_phrase(words: tuple[str, ...], index: _Index) -> bool:
    for place, word in enumerate(words):
        for phrase in index.get(word, ()):
            if words[place : place + len(phrase)] == phrase:
                return True
    return False


_HARMLESS_WHOLE: Final = words_of.HARMLESS_PHRASES | words_of.NEVER
_HARMLESS: Final = _index(words_of.HARMLESS_PHRASES)
# In this order: `security code` is a card's before it is any code, `card pin` a code before a card.
_PHRASES: Final = tuple(
    (verdict, phrases, _index(phrases))
    for verdict, phrases in (
        (Verdict.STRONG, words_of.STRONG),
        (Verdict.CVV, words_of.CVV),
        (Verdict.CODE, words_of.CODE),
        (Verdict.SSN, words_of.SSN),
        (Verdict.BANK, words_of.BANK),
        (Verdict.IDENTITY, words_of.IDENTITY),
        (Verdict.BIRTH, words_of.BIRTH),
        (Verdict.CARD, words_of.CARD),
        (Verdict.PHONE, words_of.PHONE),
        (Verdict.WEAK, words_of.WEAK),
    )
)
_ENDINGS: Final = (
    (words_of.STRONG_ENDINGS, Verdict.STRONG),
    (words_of.PHONE_ENDINGS, Verdict.PHONE),
    (words_of.WEAK_ENDINGS, Verdict.WEAK),
)
_LONG_NAME: Final = 5


def _spelled(phrase: tuple[str, ...]) -> str:
    """Return a pattern of a phrase in any case style; a short one must stand alone."""
    pattern = r"[^A-Za-z0-9]?".join(map(re.escape, phrase))
    if not pattern.isascii():  # RE2 knows no case of what is outside of ASCII, as it sees bytes
        pattern = rf"(?:{pattern}|{pattern.capitalize()}|{pattern.upper()})"
    return pattern if sum(map(len, phrase)) >= _LONG_NAME else rf"(?:\b|_){pattern}(?:\b|_)"


PHRASES: Final = "|".join(sorted({_spelled(phrase) for _, phrases, _ in _PHRASES for phrase in phrases}))
"""Part of a pattern: every phrase of the vocabulary that says something of a value."""
