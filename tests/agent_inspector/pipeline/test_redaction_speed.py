"""Hostile texts take no longer than others of their size. The limits leave room for a busy machine."""

from __future__ import annotations

import base64
import json
import random
import time

import pytest

from agent_inspector.pipeline import redact_value

_LIMIT_S = 2.0
_PLAIN = (
    "The retrieved document explains how the warehouse reconciles stock counts after a partial shipment, and why"
    ' the planner reordered the pallets. Step 12 calls `inventory.sync(region="eu-west-1")` and logs {"took_ms": 41}. '
)


def nested_json() -> str:
    text = json.dumps({"k": "v" * 500})
    for _ in range(8):
        text = json.dumps(text)
    return text


HOSTILE = {
    "letters": "a" * 200_000,
    "digits": "1" * 200_000,
    "hex": "deadbeef" * 25_000,
    "base64": base64.b64encode(random.Random(1).randbytes(750_000)).decode(),
    "at signs": "a@" * 100_000,
    "dots": "a." * 100_000,
    "JWT heads": "eyJ" * 70_000,
    "PEM without ends": ("-" * 5 + "BEGIN RSA PRIVATE KEY" + "-" * 5 + "\n") * 6_000,
    "assignments": "password=" * 22_000,
    "labels": "password: " * 20_000,
    "quotes": "\"'" * 100_000,
    "open quotes": 'password="' * 20_000,
    "spaces": "token" + " " * 200_000 + "x",
    "URLs": "http://" * 28_000,
    "userinfo": "http://a:" * 22_000,
    "braces": '{"a":' * 40_000,
    "brackets": "password=((((" * 15_000,
    "escapes": "\\" * 200_000,
    "JSON nine deep": nested_json(),
    "phones": "(555) " * 33_000,
    "plus signs": "+1 " * 66_000,
    "dashes": "-" * 200_000,
    "pipes": "|" * 200_000,
    "new lines": "\n" * 200_000,
    "tables": "a,password\nb,c1d2\n\n" * 10_000,
    "emoji": "🔑é漢" * 50_000,
    "percent": "%41" * 66_000,
    "commands": "mysql -p " * 22_000,
    "tags": "<input type=password " * 10_000,
    "inserts": "insert into t (password) values (" * 6_000,
    "cookies": "Cookie: a=b; " * 15_000,
}


@pytest.mark.parametrize("text", list(HOSTILE.values()), ids=list(HOSTILE))
def test_a_hostile_text_is_scanned_in_linear_time(text: str) -> None:
    started = time.thread_time()
    redact_value({"prompt": text, "tool_args": {"x": text[:50_000]}})

    assert time.thread_time() - started < _LIMIT_S


def test_plain_messages_pass_the_gate_fast() -> None:
    messages = [f"{number}: {_PLAIN * 3}" for number in range(2_000)]
    redact_value(messages[:10])

    started = time.thread_time()
    redact_value(messages)
    speed = sum(map(len, messages)) / (time.thread_time() - started)

    assert speed > 10e6, "measured above 30 MB/s on a quiet machine"
