"""Secrets that only their place in a nested value gives away."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.pipeline import explain, redact_value

SECRET = "k7Q" + "w9ZrT4m" * 4
PLACES: dict[str, Callable[[str], Any]] = {
    "camel case": lambda s: {"clientSecret": s},
    "kebab case": lambda s: {"db-password": s},
    "dotted": lambda s: {"DB.PASSWORD": s},
    "spaced": lambda s: {"Db Password": s},
    "squeezed": lambda s: {"AZUREOPENAIAPIKEY": s},
    "numbered": lambda s: {"password1": s},
    "header list": lambda s: {"headers": [["Accept", "json"], ["Authorization", f"Bearer {s}"]]},
    "raw headers": lambda s: {"rawHeaders": ["Host", "x", "Authorization", f"Bearer {s}"]},
    "ASGI headers": lambda s: {"headers": [(b"authorization", b"Bearer " + s.encode())]},
    "name and value": lambda s: {"env": [{"name": "DB_PASSWORD", "value": s}]},
    "label and content": lambda s: {"selector": "#password", "text": s},
    "key and value": lambda s: {"Key": "apiKey", "Value": s},
    "inside a secret name": lambda s: {"password": {"value": s}},
    "list of secrets": lambda s: {"secrets": [s]},
    "map of secrets": lambda s: {"api_keys": {"openai": s}},
    "argument list": lambda s: {"argv": ["myapp", "--password", s, "--verbose"]},
    "glued argument": lambda s: {"cmd": ["mysql", "-u", "root", f"-p{s}"]},
    "user argument": lambda s: {"cmd": ["curl", "-u", f"bob:{s}", "https://x.example.com"]},
    "cookie jar": lambda s: {"cookies": {"sessionid": s, "theme": "dark"}},
    "cookie header": lambda s: {"headers": {"Cookie": f"theme=dark; sid={s}"}},
    "weak name": lambda s: {"token": s},
    "tool call": lambda s: {"function": {"name": "login", "arguments": json.dumps({"password": s})}},
    "tuple": lambda s: {"args": ({"password": s},)},
    "bytes": lambda s: {"body": f"password={s}".encode()},
    "docker auth": lambda s: {"auths": {"r.io": {"auth": base64.b64encode(f"bob:{s}".encode()).decode()}}},
    "private JWK": lambda s: {"jwk": {"kty": "oct", "k": s}},
    "form body": lambda s: {"body": f"grant_type=client_credentials&client_secret={s}"},
    "GenAI message": lambda s: {
        "gen_ai.input.messages": json.dumps([{"parts": [{"content": f"password: {s}"}]}])
    },
}


@pytest.mark.parametrize("place", list(PLACES.values()), ids=list(PLACES))
def test_a_secret_is_found_in_its_place(place: Callable[[str], Any]) -> None:
    redacted = redact_value(place(SECRET))

    assert SECRET not in repr(redacted)
    assert base64.b64encode(f"bob:{SECRET}".encode()).decode() not in repr(redacted)
    assert "[REDACTED:" in repr(redacted)
    assert redact_value(redacted) == redacted


def test_what_stands_beside_a_secret_stays() -> None:
    redacted = redact_value(
        {
            "headers": {"Authorization": f"Bearer {SECRET}", "Cookie": f"theme=dark; sid={SECRET}"},
            "credentials": {"username": "bob", "password": SECRET, "region": "eu-west-1"},
            "url": f"postgres://bob:{SECRET}@db.internal:5432/shop",
        }
    )

    assert redacted["headers"]["Authorization"].startswith("Bearer [REDACTED:")
    assert redacted["headers"]["Cookie"].startswith("theme=dark; sid=[REDACTED:")
    assert redacted["credentials"]["username"] == "bob"
    assert redacted["credentials"]["region"] == "eu-west-1"
    assert redacted["url"].startswith("postgres://bob:[REDACTED:")
    assert redacted["url"].endswith("@db.internal:5432/shop")


def test_a_secret_used_as_a_key_is_replaced_too() -> None:
    key = "sk-proj-" + SECRET

    assert key not in repr(redact_value({"usage": {key: 3}}))


def test_numbers_under_secret_names_are_secrets() -> None:
    redacted = redact_value({"pin": 4821, "cvv": 123, "password": 12345678, "max_tokens": 4096, "secrets": 3})

    assert [redacted["max_tokens"], redacted["secrets"]] == [4096, 3]
    assert all(str(redacted[name]).startswith("[REDACTED") for name in ("pin", "cvv", "password"))


def test_the_users_keys_hide_any_value_under_them_and_in_text() -> None:
    config = TraceConfig(redact_keys=["password", "salary_band"])

    redacted = redact_value(
        {"salaryBand": "B", "nested": {"salary-band": ["x", 7]}, "log": "salary_band: B, ok"}, config
    )

    assert redacted == {
        "salaryBand": "[REDACTED:custom_key]",
        "nested": {"salary-band": ["[REDACTED:custom_key]", "[REDACTED:custom_key]"]},
        "log": "salary_band: [REDACTED:custom_key], ok",
    }


def test_the_users_patterns_are_removed_by_re2() -> None:
    config = TraceConfig(redact_patterns=[r"EMP-\d{6}", "(a+)+$"])

    redacted = redact_value({"note": "badge EMP-004211 lost", "slow": "a" * 50_000 + "b"}, config)

    assert redacted["note"].startswith("badge [REDACTED:pattern:")
    assert redacted["note"].endswith("] lost")
    assert redacted["slow"] == "a" * 50_000 + "b"


def test_padding_after_a_value_does_not_make_it_a_type() -> None:
    padded = "azlYdjJRbVo3dExyVzRiTmM4WWQ="

    secret = redact_value(f"kind: Secret\ndata:\n  db-password: {padded}\n")
    default = redact_value("def log_in(user: str, password: str = None): ...")

    assert padded not in secret
    assert default == "def log_in(user: str, password: str = None): ..."


def test_explain_names_places_and_rules_but_no_values() -> None:
    found = explain({"tool": {"args": {"api_key": SECRET}}, "mail": "write to jane.doe@corp.example.com"})

    assert found == [("$.tool.args.api_key", "key"), ("$.mail", "email")]
