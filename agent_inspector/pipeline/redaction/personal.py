"""Labelled personal data: what a value must look like under a name such as `ssn`, `iban` or `date of birth`.

A label says what to expect, so these shapes are looser than those of `pii`, which has no label to go by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from agent_inspector.pipeline.redaction.names import Verdict

SHAPES: Final[Mapping[Verdict, re.Pattern[str]]] = {
    Verdict.CARD: re.compile(r"\d(?:[ .-]?\d){11,18}(?!\d)"),
    Verdict.CVV: re.compile(r"\d{3,4}(?![\d.])"),
    Verdict.SSN: re.compile(r"\d{3}[ .-]?\d{2,3}[ .-]?\d{3,4}(?!\d)|[*xX]{3}-?[*xX]{2}-?\d{4}"),
    Verdict.BANK: re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,8}\b|\d(?:[ -]?\d){4,19}(?!\d)", re.IGNORECASE),
    Verdict.IDENTITY: re.compile(r"(?=(?:[^\d\n]{0,6}\d){4})[A-Z0-9](?:[./ -]{0,2}[A-Z0-9]){4,22}(?![A-Z0-9])", re.IGNORECASE),
    Verdict.BIRTH: re.compile(
        r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|\d{8}(?!\d)|\d{1,2}(?:st|nd|rd|th|\.)? [A-Za-zéûä]{3,9}\.?,? \d{4}"
        r"|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    ),
    Verdict.PHONE: re.compile(r"[+(]?(?:\d[ ()./-]{0,3}){6,16}\d(?!\d)(?:[ ]?(?:x|ext\.?)[ ]?\d{1,5})?"),
    Verdict.CODE: re.compile(r"\d{4,8}(?![\d.:])|\d{3}[ -]\d{3}(?!\d)|(?=[A-Z]{0,7}\d)[A-Z0-9]{6,8}\b"),
}  # fmt: skip
"""Each is matched where the value begins; it may contain spaces."""

_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]|$)|\d{1,3}(?:\.\d{1,3}){3}$")


def match_personal(verdict: Verdict, text: str) -> int:
    """Return how many characters at the start of the text are such a value; 0 when it is none."""
    shape = SHAPES.get(verdict)
    match = shape.match(text) if shape else None
    if match is None or (verdict is not Verdict.BIRTH and _DATE_TIME.match(text)):
        return 0
    return match.end()


def is_personal(verdict: Verdict, value: str) -> bool:
    """Tell whether the whole value is personal data of that kind."""
    text = value.strip()
    return bool(text) and match_personal(verdict, text) == len(text)
