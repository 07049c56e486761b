"""Judgement: is the value under this name a secret? Alone weighs what the name says against how the value looks."""

from __future__ import annotations

import re
from typing import Final

from agent_inspector.pipeline.redaction.names import Verdict, judge, split_words
from agent_inspector.pipeline.redaction.personal import SHAPES, is_personal
from agent_inspector.pipeline.redaction.values import (
    UUID,
    is_camel_case,
    is_code,
    is_hex,
    is_name,
    is_opaque,
    is_placeholder,
    is_plausible,
    is_prose,
)

_PASSWORD: Final = re.compile(r"(?=.*\d)(?=.*[A-Za-z])(?=.*[^\w\s./:(),\[\]-])\S{6,}")
_TOKEN_WORDS: Final = {"token", "tokens", "pass", "auth", "key", "keys", "dsn"}


def is_secret_under(name: str, value: str) -> bool:
    """Judge a value that stands alone under a key of a mapping."""
    verdict = judge(name)
    if verdict is Verdict.STRONG:
        return not is_placeholder(value) and not is_name(value)
    if verdict is Verdict.WEAK:
        return is_secret_if_opaque(name, value)
    return verdict in SHAPES and is_personal(verdict, value)


def is_secret_if_opaque(name: str, value: str) -> bool:
    """Judge a value whose name says little: it must look random, and not be an id."""
    words = split_words(name)
    if UUID.fullmatch(value):
        return words[-1:] in (("token",), ("auth",)) or (len(words) > 1 and words[-1] in _TOKEN_WORDS)
    if len(words) == 1 and words[0] in ("key", "keys", "seed", "session", "salt") and is_hex(value):
        return False  # cache keys and digests
    if words[-1:] == ("pass",) and _PASSWORD.fullmatch(value):
        return not is_placeholder(value)
    return is_opaque(value)


def is_secret_assigned(verdict: Verdict, name: str, value: str, *, bare: bool) -> bool:
    """Judge a value after `name =` in text: an environment file, a query string, program text, a flag."""
    if bare and is_code(value):
        return False
    if verdict is Verdict.WEAK:
        return is_secret_if_opaque(name, value) and not (bare and is_camel_case(value))
    return verdict is Verdict.STRONG and not _says_nothing(value) and (bare or not is_prose(value))


def is_secret_told(verdict: Verdict, name: str, value: str) -> bool:
    """Judge a value after a label in prose or YAML: `password: x`, `the token is x`."""
    if is_code(value):
        return False
    if verdict is Verdict.WEAK:
        return is_secret_if_opaque(name, value)
    return verdict is Verdict.STRONG and not _says_nothing(value) and is_plausible(value)


def _says_nothing(value: str) -> bool:
    said = value.strip(" :?>.!,")
    return (
        len(said) < 2 or is_placeholder(value) or is_placeholder(said) or is_name(said) or said.endswith("()")
    )
