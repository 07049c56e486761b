"""Numbers: what number a text is, whatever the separators, and in which other units the same quantity may stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

_SPACES: Final = re.compile(r"[\s_'\u2019]")
_GROUPED: Final = re.compile(r"\d{1,3}(?:([.,])\d{3})+\Z")
_LONGEST: Final = 30

_UNITS: Final[Mapping[str, tuple[str, Decimal]]] = {
    name: (dimension, Decimal(factor))
    for dimension, units in {
        "money": {
            "1": "cent cents ct cts pence minor",
            "100": "$ € £ ¥ usd eur gbp chf jpy dollar dollars euro euros pound pounds bucks",
        },
        "time": {
            "1": "ms millis milliseconds millisecond msec",
            "1000": "s sec secs second seconds",
            "60000": "min mins minute minutes",
            "3600000": "h hr hrs hour hours",
            "86400000": "d day days",
            "604800000": "week weeks",
        },
        "length": {
            "1": "mm millimetre millimetres millimeters",
            "10": "cm centimetres centimeters",
            "1000": "m metre metres meter meters",
            "1000000": "km kilometre kilometres kilometer kilometers",
        },
        "mass": {
            "1": "mg",
            "1000": "g gram grams grammes",
            "1000000": "kg kilo kilos kilogram kilograms",
            "1000000000": "t ton tons tonne tonnes",
        },
        "data": {
            "1": "byte bytes b",
            "1000": "kb",
            "1000000": "mb",
            "1000000000": "gb",
            "1000000000000": "tb",
        },
        "volume": {"1": "ml millilitres", "10": "cl", "1000": "l litre litres liter liters"},
        "share": {"1": "% percent pct", "100": "ratio fraction"},
        "temperature": {"1": "c °c celsius degrees"},
        "power": {"1": "w watt watts", "1000": "kw", "1000000": "mw"},
        "energy": {"1": "wh", "1000": "kwh"},
    }.items()
    for factor, names in units.items()
    for name in names.split()
}
_MULTIPLES: Final[Mapping[str, Decimal]] = {
    "k": Decimal(1000),
    "thousand": Decimal(1000),
    "million": Decimal(10**6),
    "mn": Decimal(10**6),
    "mio": Decimal(10**6),
    "billion": Decimal(10**9),
    "bn": Decimal(10**9),
}
_QUANTITIES: Final[Mapping[str, str]] = {
    name: dimension
    for dimension, names in {
        "money": "price amount total cost balance fee sum spent paid charge payment salary budget revenue subtotal tax",
        "temperature": "temperature temp warmth",
        "share": "humidity rate percentage share discount",
        "time": "duration elapsed latency eta",
        "length": "distance height width depth elevation",
        "mass": "weight mass",
    }.items()
    for name in names.split()
}
_BINARY: Final[Mapping[str, Decimal]] = {
    "kb": Decimal(2**10), "mb": Decimal(2**20), "gb": Decimal(2**30),
    "kib": Decimal(2**10), "mib": Decimal(2**20), "gib": Decimal(2**30),
}  # fmt: skip


def read_numbers(text: str) -> list[Decimal]:
    """Return the numbers that a text may be: two where a separator may stand for thousands or for decimals."""
    bare = _SPACES.sub("", text).lstrip("+#")
    if not bare or len(bare) > _LONGEST:
        return []
    if _GROUPED.fullmatch(bare.lstrip("-")):
        separators = {mark for mark in bare if mark in ".,"}
        grouped = re.sub(r"[.,]", "", bare)
        if len(separators) == 2:
            last = max(bare.rfind("."), bare.rfind(","))
            return _decimals(re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :])
        plain = bare.replace(",", ".") if bare.count(separators.copy().pop()) == 1 else None
        return _decimals(grouped) + (_decimals(plain) if plain else [])
    if "," in bare and "." in bare:
        last = max(bare.rfind("."), bare.rfind(","))
        return _decimals(re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :])
    if bare.count(",") > 1 or bare.count(".") > 1:
        return _decimals(re.sub(r"[.,]", "", bare))
    return _decimals(bare.replace(",", "."))


def canonical(number: Decimal) -> str:
    """Write a number in its one form."""
    if not number.is_finite() or abs(number.adjusted()) > 40:
        return str(number)
    if number == number.to_integral_value():
        return str(int(number))
    plain = str(number)
    if plain[-1] != "0" and "E" not in plain:
        return plain
    return format(number.normalize(), "f")


def number_keys(numbers: list[Decimal], unit: str | None) -> list[str]:
    """Return the keys of a number: its own first, then those of the same quantity in its dimension."""
    keys = [f"n:{canonical(number)}" for number in numbers]
    if not unit:
        return keys
    name = unit.lower().rstrip(".")
    for number in numbers:
        if name in _MULTIPLES:
            keys.append(f"n:{canonical(number * _MULTIPLES[name])}")
        elif name in _UNITS:
            dimension, factor = _UNITS[name]
            keys.append(f"q:{dimension}:{canonical(number * factor)}")
        if name in _BINARY:
            keys.append(f"q:data:{canonical(number * _BINARY[name])}")
    return keys


def guessed_keys(numbers: list[Decimal], unit: str | None) -> list[str]:
    """Return the keys under which a quantity with a unit may stand where no unit is told: in cents, or as a fraction."""
    name = (unit or "").lower()
    dimension, factor = _UNITS.get(name, ("", Decimal(1)))
    if dimension == "money" and factor == 100:
        return [f"n:{canonical(number * 100)}" for number in numbers]
    if dimension == "share" and factor == 1:
        return [f"n:{canonical(number / 100)}" for number in numbers]
    return []


def dimension_of(words: Sequence[str]) -> str | None:
    """Return what is measured in the last of these words that says it: a unit, or a quantity such as price."""
    for word in reversed(words):
        if (len(word) > 1 and word in _UNITS) or word in "$€£¥%":
            return _UNITS[word][0]
        if word in _QUANTITIES:
            return _QUANTITIES[word]
    return None


def is_unit(word: str) -> bool:
    """Whether a word is a unit that we can convert."""
    name = word.lower().rstrip(".")
    return name in _UNITS or name in _MULTIPLES or name in _BINARY


def _decimals(text: str | None) -> list[Decimal]:
    try:
        return [Decimal(text)] if text else []
    except InvalidOperation:
        return []
