"""Walk: one pass over a nested value; alone owns what the place of a value tells about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from agent_inspector.model import Json
from agent_inspector.pipeline.redaction.commands import find_secret_arguments
from agent_inspector.pipeline.redaction.documents import SHORTEST_SECRET, Look, holds_nothing
from agent_inspector.pipeline.redaction.engine import NOTHING, Bounds, Engine
from agent_inspector.pipeline.redaction.headers import find_cookies
from agent_inspector.pipeline.redaction.judgement import is_secret_under
from agent_inspector.pipeline.redaction.marker import mark, without_markers
from agent_inspector.pipeline.redaction.names import Verdict, judge, split_words
from agent_inspector.pipeline.redaction.neighbours import (
    SCHEME,
    find_named_items,
    is_identifier,
    is_private_jwk,
    label_of,
    telling_name,
)
from agent_inspector.pipeline.redaction.nested_json import may_be_json, parse_json, read_json, write_json
from agent_inspector.pipeline.redaction.pii import SMALLEST_CARD, is_card
from agent_inspector.pipeline.redaction.text import Replacement, find_encoded, make_view, replace_findings
from agent_inspector.pipeline.redaction.values import is_placeholder

DEEPEST: Final = 100
TOO_DEEP: Final = "[WITHHELD: nested too deeply]"
_SMALLEST_SECRET: Final = 1000
"""Smaller numbers under a secret name are counts."""
_MOST_KEYS: Final = 4096
_DEEPEST_TEXT: Final = 8


class Walk:
    """Redacts one value, counting what each rule removed. Not for more than one thread."""

    def __init__(self, engine: Engine, check_budget: Callable[[int], None], *, explain: bool = False) -> None:
        self.counts: dict[str, int] = {}
        self.trail: list[tuple[str, str]] | None = [] if explain else None
        self._engine = engine
        self._check_budget = check_budget
        self._bounds: Bounds | None = None
        """Set while inside of a JSON document."""

    def redact(self, value: Json, path: str = "$", name: str = "", depth: int = 0) -> Json:
        """Return a copy without secrets. `name` is the key that the value stands under."""
        if isinstance(value, str):
            return self._leaf(value, path, name, depth)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, (int, float)):
            return self._number(value, path, name)
        if depth > DEEPEST:
            return TOO_DEEP
        if isinstance(value, (bytes, bytearray)):
            return self._bytes(bytes(value), path, name, depth)
        if isinstance(value, Mapping):
            return self._mapping(value, path, name, depth)
        if isinstance(value, (Sequence, set, frozenset)):
            return self._sequence(list(value), path, name, depth)
        return value

    def redact_attributes(self, attributes: Mapping[str, Json], path: str) -> Mapping[str, Json]:
        """Return a span's attributes without secrets; the same ones where there are none."""
        if self.holds_nothing(attributes):
            return attributes
        return self._mapping(attributes, path, "", 0)

    def holds_nothing(self, attributes: Mapping[str, Json], documents: Sequence[str] = ()) -> bool:
        """Tell at one look whether nothing would be removed from attributes, and from JSON texts beside them."""
        return holds_nothing(attributes, self._engine, self._check_budget, documents)

    def redact_text(self, text: str, path: str, *, personal: bool = True, depth: int = 0) -> str:
        """Redact a text that stands under no key."""
        if self._bounds == NOTHING or self._engine.is_harmless(text, personal=personal):
            return text
        replaced = self._scan(text, personal=personal, depth=depth)
        for rule in replaced.rules:
            self._found(rule, path)
        if not replaced.rules and depth < _DEEPEST_TEXT:
            self._engine.remember_harmless(text, personal=personal)
        return replaced.text

    def add_counts(self, counts: Mapping[str, int]) -> None:
        """Count what was removed from a part of the value before."""
        for rule, count in counts.items():
            self.counts[rule] = self.counts.get(rule, 0) + count

    def _found(self, rule: str, path: str) -> None:
        self.counts[rule] = self.counts.get(rule, 0) + 1
        if self.trail is not None:
            self.trail.append((path, rule))

    def _mark(self, rule: str, value: str, path: str) -> str:
        self._found(rule, path)
        return mark(rule, value.encode("utf-8", "surrogatepass"))

    def _leaf(self, text: str, path: str, name: str, depth: int) -> str:
        if not text:
            return text
        if name and self._engine.is_custom_key(name):
            return self._mark("custom_key", text, path) if without_markers(text).strip() else text
        nested = self._nested(text, path, name, depth)
        if nested is not None:
            return nested
        if name and is_secret_under(name, text):
            return self._secret(text, path, name)
        if len(text) < SHORTEST_SECRET:
            return text
        return self.redact_text(text, path, personal=not is_identifier(name), depth=depth)

    def _secret(self, text: str, path: str, name: str) -> str:
        """Replace a value whose key says that it is secret, but keep the scheme, the host, the harmless cookies."""
        words = split_words(name)
        if "=" in text and ("cookie" in words or "cookies" in words):
            data = text.encode("utf-8", "surrogatepass")
            replaced = replace_findings(data, list(find_cookies(make_view(data))))
            for rule in replaced.rules:
                self._found(rule, path)
            return replaced.text
        if "://" in text:
            return self.redact_text(text, path)
        scheme = SCHEME.match(text)
        start = scheme.end() if scheme else 0
        if is_placeholder(text[start:]):
            return text
        return text[:start] + self._mark(_rule_for(name), text[start:], path)

    def _number(self, value: float, path: str, name: str) -> Json:
        rule = self._rule_for_number(value, name)
        return self._mark(rule, _spell_number(value), path) if rule else value

    def _rule_for_number(self, value: float, name: str) -> str | None:
        if name and self._engine.is_custom_key(name):
            return "custom_key"
        verdict = judge(name)
        if verdict is Verdict.STRONG:
            return "key" if abs(value) >= _SMALLEST_SECRET else None
        if not isinstance(value, int):
            return None
        if verdict is not Verdict.WEAK and is_secret_under(name, _spell_number(value)):
            return str(verdict.value)
        return (
            "card"
            if value > SMALLEST_CARD and not is_identifier(name) and is_card(_spell_number(value))
            else None
        )

    def _bytes(self, value: bytes, path: str, name: str, depth: int) -> bytes:
        try:
            text = value.decode()
        except UnicodeDecodeError:
            return (
                value if judge(name) is not Verdict.STRONG else self._mark("key", value.hex(), path).encode()
            )
        return self._leaf(text, path, name, depth).encode("utf-8", "surrogatepass")

    def _mapping(self, mapping: Mapping[Any, Json], path: str, name: str, depth: int) -> dict[Any, Json]:
        label = label_of(mapping)
        is_custom = bool(name) and self._engine.is_custom_key(name)
        redacted = {}
        for key, item in mapping.items():
            spelled = key if isinstance(key, str) else str(key)
            clean = self._key(spelled, path)
            here = f"{path}.{clean}"
            telling = name if is_custom else telling_name(spelled, item, label, name)
            if is_private_jwk(mapping, spelled):
                telling = "private_key"
            redacted[key if clean == spelled else clean] = self.redact(item, here, telling, depth + 1)
        return redacted

    def _key(self, key: str, path: str) -> str:
        known = self._engine.harmless_keys
        if len(key) < SHORTEST_SECRET or key in known:
            return key
        clean = self.redact_text(key, f"{path}.(key)")
        if clean == key and len(known) < _MOST_KEYS:
            known.add(key)
        return clean

    def _sequence(self, items: list[Json], path: str, name: str, depth: int) -> list[Json]:
        arguments = {*find_secret_arguments(items), *find_named_items(items)}
        redacted = []
        for place, item in enumerate(items):
            here = f"{path}[{place}]"
            if place in arguments:
                redacted.append(self._argument(item, here))
            else:
                redacted.append(self.redact(item, here, name, depth + 1))
        return redacted

    def _argument(self, item: Any, path: str) -> Json:
        if isinstance(item, bytes):
            return self._secret(item.decode("utf-8", "surrogateescape"), path, "argument").encode(
                "utf-8", "surrogateescape"
            )
        user, colon, password = item.partition(":") if "://" not in item else ("", "", item)
        if item.startswith("-p"):
            user, colon, password = "-p", "", item[2:]
        if user and password and " " not in item and len(user) <= 32:
            return item if is_placeholder(password) else f"{user}{colon}{self._mark('flag', password, path)}"
        return self._secret(item, path, "argument")

    def _scan(self, text: str, *, personal: bool, depth: int) -> Replacement:
        self._check_budget(len(text))
        data = text.encode("utf-8", "surrogatepass")
        view = make_view(data)
        findings = self._engine.find(data, view, personal=personal, bounds=self._bounds)
        replaced = replace_findings(data, findings) if findings else Replacement(text, ())
        if depth >= _DEEPEST_TEXT or (self._bounds and not self._bounds.is_encoded):
            return replaced
        return self._decode(
            replaced, make_view(replaced.text.encode("utf-8", "surrogatepass")) if findings else view, depth
        )

    def _decode(self, replaced: Replacement, view: bytes, depth: int) -> Replacement:
        data = replaced.text.encode("utf-8", "surrogatepass")

        def redact(plain: str) -> Replacement:
            inner = Walk(self._engine, self._check_budget)
            text = inner._leaf(plain, "$", "", depth + 1)
            return Replacement(text, list(Counter(inner.counts).elements()))

        pieces, rules, at = [], list(replaced.rules), 0
        for finding, instead in find_encoded(data, view, redact):
            if finding.start >= at:
                pieces += [data[at : finding.start], instead.encode()]
                rules.append(finding.rule)
                at = finding.end
        if not pieces:
            return replaced
        return Replacement(b"".join([*pieces, data[at:]]).decode("utf-8", "surrogatepass"), rules)

    def _nested(self, text: str, path: str, name: str, depth: int) -> str | None:
        """Redact a text that is JSON as what it says; None when it is not, or is better taken as a text."""
        if depth >= DEEPEST or not may_be_json(text):
            return None
        value = read_json(text)
        if value is None or (isinstance(value, str) and depth >= _DEEPEST_TEXT):
            return None
        self._check_budget(len(text))
        is_telling = judge(name) not in (Verdict.UNKNOWN, Verdict.HARMLESS)
        look = Look(value, self._engine, all_texts=is_telling)
        finds, bounds = self._engine.examine(look.texts)
        if is_telling:
            if bounds == NOTHING and not self._engine.has_telling_word(text):
                return None
        elif look.is_plain and not finds and not look.is_deep:
            look.remember()
            return text
        return self._walk(text, path, name, depth, None if look.is_deep else bounds)

    def _walk(self, text: str, path: str, name: str, depth: int, bounds: Bounds | None) -> str | None:
        value = parse_json(text)
        if value is None:
            return None
        before, outer = sum(self.counts.values()), self._bounds
        self._bounds = bounds
        try:
            redacted = self.redact(value, path, name, depth + 1)
        finally:
            self._bounds = outer
        return write_json(redacted, like=text) if sum(self.counts.values()) > before else text


def _rule_for(name: str) -> str:
    verdict = judge(name)
    return "key" if verdict in (Verdict.STRONG, Verdict.WEAK, Verdict.UNKNOWN) else verdict.value


def _spell_number(value: float) -> str:
    return hex(value) if isinstance(value, int) and abs(value) > 10**40 else str(value)
