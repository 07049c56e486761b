"""Spans that instrumentations really sent, read as a person would read them."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any, Final

import pytest

from tests.otel_bridge.dialects.test_framework_captures import differences, readings_of

FOLDER: Final = Path(__file__).parent / "data" / "instrumentations"
CAPTURES: Final = {
    f"{path.name.removesuffix('.json.xz')}.{scenario}": capture
    for path in sorted(FOLDER.glob("*.json.xz"))
    for scenario, capture in json.loads(lzma.decompress(path.read_bytes())).items()
}


@pytest.mark.parametrize("capture", CAPTURES.values(), ids=CAPTURES.keys())
def test_every_span_of_a_capture_is_read_as_expected(capture: Any) -> None:
    got = readings_of(capture)

    problems = [
        f"{expected['span_id']}: {problem}"
        for expected in capture["expected"]
        for problem in differences(expected, *got[expected["span_id"]])
        if expected.get("output") != "{}"  # What LangSmith writes for nothing; either may be shown.
    ]

    assert problems == []


@pytest.mark.parametrize("capture", CAPTURES.values(), ids=CAPTURES.keys())
def test_model_calls_say_why_they_ended(capture: Any) -> None:
    got = readings_of(capture)
    calls = [expected for expected in capture["expected"] if "finish" in expected and not is_aside(expected)]

    silent = [expected["span_id"] for expected in calls if not got[expected["span_id"]][0].finish_reason]

    assert silent == []


def is_aside(expected: Any) -> bool:
    return bool(expected.get("noise") or expected.get("duplicate_of"))
