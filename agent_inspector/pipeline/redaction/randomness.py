"""Randomness: long texts that look random, whatever they are; only for who asks for it by `redact_entropy`."""

from __future__ import annotations

import math
from collections import Counter
from typing import Final

from agent_inspector.pipeline.redaction.rules import pattern_rule
from agent_inspector.pipeline.redaction.values import UUID, is_hex, is_opaque

_SHORTEST: Final = 20
_LEAST_BITS: Final = 3.5
"""Words joined by signs stay below it, random letters and digits of this length above."""


def _is_random(value: str) -> bool:
    if UUID.fullmatch(value) or is_hex(value):
        return False  # ids of spans and runs, digests
    return is_opaque(value, _SHORTEST) and _bits(value) >= _LEAST_BITS


def _bits(value: str) -> float:
    """Return Shannon's entropy of the characters, in bits each."""
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares)


RANDOM_TEXT: Final = pattern_rule(
    "entropy", r"[A-Za-z0-9+/_=-]{20,}", trigger=r"[A-Za-z0-9+/_=-]{20}", accepts=_is_random
)
