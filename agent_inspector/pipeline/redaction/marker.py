"""Marker: what stands in place of a removed value; alone owns its form and the fingerprint in it.

`[REDACTED:rule:1a2b3c4d]` names the rule, and carries 32 bits of a keyed hash: the same secret twice
stays visible as such, and without the key nobody can test guesses against it. The shortest values
carry none: among a thousand card codes, equality alone says too much.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

WITHHELD: Final = "[WITHHELD: redactor error]"
"""Stands for every text of a span whose redaction failed."""
MARKER: Final = re.compile(r"\[(?:REDACTED|WITHHELD)[^\]\r\n]{0,80}\]")
MARKER_BYTES: Final = re.compile(rb"\[(?:REDACTED|WITHHELD)[^\]\r\n]{0,80}\]")

_SHORTEST_FINGERPRINTED: Final = 6
_process_key: Final = secrets.token_bytes(32)


def mark(rule: str, value: bytes) -> str:
    """Return the marker for a value that this rule removed."""
    if len(value) < _SHORTEST_FINGERPRINTED:
        return f"[REDACTED:{rule}]"
    fingerprint = hashlib.blake2b(value, key=_process_key, digest_size=4).hexdigest()
    return f"[REDACTED:{rule}:{fingerprint}]"


def without_markers(text: str) -> str:
    """Return the text without any markers."""
    return MARKER.sub("", text) if "[" in text else text
