"""Likeness: when what is shown is as good as what is expected: texts, kinds, vendors, reasons to stop."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from agent_inspector.model import Json

_ALIKE_KINDS: Final = (frozenset({"chain", "task"}), frozenset({"other", "framework", "message"}))
_VENDORS: Final = (
    ("openai", re.compile(r"openai|^azure")),
    ("anthropic", re.compile(r"anthropic|claude")),
    ("google", re.compile(r"gemini|google|gcp|vertex")),
    ("aws", re.compile(r"bedrock|^aws")),
)
_FINISHES: Final = (
    ("tool", re.compile(r"tool|function")),
    ("stop", re.compile(r"^(stop|end_turn|stop_sequence|completed?|done|success)$")),
    ("length", re.compile(r"length|max_tokens|incomplete")),
    ("filter", re.compile(r"filter|safety|refus")),
    ("error", re.compile(r"error|fail")),
)
_REDACTED: Final = "__REDACTED__"
_PLACEHOLDER: Final = re.compile(r"\{[\w.!=]+\}")
_DEEPEST: Final = 6
_EMPTY: Final[tuple[Json, ...]] = (None, "", [], {}, "null")


def contains(excerpt: str, shown: Json) -> bool:
    """Whether a text says this, white space and JSON's quoting aside."""
    wanted, text = _squeezed(excerpt), _squeezed("\n".join(_views(shown)))
    if wanted in text:
        return True
    if len(wanted) > 2 and wanted[0] == wanted[-1] == '"':
        return wanted[1:-1] in text
    return wanted == _REDACTED and re.search("redact|hidden", text, re.IGNORECASE) is not None


def is_empty(shown: Json) -> bool:
    """Whether nothing is shown."""
    return shown in _EMPTY


def is_kind(expected: Mapping[str, Json], kind: str | None) -> bool:
    """Whether a kind is one of those that are right."""
    right = {expected["kind"], *(expected.get("kind_any") or ())}
    return kind in right.union(*(alike for alike in _ALIKE_KINDS if alike & right))


def is_title(expected: Mapping[str, Json], name: str | None) -> bool:
    """Whether a person would know from this name what the step was."""
    if not name or _PLACEHOLDER.search(name):
        return False
    known = (expected["title"], *(expected.get(key) for key in ("tool", "agent", "model")))
    return any(str(word).lower() in name.lower() for word in known if word)


def vendor(name: Json) -> str:
    """Return one spelling for each vendor of models."""
    return _classed(str(name or "").lower(), _VENDORS)


def finish(reason: Json) -> str:
    """Return one word for each class of reasons to stop."""
    first = (reason[0] if reason else "") if isinstance(reason, list) else reason
    return _classed(str(first or "").lower().replace("-", "_"), _FINISHES)


def _classed(word: str, classes: tuple[tuple[str, re.Pattern[str]], ...]) -> str:
    return next((name for name, pattern in classes if pattern.search(word)), word)


def _squeezed(text: str) -> str:
    plain = text.replace("\\n", " ").replace('\\"', '"').replace("\\/", "/")
    return " ".join(plain.split())


def _views(shown: Json) -> Iterator[str]:
    """Yield a text, and every text inside of it where it is JSON."""
    text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)
    yield text
    yield from _leaves(_parsed(text), 0)


def _leaves(value: Json, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if depth < _DEEPEST and value.lstrip()[:1] in ("{", "[", '"'):
            yield from _leaves(_parsed(value), depth + 1)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield key
            yield from _leaves(part, depth)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part, depth)
    elif value is not None:
        yield json.dumps(value)


def _parsed(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
