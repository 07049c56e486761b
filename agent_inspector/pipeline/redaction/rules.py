"""Rule and Scanner: patterns run by RE2 over bytes, behind gates; alone calls RE2.

RE2 answers in time linear in the text, whatever the pattern: a hostile text or a careless pattern of a
user cannot stall the program. Patterns see bytes: mapping byte offsets to characters is quadratic on str.
A gate is an RE2 set of short triggers; only rules whose trigger occurs run their full pattern.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

import re2

Match: TypeAlias = Any
Accepts: TypeAlias = Callable[[str], bool]

_MOST_MEMORY_BYTES: Final = 16 * 2**20
"""Of remembered states, for each pattern; RE2 starts afresh beyond it. More made nothing faster."""


class Finding(NamedTuple):
    """A secret in a text: where it starts and ends, in bytes, and the rule that found it."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of finding secrets in text."""

    name: str
    trigger: str
    """A short RE2 pattern that matches in every text in which `find` finds something."""
    find: Callable[[bytes], Iterable[Finding]]


def compile_pattern(pattern: str) -> Any:
    """Compile a pattern for bytes. Raises `re2.error` for one that RE2 does not support."""
    return re2.compile(pattern.encode(), _options())


def pattern_rule(
    name: str, pattern: str, *, trigger: str | None = None, accepts: Accepts | None = None
) -> Rule:
    """Make the rule that the first group of a pattern, or all of it when it has none, is a secret."""
    compiled = compile_pattern(pattern)
    group = 1 if compiled.groups else 0

    def find(view: bytes) -> Iterator[Finding]:
        for match in compiled.finditer(view):
            start, end = match.span(group)
            if end > start and (accepts is None or accepts(as_text(view[start:end]))):
                yield Finding(start, end, name)

    return Rule(name, trigger or pattern, find)


def as_text(data: bytes) -> str:
    """Decode bytes that may have been cut inside a character."""
    return data.decode("utf-8", "replace")


@lru_cache(maxsize=512)
def _compile_trigger(trigger: str) -> Any:
    return compile_pattern(trigger)


def find_triggered(rule: Rule, view: bytes, starts: Sequence[int]) -> Sequence[int]:
    """Return which of the texts that begin at these places of a view a rule may find something in."""
    touched: dict[int, None] = {}
    for match in _compile_trigger(rule.trigger).finditer(view):
        start, end = match.span()
        # A match may begin in one text and end in another, and hide one of the other's own.
        for place in range(bisect_right(starts, start) - 1, bisect_left(starts, end)):
            touched[place] = None
    return list(touched)


class Scanner:
    """Some rules behind their gates. Immutable once made, so threads may share it."""

    def __init__(self, *groups: Sequence[Rule]) -> None:
        """Make one gate for each group: triggers of unlike form would multiply each other's states."""
        self._gates = [(_make_gate(rules), tuple(rules)) for rules in groups if rules]

    def triggered(self, view: bytes) -> tuple[Rule, ...]:
        """Return the rules that may find something here; mostly none."""
        return tuple([rules[index] for gate, rules in self._gates for index in gate.Match(view) or ()])


def scan(view: bytes, rules: Iterable[Rule]) -> list[Finding]:
    """Return what these rules find, in no particular order; findings may overlap."""
    # A marker is blanked to asterisks in the view: what was removed once is not found again.
    return [
        finding
        for rule in rules
        for finding in rule.find(view)
        if view[finding.start : finding.end].strip(b"*")
    ]


def _make_gate(rules: Sequence[Rule]) -> Any:
    gate = re2.Set.SearchSet(_options())
    for rule in rules:
        gate.Add(rule.trigger.encode())
    gate.Compile()
    return gate


def _options() -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.max_mem = _MOST_MEMORY_BYTES
    return options
