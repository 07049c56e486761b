"""The 36 secrets that are planted: how each stands in what an agent says, and the words that give it away.

They are made up when the tests run, so that nothing here looks like a real one.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_random: Final = random.Random(36)


class Planted(NamedTuple):
    """A secret in its place."""

    value: Any
    tell: str
    """What must be found nowhere."""


def _opaque(length: int = 24) -> str:
    return "".join(_random.choices(string.ascii_letters + string.digits, k=length - 2)) + "7q"


def _keyed(name: str) -> Planted:
    secret = _opaque()
    return Planted({name: secret}, secret)


def _said(form: str, prefix: str = "", length: int = 24) -> Planted:
    secret = _opaque(length)
    return Planted(form.replace("@@", prefix + secret), secret)


def _upper(length: int) -> str:
    return "".join(_random.choices(string.ascii_uppercase + "234567", k=length))


def _jwt() -> Planted:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
             for part in ({"alg": "HS256", "typ": "JWT"}, {"sub": "1234567890", "name": _opaque()})]  # fmt: skip
    secret = _opaque(43)
    return Planted(f"sent {'.'.join(parts)}.{secret} along", secret)


def _pem() -> Planted:
    lines = [_opaque(64) for _ in range(4)]
    begin, end = (f"-----{word} RSA PRIVATE KEY-----" for word in ("BEGIN", "END"))
    return Planted("\n".join([begin, *lines, end]), lines[2])


def _tuple() -> Planted:
    secret = _opaque()
    return Planted(("login", {"password": secret}), secret)


def _bytes() -> Planted:
    secret = _opaque()
    return Planted(f"password={secret}".encode(), secret)


def _key_of_mapping() -> Planted:
    secret = _opaque(36)
    return Planted({"ghp_" + secret: "the token itself is the key"}, secret)


def _access_key_id() -> Planted:
    secret = _upper(16)
    return Planted(f"key id AKIA{secret} was used", secret)


PLANTED: Final[Mapping[str, Planted]] = {
    **{name: _keyed(name) for name in (
        "apiKey", "api-key", "x-api-key", "OPENAI_API_KEY", "db_password", "passwd", "client_secret",
        "refresh_token", "credentials", "password", "api_key", "secret",
    )},
    "Cookie": (lambda secret: Planted({"Cookie": f"sid={secret}; theme=dark"}, secret))(_opaque(32)),
    "Authorization": (lambda secret: Planted({"Authorization": f"Bearer {secret}"}, secret))(_opaque(40)),
    "JSON in a text": _said('{"user": "ann", "password": "@@"}'),
    "repr of Python": _said("{'user': 'ann', 'password': '@@'}"),
    "XML": _said("<login><user>ann</user><password>@@</password></login>"),
    "prose": _said("my password is @@ and I need help"),
    "environment file": _said("HOST=db\nDB_PASSWORD=@@\nPORT=5432"),
    "OpenAI": _said("use @@ for it", "sk-" + "proj-", 40),
    "Anthropic": _said("use @@ for it", "sk-" + "ant-api03-", 60),
    "GitHub": _said("push with @@", "gh" + "p_", 36),
    "AWS id": _access_key_id(),
    "AWS secret": _said("aws_secret_access_key = @@", "", 40),
    "Slack": _said("post with @@", "xo" + "xb-123456789012-1234567890123-", 24),
    "JWT": _jwt(),
    "URL": _said("postgres://ann:@@@db.internal:5432/app"),
    "PEM": _pem(),
    "SSN without dashes": Planted("SSN: 219096421", "219096421"),
    "SSN": Planted("my SSN is 219-09-6421", "219-09-6421"),
    "card as a number": Planted({"card": 4_556_737_586_899_855}, "4556737586899855"),
    "American Express": Planted("paid with 3714 496353 98431", "496353 98431"),
    "e-mail": Planted("write to ann.smith@corp.example.com", "ann.smith"),
    "tuple": _tuple(),
    "bytes": _bytes(),
    "key of a mapping": _key_of_mapping(),
}  # fmt: skip
