"""What is remembered of one span reads the next one faster, and never otherwise."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from otel_bridge.dialects import Memo, unpack
from otel_bridge.record import SpanRecord

FORMS: dict[str, list[dict[str, Any]]] = {
    "openai": [
        {"role": "user", "content": "Where?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": '{"b": [1, 2]}'},
    ],
    "anthropic": [
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "c2", "name": "f", "input": {"a": 1}}],
        },
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "c2", "content": "12 charges"}],
        },
    ],
    "conventions": [{"role": "assistant", "parts": [{"type": "text", "content": "Thinking it over."}]}],
    "langchain": [{"type": "human", "content": "Hello"}, {"type": "ai", "content": "Good day"}],
    "bare": [{"content": "no role"}, {"text": "a part"}],
}


@pytest.mark.parametrize("spaced", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_calls_of_a_conversation_read_alike_with_and_without_a_memo(seed: int, spaced: bool) -> None:
    rng = random.Random(seed)
    memo = Memo()
    messages: list[Any] = [{"role": "system", "content": "You help."}]
    for number in range(30):
        messages += rng.choice(list(FORMS.values()))
        if rng.random() < 0.2:
            messages = messages[:1] + messages[-rng.randint(1, 6) :]
        asked = rng.choice([messages, messages, messages, [*messages, "words", 5], [messages]])
        record = _call(number, asked, rng.choice(messages), spaced=spaced)

        assert unpack(record) == unpack(record, memo)


def test_a_message_that_calls_share_is_one_object() -> None:
    memo = Memo()
    question, answer = FORMS["openai"][0], FORMS["openai"][1]
    first = unpack(_call(1, [question], answer), memo)
    second = unpack(_call(2, [question, answer, FORMS["openai"][2]], question), memo)

    assert first.output_messages is not None
    assert second.input_messages is not None
    assert second.input_messages[1] is first.output_messages[0]


def _call(number: int, asked: list[Any], answered: Any, *, spaced: bool = True) -> SpanRecord:
    separators = None if spaced else (",", ":")
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": json.dumps(asked, separators=separators),
        "gen_ai.output.messages": json.dumps([answered], separators=separators),
        "gen_ai.tool.definitions": json.dumps([{"name": "f", "input_schema": {"type": "object"}}]),
    }
    return SpanRecord(
        "ab" * 16, f"{number:016x}", None, "chat", start_ns=number, end_ns=number + 1, attributes=attributes
    )
