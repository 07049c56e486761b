"""Values: random ids, names, amounts, dates and paths, and the other forms in which a person may write them."""

from __future__ import annotations

import datetime
import random
import string
from collections.abc import Callable, Mapping
from typing import Final

FIRST: Final = "Ada Bo Chen Dana Elif Farid Greta Hugo Irma Jonas Kira Liam Mona Noor Oskar Priya Quinn Rosa Samir Tove".split()  # noqa: SIM905 (shorter to read)
LAST: Final = "Brandt Okafor Lindqvist Moreau Tanaka Silva Novak Petrov Hansen Keller Duarte Ibsen Walsh Rossi Yilmaz Park".split()  # noqa: SIM905
CITIES: Final = [
    "Oslo",
    "Lisbon",
    "Kyoto",
    "Bergen",
    "Quito",
    "Dakar",
    "Perth",
    "Tallinn",
    "Leeds",
    "Cusco",
    "Porto",
    "Gdansk",
    "Utrecht",
    "Malmo",
]
WORDS: Final = "amber basil cobalt delta ember fjord granite harbor indigo juniper kelp lumen maple nickel onyx pepper".split()  # noqa: SIM905


def make(kind: str, rng: random.Random) -> object:
    """Return a random value of a kind."""
    return _MAKERS[kind](rng)


def other_form(kind: str, value: object, rng: random.Random) -> str:
    """Return a value as a person may write it in an answer."""
    if kind == "money":
        amount = float(str(value))
        return rng.choice([f"${amount:,.2f}", f"{amount:.2f} USD", f"{amount:,.2f} euros", f"€{amount:.2f}"])
    if kind == "cents":
        return rng.choice([f"${int(str(value)) / 100:,.2f}", f"{int(str(value)) / 100:.2f} euros"])
    if kind == "date":
        day = datetime.date.fromisoformat(str(value))
        return rng.choice(
            [
                str(value),
                f"{day:%B} {day.day}, {day.year}",
                f"{day.day} {day:%b} {day.year}",
                f"{day:%B} {day.day}",
            ]
        )
    if kind == "count":
        return rng.choice([str(value), f"{int(str(value)):,}"])
    if kind == "percent":
        return f"{value}%"
    return str(value)


def _id(rng: random.Random) -> str:
    digits = "".join(rng.choices(string.digits, k=rng.randint(4, 8)))
    tail = "".join(rng.choices(string.hexdigits.lower()[:16], k=rng.randint(6, 12)))
    prefix = rng.choice(["ORD", "inv", "ch", "TKT", "acc", "PRJ", "cus", "job", "ref", "doc"])
    return rng.choice(
        [
            f"{prefix}-{digits}",
            f"{prefix}_{tail}a1",
            f"{prefix}{digits}",
            f"{prefix.upper()}-{digits[:4]}-{digits[-3:]}",
            f"#{digits}",
            digits + "9",
        ]
    )


def _date(rng: random.Random) -> str:
    return (datetime.date(2026, 1, 1) + datetime.timedelta(days=rng.randint(0, 700))).isoformat()


def _path(rng: random.Random) -> str:
    names = rng.sample(WORDS, 2)
    extension = rng.choice(["py", "csv", "md", "json", "log", "txt"])
    return rng.choice(
        [
            f"src/{names[0]}/{names[1]}.{extension}",
            f"/var/data/{names[0]}_{names[1]}.{extension}",
            f"./{names[0]}.{extension}",
        ]
    )


_MAKERS: Final[Mapping[str, Callable[[random.Random], object]]] = {
    "id": _id,
    "name": lambda rng: f"{rng.choice(FIRST)} {rng.choice(LAST)}",
    "city": lambda rng: rng.choice(CITIES),
    "word": lambda rng: rng.choice(WORDS),
    "money": lambda rng: round(rng.uniform(15, 9000), 2),
    "cents": lambda rng: rng.randint(1500, 900_000),
    "count": lambda rng: rng.randint(120, 98_000),
    "percent": lambda rng: round(rng.uniform(13, 97), 1),
    "date": _date,
    "path": _path,
    "email": lambda rng: (
        f"{rng.choice(FIRST).lower()}.{rng.choice(LAST).lower()}{rng.randint(1, 99)}@example.{rng.choice(['com', 'org'])}"
    ),
    "url": lambda rng: (
        f"https://{rng.choice(WORDS)}.example.com/{rng.choice(WORDS)}/{rng.randint(100, 9999)}"
    ),
    "temperature": lambda rng: round(rng.uniform(11, 39), 1),
}
