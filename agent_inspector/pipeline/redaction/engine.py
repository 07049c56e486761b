"""Engine: every redaction rule of one configuration, compiled once; immutable, so threads share it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import accumulate
from typing import Any, Final, NamedTuple

from agent_inspector.pipeline.redaction import commands, headers, markup, pairs, pii, shapes, urls
from agent_inspector.pipeline.redaction.custom import compile_custom, find_custom, key_rule, own_phrases
from agent_inspector.pipeline.redaction.environment_values import environment_rule
from agent_inspector.pipeline.redaction.marker import MARKER_BYTES
from agent_inspector.pipeline.redaction.names import PHRASES, contains
from agent_inspector.pipeline.redaction.randomness import RANDOM_TEXT
from agent_inspector.pipeline.redaction.rules import Finding, Gate, Rule, Scanner, compile_pattern, scan
from agent_inspector.pipeline.redaction.text import holds_encoded, make_view

# Measured on program text and records: all rules behind one gate pass 8 MB/s, behind these 48, and each gate 280 or
# more. What RE2 spends is mostly building states as it meets new text: the digits and the open-ended rules after them
# take 23 ns a byte behind one gate, and 6 behind two.
_GATES: Final = (
    tuple(rule for rule in shapes.FORMATS if rule.hint),
    tuple(rule for rule in shapes.FORMATS if not rule.hint),
    pii.DIGITS,
    (*shapes.RULES, *headers.RULES, *urls.RULES, *pii.OTHERS),
    commands.RULES,
    markup.RULES,
    pairs.RULES,
)
# What makes it worth taking JSON text apart: some name in it, or a flag of an argument list.
_NAMES_IN_JSON: Final = rf"(?i)(?:{pairs.STEMS}|{PHRASES})|\"-[a-z]\"|\"--[a-z]|\\u00[2-7]|\"kty\""


class Bounds(NamedTuple):
    """What at most can be found in some texts, told by one look at all of them together."""

    rules: tuple[Rule, ...]
    is_encoded: bool
    """Some of it is base64 or %-encoded."""


NOTHING: Final = Bounds((), is_encoded=False)
SHORT_TEXT: Final = 48
LONG_TEXT: Final = 200
_MOST_TEXTS: Final = 8192
_HASH_BYTES: Final = 16
_MOST_HASHES: Final = 32_768
"""Some 100 bytes of memory each."""
_APART: Final = "\n\n"
"""Between texts, so that none of them seems to go on in the next: base64 goes on after one line break."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Finds secrets in text, and knows which keys the user named."""

    scanner: Scanner
    telling_words: Any
    custom_patterns: Sequence[Any]
    custom_keys: frozenset[tuple[str, ...]]
    plain_keys: dict[str, bool] = field(default_factory=dict)
    """Keys of mappings that neither hold a secret nor announce one, and whether a label may stand under them."""
    harmless_keys: set[str] = field(default_factory=set)
    """Keys of mappings that were scanned and found to hold no secret themselves; the same ones come in every span."""
    harmless_texts: set[str] = field(default_factory=set)
    """The same of short texts, such as names of models."""
    harmless_ids: set[str] = field(default_factory=set)
    """The same of short texts that were not scanned for personal data."""
    plain_mappings: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """The keys of mappings all of which are plain, and those among them under which a label may stand."""
    harmless_hashes: set[bytes] = field(default_factory=set)
    """The same of long texts, by their hash, which stays in memory: a tool's result comes again in the messages of the next call."""
    resources: list[Any] = field(default_factory=list)
    """The redactor's own notes of what it made of the last resources: nearly all spans come with the same few."""
    conversations: list[Any] = field(default_factory=list)
    """The redactor's own notes of the last lists of messages: the next one mostly begins with one of them."""
    documents: dict[tuple[str, str], Any] = field(default_factory=dict)
    """The redactor's own notes of what every call of an agent carries, such as the tools that it offers."""

    def find(
        self, data: bytes, view: bytes, *, personal: bool = True, bounds: Bounds | None = None
    ) -> list[Finding]:
        """Find every secret in a text; without `personal`, numbers that only look like a person's are left."""
        findings = scan(view, bounds.rules if bounds else self.scanner.triggered(view))
        if not personal:
            findings = [finding for finding in findings if finding.rule not in pii.NAMES]
        if self.custom_patterns:
            findings += self._find_custom(data)
        return findings

    def _find_custom(self, data: bytes) -> Iterator[Finding]:
        blank = MARKER_BYTES.sub(lambda match: b" " * len(match[0]), data)
        return find_custom(self.custom_patterns, blank)

    def examine(self, texts: Sequence[str]) -> tuple[bool, Bounds | None]:
        """Tell whether any of these texts holds a secret, and what at most can be found in any part of them.

        The bounds are None where a part may hold what the whole does not.
        """
        if not texts:
            return False, None if self.custom_patterns else NOTHING
        data = _APART.join([*texts, ""]).encode("utf-8", "surrogatepass")
        view = make_view(data)
        opened = [(gate, rules) for gate in self.scanner.gates if (rules := gate.triggered(view))]
        is_encoded = holds_encoded(data, view)
        finds = is_encoded or bool(opened and _finds_any(opened, view, texts))
        if self.custom_patterns:
            return finds or any(True for text in texts for _ in self._find_custom(_encoded(text))), None
        return finds, Bounds(tuple([rule for _, rules in opened for rule in rules]), is_encoded)

    def is_harmless(self, text: str, *, personal: bool = True) -> bool:
        """Tell whether a text like this has been scanned, and nothing was found in it."""
        if len(text) <= SHORT_TEXT:
            return text in (self.harmless_texts if personal else self.harmless_ids)
        return len(text) >= LONG_TEXT and hash_of(text) in self.harmless_hashes

    def remember_harmless(self, text: str, *, personal: bool = True) -> None:
        """Note that nothing was found in a text; what is neither short nor long is not worth it."""
        if len(text) <= SHORT_TEXT:
            known = self.harmless_texts if personal else self.harmless_ids
            if len(known) >= _MOST_TEXTS:
                known.clear()
            known.add(text)
        elif len(text) >= LONG_TEXT and personal:
            self.remember_hashes([hash_of(text)])

    def remember_hashes(self, hashes: Iterable[bytes]) -> None:
        """Note the same of long texts, by what `hash_of` gives for them."""
        if len(self.harmless_hashes) >= _MOST_HASHES:
            self.harmless_hashes.clear()
        self.harmless_hashes.update(hashes)

    def has_telling_word(self, text: str) -> bool:
        """Tell whether JSON text under a telling name is worth taking apart."""
        return bool(self.telling_words.search(make_view(_encoded(text))))

    def is_custom_key(self, name: str) -> bool:
        """Tell whether the user asked to hide whatever has this name."""
        return bool(self.custom_keys) and contains(name, self.custom_keys)


