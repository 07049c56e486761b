"""Neighbours: what the things around a value in a mapping or a list tell about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agent_inspector.model import Json
from agent_inspector.pipeline.redaction.judgement import is_secret_assigned, is_secret_told
from agent_inspector.pipeline.redaction.marker import without_markers
from agent_inspector.pipeline.redaction.names import PHRASES, Verdict, judge, judge_label, split_words
from agent_inspector.pipeline.redaction.pairs import STEMS
from agent_inspector.pipeline.redaction.rules import compile_pattern
from agent_inspector.pipeline.redaction.values import is_opaque, is_plausible
from agent_inspector.pipeline.redaction.vocabulary import words

SCHEME: Final = re.compile(
    r"(?i)\s*(?:bearer|basic|token|apikey|api-key|digest|negotiate|oauth|ssws|bot|key|jwt|aws4-hmac-sha256)\s+(?=\S)"
)
"""The word before a credential in a header."""
LABEL_KEYS: Final = words("""
    name key header field label id selector element param parameter variable var env property attribute k title
    type setting option question secretname secret_name varname target placeholder
""")
_VALUE_KEYS: Final = words("value val v secret default current new old plain stringvalue string_value answer")
_CONTENT_KEYS: Final = words("text content data input")
_WIDGET: Final = re.compile(r"(?i)\b(?:field|input|text ?box|box)\b|[#.\[\]]")
_ID_TAILS: Final = words("""
    id ids number no hash sha digest checksum commit etag timestamp time ns ms at date version model fingerprint
    count tokens uuid guid offset position index size bytes limit seed port duration since until nano revision
    sequence seq
""")
_PRIVATE_JWK: Final = words("d p q dp dq qi k")
LONGEST_LABEL: Final = 80
TELLING: Final = compile_pattern(rf"(?i)(?:{STEMS}|{PHRASES})")
LONGEST_NAME: Final = 40


def label_of(mapping: Mapping[Any, Json]) -> str | None:
    """Return the secret name in `{"name": "API_KEY", "value": ...}` and its many spellings."""
    for key, label in mapping.items():
        if (
            isinstance(label, str)
            and isinstance(key, str)
            and len(label) <= LONGEST_LABEL
            and key.lower() in LABEL_KEYS
            # Most labels are ids and texts that never come twice.
            and TELLING.search(label.encode("utf-8", "surrogatepass"))
            and is_label(label)
        ):
            return _WIDGET.sub(" ", label).strip()
    return None


def is_label(text: str) -> bool:
    """Tell whether `label_of` would take this text for a label."""
    return judge_label(_WIDGET.sub(" ", text).strip()) not in (Verdict.UNKNOWN, Verdict.HARMLESS)


def is_private_jwk(mapping: Mapping[Any, Json], key: str) -> bool:
    """Tell whether this is a private member of a JSON Web Key (RFC 7518, section 6)."""
    return "kty" in mapping and key in _PRIVATE_JWK


def telling_name(key: str, item: Json, label: str | None, outer: str) -> str:
    """Return the name that says most about an item: its label, the key around its mapping, or its own key."""
    lower = key.lower()
    if label and isinstance(item, (str, int, bytes)) and _is_labelled(label, lower, item):
        return label
    around = judge(outer) if outer else Verdict.UNKNOWN
    if around not in (Verdict.STRONG, Verdict.WEAK):
        return key
    is_unknown = judge(key) is Verdict.UNKNOWN and isinstance(item, str)
    if lower in _VALUE_KEYS or (is_unknown and _fits(outer, str(item), around)):
        return outer
    return key


def _is_labelled(label: str, key: str, item: Any) -> bool:
    if key in _VALUE_KEYS:
        return True
    return key in _CONTENT_KEYS and isinstance(item, str) and is_secret_told(judge_label(label), label, item)


def _fits(outer: str, item: str, around: Verdict) -> bool:
    """Tell whether an unnamed child of `credentials` or `passwords` looks like what its parent promises."""
    last = split_words(outer)[-1]
    if around is Verdict.WEAK:
        return last in ("token", "tokens", "keys", "auth") and is_opaque(item)
    is_plural = last.endswith("s")
    return is_opaque(item, 8) or (is_plural and is_plausible(item) and " " not in item)


def find_named_items(items: Sequence[Any]) -> Iterator[int]:
    """Yield the places of secret values that follow their name: `["Authorization", "Bearer ..."]`."""
    for place in range(1, len(items)):
        name, value = _spell(items[place - 1]), _spell(items[place])
        if name and value and len(name) <= LONGEST_NAME and " " not in name and judge(name) is Verdict.STRONG:
            scheme = SCHEME.match(value)
            bare = without_markers(value[scheme.end() :] if scheme else value)
            if is_opaque(bare, 10) or (len(items) == 2 and _is_pair(name, bare)):
                yield place


def _is_pair(name: str, value: str) -> bool:
    return is_plausible(value) and is_secret_assigned(Verdict.STRONG, name, value, bare=False)


def _spell(item: Any) -> str:
    if isinstance(item, bytes) and len(item) <= 4096:
        return item.decode("utf-8", "replace")
    return item if isinstance(item, str) else ""


def is_identifier(name: str) -> bool:
    """Tell whether the key is that of an id, a counter or a time, whose digits mean nothing personal."""
    parts = split_words(name)
    return bool(parts) and parts[-1] in _ID_TAILS and judge(name) in (Verdict.HARMLESS, Verdict.UNKNOWN)
