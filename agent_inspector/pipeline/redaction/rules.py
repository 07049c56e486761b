"""Rule and Scanner: patterns run by RE2 over bytes, behind gates; alone calls RE2.

RE2 answers in time linear in the text, whatever the pattern: a hostile text or a careless pattern of a
user cannot stall the program. Patterns see bytes: mapping byte offsets to characters is quadratic on str.
A gate is an RE2 set of short triggers; only rules whose trigger occurs run their full pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
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


class Gate(NamedTuple):
    """Rules, and the RE2 set of their triggers."""

    triggers: Any
    rules: Sequence[Rule]


class Scanner:
    """Some rules behind their gates. Immutable once made, so threads may share it."""

    def __init__(self, *groups: Sequence[Rule]) -> None:
        """Make one gate for each group: triggers of unlike form would multiply each other's states."""
        self.gates: Final = tuple(_make_gate(rules) for rules in groups if rules)

    def opened(self, view: bytes) -> tuple[Gate, ...]:
        """Return the gates behind which some rule may find something here; mostly none."""
        return tuple([gate for gate in self.gates if gate.triggers.Match(view)])

    def scan(self, view: bytes, gates: Sequence[Gate] | None = None) -> Iterator[Finding]:
        """Yield every finding, in no particular order; they may overlap.

        `gates` are those behind which something may be found, where that is known already.
        """
        for triggers, rules in self.gates if gates is None else gates:
            for index in triggers.Match(view) or ():
                yield from rules[index].find(view)


def _make_gate(rules: Sequence[Rule]) -> Gate:
    triggers = re2.Set.SearchSet(_options())
    for rule in rules:
        triggers.Add(rule.trigger.encode())
    triggers.Compile()
    return Gate(triggers, tuple(rules))


def _options() -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.max_mem = _MOST_MEMORY_BYTES
    return options
