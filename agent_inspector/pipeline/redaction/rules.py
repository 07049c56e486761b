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
    hint: str = ""
    """A yet simpler pattern that matches wherever the trigger does, if there is one."""
    is_local: bool = False
    """What it finds in a text it finds as well where texts are joined by empty lines, and can look at all of them."""


def compile_pattern(pattern: str) -> Any:
    """Compile a pattern for bytes. Raises `re2.error` for one that RE2 does not support."""
    return re2.compile(pattern.encode(), _options())


def pattern_rule(
    name: str, pattern: str, *, trigger: str | None = None, accepts: Accepts | None = None, hint: str = ""
) -> Rule:
    """Make the rule that the first group of a pattern, or all of it when it has none, is a secret."""
    compiled = compile_pattern(pattern)
    group = 1 if compiled.groups else 0

    def find(view: bytes) -> Iterator[Finding]:
        for match in compiled.finditer(view):
            start, end = match.span(group)
            if end > start and (accepts is None or accepts(as_text(view[start:end]))):
                yield Finding(start, end, name)

    return Rule(name, trigger or pattern, find, hint)


def as_text(data: bytes) -> str:
    """Decode bytes that may have been cut inside a character."""
    return data.decode("utf-8", "replace")


class Gate:
    """Rules behind the RE2 set of their triggers."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)
        self._triggers = _make_set([rule.trigger for rule in rules])
        hints = [rule.hint for rule in rules]
        # A text that no hint occurs in needs no look at the set, which builds many more states as it meets new text.
        self._hint = _make_set(["|".join(hints)]) if all(hints) else None

    def triggered(self, view: bytes) -> Sequence[Rule]:
        """Return the rules that may find something here; mostly none."""
        if self._hint is not None and not self._hint.Match(view):
            return ()
        return [self._rules[index] for index in self._triggers.Match(view) or ()]

    def triggered_in(
        self, view: bytes, starts: Sequence[int], rules: Sequence[Rule]
    ) -> Iterator[tuple[int, Sequence[Rule]]]:
        """Yield which of these rules, triggered by a whole view, may find something in which of its texts.

        `starts` are the places of the texts in the view, and its end.
        """
        if len(starts) == 2:
            yield 0, rules
            return
        pending = [(0, len(starts) - 1)]
        while pending:
            first, end = pending.pop()
            middle = (first + end) // 2
            for begin, stop in ((first, middle), (middle, end)):
                some = self.triggered(view[starts[begin] : starts[stop]])
                if some and stop - begin == 1:
                    yield begin, some
                elif some:
                    pending.append((begin, stop))


class Scanner:
    """Some rules behind their gates. Immutable once made, so threads may share it."""

    def __init__(self, *groups: Sequence[Rule]) -> None:
        """Make one gate for each group: triggers of unlike form would multiply each other's states."""
        self.gates: Final = tuple([Gate(rules) for rules in groups if rules])

    def triggered(self, view: bytes) -> tuple[Rule, ...]:
        """Return the rules that may find something here; mostly none."""
        return tuple([rule for gate in self.gates for rule in gate.triggered(view)])


def scan(view: bytes, rules: Iterable[Rule]) -> list[Finding]:
    """Return what these rules find, in no particular order; findings may overlap."""
    # A marker is blanked to asterisks in the view: what was removed once is not found again.
    return [
        finding
        for rule in rules
        for finding in rule.find(view)
        if view[finding.start : finding.end].strip(b"*")
    ]


def _make_set(patterns: Sequence[str]) -> Any:
    made = re2.Set.SearchSet(_options())
    for pattern in patterns:
        made.Add(pattern.encode())
    made.Compile()
    return made


def _options() -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.max_mem = _MOST_MEMORY_BYTES
    return options
