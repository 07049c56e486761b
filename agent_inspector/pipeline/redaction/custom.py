"""The user's own rules: `redact_keys` and `redact_patterns` of the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import re2

from agent_inspector.config import DEFAULT_REDACT_KEYS
from agent_inspector.errors import ConfigError
from agent_inspector.pipeline.redaction.names import split_words
from agent_inspector.pipeline.redaction.reading import read_value
from agent_inspector.pipeline.redaction.rules import Finding, Rule, as_text, compile_pattern
from agent_inspector.pipeline.redaction.values import is_placeholder

_BUILT_IN: Final = frozenset(split_words(key) for key in DEFAULT_REDACT_KEYS)


def own_phrases(keys: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Return the names that the built-in rules do not know, as sequences of words."""
    return frozenset(words for key in keys if (words := split_words(key))) - _BUILT_IN


def key_rule(phrases: frozenset[tuple[str, ...]]) -> Rule:
    """Make the rule that finds values after these names in text."""
    names = "|".join(r"[_\s.-]?".join(phrase) for phrase in sorted(phrases))
    pattern = rf"(?i)(?:\b|_)(?:{names})(?:\b|_)[\w.-]*[\"'`*\])>]{{0,3}}[ \t]*(?:[:=]|->| is )"
    compiled = compile_pattern(pattern)

    def find(view: bytes) -> Iterator[Finding]:
        for match in compiled.finditer(view):
            value = read_value(view, match.end())
            if not is_placeholder(as_text(view[value.start : value.end])):
                yield Finding(value.start, value.end, "custom_key")

    return Rule("custom_key", pattern, find)


def compile_custom(patterns: Sequence[str]) -> Sequence[Any]:
    """Compile the user's patterns, which see text as UTF-8.

    Raises:
        ConfigError: RE2 cannot compile one; look-around and back-references are not linear in time.
    """
    options = re2.Options()
    options.log_errors = False
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re2.compile(pattern, options))
        except re2.error as error:
            raise ConfigError(
                f"TRACE_REDACT_PATTERNS: RE2 cannot compile {pattern!r} ({_said(error)});"
                " all content is withheld until the pattern is corrected."
            ) from None
    return compiled


def find_custom(patterns: Sequence[Any], data: bytes) -> Iterator[Finding]:
    """Find what the user's patterns match."""
    for pattern in patterns:
        for match in pattern.finditer(data):
            if match.end() > match.start():
                yield Finding(match.start(), match.end(), "pattern")


def _said(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
