"""Personal data that stands without a label, told from ordinary numbers by its checksum or its punctuation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from stdnum import iban, luhn
from stdnum.us import ssn

from agent_inspector.pipeline.redaction.rules import Finding, Rule, as_text, compile_pattern, pattern_rule
from agent_inspector.pipeline.redaction.vocabulary import words

# Lengths by first digits, as the card networks assign them (ISO/IEC 7812 issuer identification numbers).
_CARD: Final = re.compile(
    r"4\d{15}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|4[4-9]\d|5\d\d)\d{12}"
    r"|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14,17}|60\d{14}|5[06-8]\d{14}"
)
_COUNTED: Final = re.compile(
    rb"(?i)(?:order|invoice|tracking|ticket|shipment|parcel|refer?ence|ref|sku|isbn|imei|transaction|txn|trace|span|run|request|serial"
    rb"|build|case|batch|product|item|part|job|timestamp|time|[a-z_]id|version|upc|ean|gtin|model)"
    rb"[ _-]?(?:number|numbers|no\.?|num|nr|id|code|#)?[\"']?[ ]?(?:is|was)?[ :=#(]{0,3}[\"']?$"
)
_FILE_ENDINGS: Final = words(
    "png jpg jpeg gif svg webp ico css scss js mjs cjs ts tsx jsx json yaml yml toml lock md txt py pyc rs go rb java kt swift c h cpp"
    " service socket timer target mount device local localdomain internal lan tgz zip gz whl jar html xml csv log conf cfg so dll exe"
)  # fmt: skip
_NOBODY: Final = words(
    "git hg svn noreply no-reply donotreply do-not-reply root ubuntu ec2-user www-data nobody daemon"
)
_LOOK_BACK: Final = 40
SMALLEST_CARD: Final = 10**13
"""Smaller numbers are no payment card's."""
Accepts = Callable[[str], bool]


def is_card(text: str) -> bool:
    """Tell whether these digits, with or without separators, are a payment card's number."""
    digits = re.sub(r"[ .-]", "", text)
    return bool(_CARD.fullmatch(digits)) and luhn.is_valid(digits) and len(set(digits)) > 1


def _is_email(text: str) -> bool:
    user, _, host = text.rpartition("@")
    ending = host.rsplit(".", 1)[-1].lower()
    return (
        user.lower() not in _NOBODY
        and ending not in _FILE_ENDINGS
        and not host.lower().startswith("users.noreply")
    )


