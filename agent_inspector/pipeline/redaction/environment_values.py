"""The process's own secrets: values of its secret-named environment variables, removed wherever they appear."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote

from agent_inspector.pipeline.redaction.names import Verdict, judge
from agent_inspector.pipeline.redaction.rules import Rule, pattern_rule
from agent_inspector.pipeline.redaction.values import is_opaque, is_placeholder, is_plausible

_SHORTEST: Final = 8
_LONGEST: Final = 4096
_MOST: Final = 256
_URL_PASSWORD: Final = re.compile(r"://[^\s/:@]*:([^\s/@]+)@")
_PATH: Final = re.compile(r"[~.]?/[\w./-]*|[A-Za-z]:\\.*")


def environment_rule(environment: Mapping[str, str]) -> Rule | None:
    """Make the rule that finds these variables' secret values exactly; None when there are none."""
    values = sorted(set(_secret_values(environment)), key=len, reverse=True)[:_MOST]
    if not values:
        return None
    spellings = {spelling for value in values for spelling in _spell(value)}
    pattern = "|".join(map(_quote, sorted(spellings, key=len, reverse=True)))
    return pattern_rule("environment", pattern)


def _secret_values(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in environment.items():
        if len(value) <= _LONGEST:
            for candidate in (value, *_URL_PASSWORD.findall(value)):
                if len(candidate) >= _SHORTEST and _is_secret(name, candidate, whole=candidate is value):
                    yield candidate


def _is_secret(name: str, value: str, *, whole: bool) -> bool:
    if not whole:
        return not is_placeholder(value)
    if "://" in value or _PATH.fullmatch(value):
        return False
    verdict = judge(name)
    return (verdict is Verdict.STRONG and is_plausible(value, _SHORTEST)) or (
        verdict is Verdict.WEAK and is_opaque(value)
    )


def _spell(value: str) -> set[str]:
    return {
        value,
        unquote(value),
        quote(value, safe=""),
        base64.b64encode(value.encode()).decode().rstrip("="),
    }


def _quote(value: str) -> str:
    return "".join(char if char.isalnum() and char.isascii() else _quote_byte(char) for char in value)


def _quote_byte(char: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))
