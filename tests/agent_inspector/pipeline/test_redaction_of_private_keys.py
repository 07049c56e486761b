"""Private keys in PEM: they go whole, however they are written down."""

from __future__ import annotations

import base64
import json
import random
import string

import pytest

from agent_inspector.pipeline import redact_value

_random = random.Random(20261122)


def private_key(kind: str) -> tuple[str, list[str]]:
    body = ["".join(_random.choices(string.ascii_letters + string.digits + "+/", k=64)) for _ in range(12)]
    dashes = "-" * 5
    return "\n".join(
        [f"{dashes}BEGIN {kind}PRIVATE KEY{dashes}", *body, f"{dashes}END {kind}PRIVATE KEY{dashes}"]
    ), body


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
@pytest.mark.parametrize("form", ["plain", "cut off", "escaped", "indented", "one line", "JSON", "base64"])
def test_private_keys_go_whole_in_any_form(kind: str, form: str) -> None:
    pem, body = private_key(kind)
    written = {
        "plain": f"key:\n{pem}\nend of file",
        "cut off": pem[:500],
        "escaped": pem.replace("\n", "\\n"),
        "indented": "\n".join(f"    {line}" for line in pem.splitlines()),
        "one line": pem.replace("\n", " "),
        "JSON": json.dumps({"note": pem}),
        "base64": base64.b64encode(pem.encode()).decode(),
    }[form]

    redacted = redact_value(written)

    assert not [line for line in body if line in redacted]
    assert base64.b64encode(pem.encode()).decode() not in redacted
    assert form != "plain" or redacted.endswith("\nend of file")
