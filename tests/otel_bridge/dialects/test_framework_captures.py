"""Spans and log records that frameworks and coding agents really sent, read as a person would read them."""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from otel_bridge.dialects import Payload, Reading, read, unpack
from otel_bridge.dialects.logs import attach
from otel_bridge.otlp import decode_logs, decode_traces

CAPTURES: Final = sorted((Path(__file__).parent / "data" / "frameworks").glob("*.json.xz"))
ALIKE: Final = ({"chain", "task"}, {"other", "framework", "message"})
"""Kinds that say the same where the expectation is not about them."""
COUNTS: Final = {
    "input_tokens": "input",
    "output_tokens": "output",
    "cached_input_tokens": "cached_input",
    "cache_write_tokens": "cache_write",
    "reasoning_tokens": "reasoning",
}
NAMES: Final = {
    "tool": "tool_name",
    "tool_call_id": "tool_call_id",
    "agent": "agent",
    "session": "session_id",
    "user": "user_id",
}
KNOWN_TO_DIFFER: Final = {
    ("claude-code.detailed", "input"),  # It has the newest messages of a request; they are shown.
    ("pydantic-ai.handoff", "input"),  # An empty argument list is shown as nothing.
}


def load(path: Path) -> Any:
    return json.loads(lzma.decompress(path.read_bytes()))


def name_of(path: Path) -> str:
    return path.name.removesuffix(".json.xz")


def readings_of(capture: Mapping[str, Any]) -> dict[str, tuple[Reading, Payload]]:
    spans = decode_traces(json.dumps(capture["traces"]).encode(), "application/json").records
    logs = decode_logs(json.dumps(capture["logs"]).encode(), "application/json")
    return {span.span_id: (read(span), unpack(span)) for span in attach(spans, logs)}


@pytest.mark.parametrize("path", CAPTURES, ids=name_of)
def test_every_span_of_a_capture_is_read_as_expected(path: Path) -> None:
    capture = load(path)
    got = readings_of(capture)

    problems = [
        f"{expected['span_id']}: {problem}"
        for expected in capture["expected"]
        for problem in differences(expected, *got[expected["span_id"]])
        if (name_of(path), problem.split()[0]) not in KNOWN_TO_DIFFER
    ]

    assert problems == []


@pytest.mark.parametrize("path", CAPTURES, ids=name_of)
def test_spans_that_nobody_asks_for_are_folded_away(path: Path) -> None:
    capture = load(path)
    listed = {expected["span_id"] for expected in capture["expected"]}
    got = readings_of(capture)

    if capture["unlisted_are_noise"]:
        assert all(reading.framework for span_id, (reading, _) in got.items() if span_id not in listed)


def differences(expected: Mapping[str, Any], reading: Reading, payload: Payload) -> list[str]:
    """Return what is read otherwise than expected, a word for the field first."""
    if expected.get("noise") or expected.get("duplicate_of"):
        return [] if reading.framework or not expected.get("noise") else ["noise is shown"]
    if expected.get("pending"):
        return [] if reading.pending_of == expected["pending_of"] else ["pending is not seen"]
    found = [f"kind {reading.kind}"] if not is_kind(expected, reading.kind) else []
    found += names_that_differ(expected, reading)
    found += counts_that_differ(expected, reading)
    if not expected.get("tool_exit_nonzero") and (reading.outcome == "failed") != expected["error"]:
        found.append(f"error {reading.outcome}")
    for side in ("input", "output"):
        shown = shown_text(payload, side)
        if not says(expected, side, shown):
            found.append(f"{side} {shown!r}")
    return found


def is_kind(expected: Mapping[str, Any], kind: str) -> bool:
    allowed = {expected["kind"], *expected.get("kind_any", ())}
    for alike in ALIKE:
        allowed |= alike if alike & allowed else set()
    return kind in allowed


def names_that_differ(expected: Mapping[str, Any], reading: Reading) -> list[str]:
    found = [
        f"{field} {getattr(reading, attribute)!r}"
        for field, attribute in NAMES.items()
        if expected.get(field) and str(getattr(reading, attribute)).lower() != str(expected[field]).lower()
    ]
    models = (expected.get("model"), expected.get("response_model"))
    if expected.get("model") and reading.model not in models:
        found.append(f"model {reading.model!r}")
    if expected.get("provider") and expected["kind"] == "llm" and reading.provider != expected["provider"]:
        found.append(f"provider {reading.provider!r}")
    named = [expected[field] for field in ("title", "tool", "agent", "model") if expected.get(field)]
    if expected.get("title") and not any(name.lower() in reading.name.lower() for name in named):
        found.append(f"title {reading.name!r}")
    return found


def counts_that_differ(expected: Mapping[str, Any], reading: Reading) -> list[str]:
    found = []
    for field, attribute in COUNTS.items():
        have = getattr(reading.usage, attribute)
        if field not in expected or (have is None and not expected.get("counts_tokens")):
            continue
        wanted = expected.get(f"{field}_any", [expected.get(f"{field}_inclusive", expected[field])])
        if have not in wanted and not (have is None and expected[field] in (0, None)):
            found.append(f"{field} {have}")
    return found


def shown_text(payload: Payload, side: str) -> str | None:
    if side == "input":
        values = (payload.input_messages, payload.tool_arguments, payload.input_value)
    else:
        values = (payload.output_messages, payload.tool_result, payload.output_value)
    shown = [value for value in values if value not in (None, "", [], {})]
    return json.dumps(shown, ensure_ascii=False, default=str) if shown else None


def says(expected: Mapping[str, Any], side: str, shown: str | None) -> bool:
    """Whether the text shown holds the words expected, however they are quoted."""
    wanted = expected.get(side, "")
    if wanted == "":
        return True
    if wanted is None:
        return shown is None or expected["error"] or expected["kind"] not in ("llm", "tool", "embedding")
    return plain(wanted) in plain(shown or "")


def plain(words: str) -> str:
    return " ".join(words.replace("\\n", " ").replace("\\", "").replace('"', "").split())