def _is_foreign_phone(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    separated = any(char in " .-()/" for char in text)
    return 8 <= digits <= 15 if separated else 10 <= digits <= 15


@lru_cache(maxsize=64)
def _checksum(module: str) -> Any:
    return import_module(f"stdnum.{module}")


def _checked_by(module: str) -> Accepts:
    return lambda text: bool(_checksum(module).is_valid(text))


def _rule(  # noqa: PLR0913  (half are keywords)
    name: str,
    pattern: str,
    trigger: str,
    accepts: Accepts | None = None,
    *,
    edge: str = "0-9A-Za-z",
    is_short: bool = False,
) -> Rule:
    """Make a rule for numbers that neither continue in more of the same, nor are announced as an order's.

    A short pattern, of so many characters at most, needs no RE2, whose matches cost ten times as much.
    """
    compiled = _compile_short(pattern) if is_short else compile_pattern(pattern)
    outside = re.compile(rf"[{edge}]".encode())

    def find(view: bytes) -> Iterator[Finding]:
        for match in compiled.finditer(view):
            if is_short and match.lastindex is None:
                continue
            start, end = match.span()
            if view[start - 1 : start] == b" " == view[end : end + 1] and _is_one_of_many(view, start, end):
                continue
            touching = view[max(0, start - 1) : start] + view[end : end + 1]
            if outside.search(touching) or _is_fraction(view, start, end):
                continue
            if _COUNTED.search(view, max(0, start - _LOOK_BACK), start):
                continue
            if accepts is None or accepts(as_text(view[start:end])):
                yield Finding(start, end, name)

    return Rule(name, trigger, find)


def _compile_short(pattern: str) -> re.Pattern[bytes]:
    """Compile a pattern so that its group is what is not `_is_one_of_many`: a table holds thousands of those."""
    return re.compile(rf"(?<=\d )(?:{pattern})(?= \d)|({pattern})".encode())


def _is_one_of_many(view: bytes, start: int, end: int) -> bool:
    """Tell whether these groups between spaces are of a longer row of numbers, such as `122 123 124 125 126 127`."""
    return view[max(0, start - 2) : max(0, start - 1)].isdigit() and view[end + 1 : end + 2].isdigit()


def _is_fraction(view: bytes, start: int, end: int) -> bool:
    """Tell whether these are the decimals of a number such as `0.4111111111111111`, a tenth of which pass a checksum."""
    return (
        view[start:end].isdigit()
        and view[start - 1 : start] == b"."
        and view[max(0, start - 2) : start - 1].isdigit()
    )


_NATIONAL: Final = (
    ("br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}"),
    ("es.dni", r"\d{8}-?[A-HJ-NP-TV-Z]"),
    ("es.nie", r"[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]"),
    ("in_.aadhaar", r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}"),
    ("cl.rut", r"\d{1,2}\.\d{3}\.\d{3}-[\dkK]"),
    ("ca.sin", r"[1-9]\d{2}[ -]\d{3}[ -]\d{3}"),
    ("se.personnummer", r"(?:19|20)?\d{6}[-+]\d{4}"),
    ("fi.hetu", r"\d{6}[-+A]\d{3}[0-9A-Y]"),
    ("kr.rrn", r"\d{6}-[1-8]\d{6}"),
    ("gb.nhs", r"\d{3} \d{3} \d{4}"),
    ("fr.nir", r"[12] \d\d \d\d (?:\d\d|2[AB]) \d{3} \d{3} \d\d|[12]\d{2}(?:0[1-9]|1[0-2])\d{10}"),
    ("cn.ric", r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d{4}[\dX]"),
    ("ch.ssn", r"756\.\d{4}\.\d{4}\.\d{2}"),
    ("be.nn", r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}"),
    ("ar.cuit", r"(?:2[0347]|3[034])-\d{8}-\d"),
)
_NATIONAL_LETTERED: Final = (
    ("it.codicefiscale", r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"),
    ("mx.curp", r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d"),
    ("in_.pan", r"[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]"),
)


def _national_rules(formats: Iterable[tuple[str, str]]) -> Iterator[Rule]:
    for module, pattern in formats:
        yield _rule("national_id", pattern, pattern, _checked_by(module), edge="0-9A-Za-z.-", is_short=True)


DIGITS: Final = (
    _rule("ssn", r"\d{3}-\d{2}-\d{4}", r"\d{3}-\d{2}-\d{4}", ssn.is_valid, edge="0-9A-Za-z-"),
    _rule("phone", r"(?:\+?1[ .-])?(?:\([2-9]\d\d\)[ .-]?|[2-9]\d\d[.-])\d{3}[ .-]\d{4}", r"\d{3}[ )]?[).-][ .-]?\d{3}[ .-]\d{4}", edge="0-9A-Za-z_-"),
    _rule("phone", r"\+[1-9]\d{0,3}[ .-]?(?:\(?\d{1,5}\)?[ .-]?){1,6}\d{2,5}", r"\+[1-9][0-9 .()-]{6}", _is_foreign_phone, edge="0-9A-Za-z_+:"),
    _rule("phone", r"0\d(?:[ .-]\d\d){4}|0\d{2,4}[ -]\d{3,4}[ -]\d{3,4}|\(0\d{2,4}\) ?\d{3,4}[ -]?\d{3,4}", r"(?:^|[^0-9A-Za-z_.:/-])\(?0\d{1,4}\)?[ .-]\d\d", edge="0-9A-Za-z_.:-"),
    *_national_rules(_NATIONAL),
)  # fmt: skip
"""Rows of digits. With the rule for cards, which any row may begin, one gate would have several times the states."""
OTHERS: Final = (
    _rule("card", r"[2-6]\d{3}(?:[ .-]?\d){10,15}", r"[2-6]\d{3}(?:[ .-]?\d){10}", is_card, edge="0-9A-Za-z_+"),
    _rule("iban", r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?", r"[A-Z]{2}\d{2} ?[A-Z0-9]{4}", iban.is_valid),
    _rule(
        "email",
        r"[A-Za-z0-9](?:[A-Za-z0-9._%+'-]{0,62}[A-Za-z0-9_+-])?@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}",
        r"[A-Za-z0-9_+-]@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]",
        _is_email,
        edge="@",
    ),
    *_national_rules(_NATIONAL_LETTERED),
    _rule("national_id", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]"),
    pattern_rule(
        "birth",
        r"(?i)\b(?:born(?: on)?|dob|d\.o\.b\.?|date of birth|birth ?date|birthday)(?: is|[:,])? {0,2}"
        r"(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}(?:st|nd|rd|th|\.)? [a-z]{3,9}\.?,? \d{4}|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})",
        trigger=r"(?i)\b(?:born|dob|d\.o\.b|date of birth|birth ?date|birthday)(?: on)?(?: is|[:,])? *[0-9a-z]+[-/. ]+[0-9]",
    ),
    _rule("passport", r"P[A-Z<][A-Z]{3}[A-Z<]{39}(?:\s+[A-Z0-9<]{44})?", r"P[A-Z<][A-Z]{3}[A-Z]+<[A-Z<]", edge="A-Za-z"),
)  # fmt: skip
NAMES: Final = frozenset(rule.name for rule in (*DIGITS, *OTHERS))
"""The rules that an id's key switches off: an order number may look like a card."""
