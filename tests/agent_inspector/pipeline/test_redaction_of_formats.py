"""Vendors' secret formats: each line of the table finds an example made from it."""

from __future__ import annotations

import json
import random
import re

import pytest

from agent_inspector.pipeline import redact_value
from agent_inspector.pipeline.redaction.formats import ALPHABETS, TABLE

ROWS = [[cell.strip() for cell in line.split("|", maxsplit=4)] for line in TABLE.strip().splitlines()]

SURROUNDINGS = ["I tried @@ and failed", '"@@"', "\\n@@\\n", "(@@)", "init with @@"]


def make(prefix: str, body: str) -> str:
    """Make an example of a format up, never the same as anybody's real key."""
    chance = random.Random(prefix + body)
    made = prefix
    for literal, alphabet, length in re.findall(r"'([^']+)'|([dxXaAwubt])(\d+)", body):
        letters = re.sub(
            r"(.)-(.)",
            lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))),
            ALPHABETS.get(alphabet, ""),
        )
        made += literal or "".join(chance.choices(re.sub(r"[^A-Za-z0-9]", "", letters), k=int(length)))
    return made


def test_the_table_is_complete_in_every_line() -> None:
    assert len(ROWS) >= 120
    assert all(len(row) in (4, 5) and row[0] and row[2] and row[3] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_every_format_is_found_wherever_it_stands(row: list[str]) -> None:
    for prefix in row[1].split() or [""]:
        secret = make(prefix, row[2])

        redacted = redact_value([around.replace("@@", secret) for around in SURROUNDINGS])

        assert secret[len(prefix) :] not in str(redacted)


def test_a_format_is_named_in_its_marker() -> None:
    secret = make("ghp_", "w36")

    assert redact_value(f"push with {secret}").startswith("push with [REDACTED:github_token:")
    assert secret not in redact_value(json.dumps([{"a": [{"b": secret}]}]))