def _finds_any(opened: Iterable[tuple[Gate, Sequence[Rule]]], view: bytes, texts: Sequence[str]) -> bool:
    """Tell whether something is found in one of the texts that a view is joined of, behind gates that it opens."""
    if scan(view, [rule for _, rules in opened for rule in rules if rule.is_local]):
        return True
    starts: Sequence[int] = ()
    for gate, rules in opened:
        others = [rule for rule in rules if not rule.is_local]
        if others and not starts:
            lengths = (len(_encoded(text)) + len(_APART) for text in texts)
            starts = list(accumulate(lengths, initial=0))
        for place, some in gate.triggered_in(view, starts, others) if others else ():
            if scan(view[starts[place] : starts[place + 1] - len(_APART)], some):
                return True
    return False


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def hash_of(text: str) -> bytes:
    """Return what a long text is known by in this process."""
    return blake2b(_encoded(text), digest_size=_HASH_BYTES).digest()


def make_engine(
    redact_keys: Sequence[str],
    redact_patterns: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    entropy: bool = False,
) -> Engine:
    """Compile the built-in rules, those of the configuration, and those for the process's own secrets.

    Raises:
        ConfigError: a pattern of the user cannot be compiled.
    """
    keys = own_phrases(redact_keys)
    own_secrets = environment_rule(os.environ if environment is None else environment)
    own: list[Rule] = [*([own_secrets] if own_secrets else []), *([key_rule(keys)] if keys else [])]
    names = "|".join([_NAMES_IN_JSON, *(r"[_\s.-]?".join(map(re.escape, words)) for words in sorted(keys))])
    if entropy:
        own.append(RANDOM_TEXT)
    scanner = Scanner(*_GATES, own)
    return Engine(scanner, compile_pattern(names), compile_custom(redact_patterns), keys)
