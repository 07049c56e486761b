"""Extraction: the values that stand in a text, each with the keys by which it is found in its other forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from agent_inspector.model import ValueKind
from agent_inspector.query.values.dates import DATE, date_keys
from agent_inspector.query.values.numbers import is_unit, number_keys, read_numbers

_EXTENSION: Final = (
    r"py|js|ts|tsx|jsx|java|go|rs|rb|c|h|cpp|cs|php|sh|sql|html|css|md|txt|csv|tsv|json|jsonl|ya?ml|toml|ini|cfg|conf|env"
    r"|log|xml|pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|svg|zip|tar|gz|parquet|ipynb|lock"
)
_STARTS: Final = r"[\w.@~+/\\$€£¥#-]"
"""What a value begins with, but for those in brackets and quotes; and none of these begins inside of a word."""
_PLAIN: Final = r"(?:[^\W\d]{1,40}(?![\w@+~/\\#-]|[.:]\S|\.?\s+\d)[^\w.@~+/\\$€£¥#\-\[\"“`]{0,40}){1,64}"
"""Words in which no value begins, and what stands between them: taken many at once, as most of a text is that.

A word that a digit follows after a blank is none of them: it may be the name of a month.
"""
# Every repetition that another may follow is bounded: a long run of letters must not take quadratic time.
_TOKEN: Final = re.compile(
    rf"(?<!\w)(?={_STARTS})(?:(?P<plain>{_PLAIN})"
    r"|(?P<url>\b[a-z][a-z0-9+.-]{1,9}://[^\s\"'<>`|\\^{}\[\]]+)"
    r"|(?P<email>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<path>(?<![\w/])(?:~|\.{1,2}|[a-z]:)?[/\\](?:[\w.@~+-]{1,80}[/\\]){0,20}[\w.@~+-]{1,80}"
    rf"|(?<![\w/@.])(?:[\w.@~+-]{{1,80}}[/\\]){{0,20}}[\w.@~+-]{{1,80}}\.(?:{_EXTENSION})\b)"
    rf"|(?P<date>{DATE})"
    r"|(?P<id>(?<!\w)\#\d{3,}(?!\w)|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|(?<![\w.])\d+(?:\.\d{1,2}){2,}(?![\w.])"
    r"|(?<!\w)(?![\d.]+(?:[,\s)]|$|[.,;:!?](?:\s|$)))(?=[\w.:#-]{0,80}\d)[a-z0-9]+(?:[-_:#.][a-z0-9]+)+(?!\w)"
    r"|(?<!\w)(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{3,}(?!\w))"
    r"|(?P<number>(?<![\w.])[-+]?(?:[$€£¥]\s?)?\d+(?:[.,\x20\xa0\u202f'\u2019_]\d{3})*(?:[.,]\d+)?(?!\w)"
    r"|(?<![\w.])[-+]?[$€£¥]?\d+(?:[.,]\d+)?(?=[a-z%°])))"
    r"|(?P<masked>\[(?:REDACTED|WITHHELD)[^\]\r\n]{0,80}\])"
    r"|(?P<quoted>“[^”\n]{1,80}”|\"[^\"\n]{1,80}\"|`[^`\n]{1,80}`)",
    re.IGNORECASE,
)
_HINT: Final = re.compile(r"[\d/\\@\"`“]|\.\w|\[[RW]")
"""What stands in every text that has a value other than a name."""
_SHORT: Final = 400
_LONGEST: Final = 200_000
"""Characters of one text that are looked through."""
_NAMES: Final = re.compile(
    r"(?<![\w'\u2019])[A-ZÀ-Þ][\w'\u2019.-]*(?:\s+(?:(?:of|de|van|von|der|la|le|the|and|&)\s+)?[A-ZÀ-Þ][\w'\u2019-]*)+"
)
_UNIT_AFTER: Final = re.compile(r"\s?(%|°?[a-z]{1,12}|[$€£¥])(?![\w])", re.IGNORECASE)
_RELEASE: Final = re.compile(r"\d+(?:\.\d{1,2}){2,}")
_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_NUMERIC: Final = re.compile(r"[-+]?\d+(?:[.,_]\d+)*\Z")
_WITH_UNIT: Final = re.compile(r"([-+]?\d+(?:[.,]\d+)?)([a-z]+)\Z", re.IGNORECASE)
_NOT_ALNUM: Final = re.compile(r"[^a-z0-9]+")
_VERSION: Final = re.compile(r"v?\d+(?:\.\d+)+\Z", re.IGNORECASE)
_TRAILING: Final = ".,;:!?)'\"*"
_DIGITS_OF_ID: Final = re.compile(r"[a-z#]+[-_ ]?(\d{3,})\Z", re.IGNORECASE)


class Value(NamedTuple):
    """One value in a text."""

    kind: ValueKind
    start: int
    end: int
    text: str
    keys: Sequence[str]
    """What equal values share, the surest first."""
    unit: str | None = None


def find_values(text: str, *, names: bool = False, unit: str | None = None) -> Sequence[Value]:
    """Return the values in a text; with `names`, capitalised words too. `unit`: of a lone number, told elsewhere."""
    if len(text) <= _SHORT:
        return _find_again(text, names, unit)
    return _find(text if len(text) <= _LONGEST else text[:_LONGEST], names, unit)


def _find(text: str, names: bool, unit: str | None) -> Sequence[Value]:
    found: list[Value] = []
    if _HINT.search(text):
        matches = (match for match in _TOKEN.finditer(text) if match.lastgroup != "plain")
        values = (_value(text, match, unit) for match in matches)
        found = [value for value in values if value is not None]
    if names:
        for match in _NAMES.finditer(text):
            found.append(Value("name", match.start(), match.end(), match.group(), (word_key(match.group()),)))
    return found


_find_again: Final = lru_cache(maxsize=8192)(_find)
"""The same short texts come again at once: in a result, in the message that tells it, in what is made of it."""


def whole_value(text: str, unit: str | None = None) -> Value | None:
    """Return the one value that a text is; None if it is several, or something else."""
    match = _TOKEN.match(text)
    value = _value(text, match, unit) if match and match.lastgroup != "plain" else None
    return value if value is not None and value.start == 0 and value.end == len(text) else None


def word_key(text: str) -> str:
    """Return the key of a name or a phrase: its words, without regard to case and marks."""
    if text.isalnum() and text.isascii():
        return f"s:{text.lower()}"
    return f"s:{' '.join(_NOT_ALNUM.sub(' ', text.lower()).split()) if text.isascii() else ' '.join(text.lower().split())}"


def _value(text: str, match: re.Match[str], unit: str | None) -> Value | None:
    group = match.lastgroup or ""
    start, end = match.span()
    found = text[start:end]
    if group in ("url", "path", "email"):
        stripped = found.rstrip(_TRAILING)
        end, found = start + len(stripped), stripped
    if not found:
        return None
    if group == "masked":
        return Value("id", start, end, found, [f"i:{found.lower()}"])
    if group == "number":
        return _number(text, start, end, unit)
    if group == "id":
        return _id(text, start, end, unit)
    if group == "date":
        keys = date_keys(found)
        return Value("id", start, end, found, keys) if keys else None
    if group == "quoted":
        return Value("text", start + 1, end - 1, found[1:-1], (word_key(found[1:-1]),))
    kind: ValueKind = "url" if group == "url" else "path" if group == "path" else "id"
    return Value(kind, start, end, found, _KEYS[group](found))


def _number(text: str, start: int, end: int, unit: str | None) -> Value | None:
    found = text[start:end]
    bare = found.lstrip("+-$€£¥ ")
    if _ADDRESS.fullmatch(bare):
        return Value("id", start, end, found, [f"i:{bare}"])
    sign = (
        "-" if found.lstrip("$€£¥ ").startswith("-") and (start == 0 or not text[start - 1].isalnum()) else ""
    )
    numbers = read_numbers(sign + bare)
    if not numbers:
        return None
    symbol = next((mark for mark in found if mark in "$€£¥"), None)
    after = _UNIT_AFTER.match(text, end)
    told = symbol or (after.group(1) if after and is_unit(after.group(1)) else None) or unit
    return Value("number", start, end, found, number_keys(numbers, told), told)


def _id(text: str, start: int, end: int, unit: str | None) -> Value | None:
    found = text[start:end]
    if _NUMERIC.fullmatch(found) and not _RELEASE.fullmatch(found):
        return _number(text, start, end, unit)
    with_unit = _WITH_UNIT.fullmatch(found)
    if with_unit and is_unit(with_unit.group(2)):
        numbers = read_numbers(with_unit.group(1))
        keys = number_keys(numbers, with_unit.group(2))
        return Value("number", start, end, found, keys, with_unit.group(2))
    lowered = found.lower().lstrip("#")
    keys = [f"i:{lowered}"]
    if lowered.isdigit():
        return Value("id", start, end, found, [f"n:{int(lowered)}", *keys])
    if not _VERSION.fullmatch(found):
        keys.append(f"j:{_NOT_ALNUM.sub('', lowered)}")
        digits = _DIGITS_OF_ID.fullmatch(lowered)
        if digits:
            keys.append(f"n:{int(digits.group(1))}")
    return Value("id", start, end, found, keys)


def _url_keys(url: str) -> list[str]:
    _, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    bare = f"{host.lower()}{slash}{path}".partition("#")[0].rstrip("/")
    return [f"u:{bare.removeprefix('www.')}"]


def _path_keys(path: str) -> list[str]:
    names = [name for name in path.replace("\\", "/").split("/") if name not in ("", ".")]
    if not names:
        return []
    keys = [f"p:{'/'.join(names).lower()}"]
    keys += [f"p:{'/'.join(names[-2:]).lower()}"] if len(names) > 2 else []
    return [*keys, f"p:{names[-1].lower()}"] if len(names) > 1 else keys


def _email_keys(address: str) -> list[str]:
    return [f"i:{address.lower()}"]


_KEYS: Final = {"url": _url_keys, "path": _path_keys, "email": _email_keys}
