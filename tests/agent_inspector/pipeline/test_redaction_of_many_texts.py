"""Texts that are looked at together are redacted exactly as each of them alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_inspector.config import TraceConfig
from agent_inspector.pipeline import make_redactor, redact_value
from otel_bridge.content import Piece, PieceList, pieces_in, with_pieces
from otel_bridge.record import SpanRecord

SECRET = "k7Q" + "w9ZrT4m" * 4
TEXTS = (
    f"password={SECRET}",
    f"Cookie: session={SECRET}",
    f"cookie: {SECRET}",
    "cookie:",
    f"cookie_secret: {SECRET}",
    "a=b; c=d",
    f"password for the database is {SECRET}",
    f"{SECRET} is your token",
    f"token {SECRET}",
    f"user,password\nann,{SECRET}",
    "user,password",
    f"ann,{SECRET}",
    f"| name | token |\n| --- | --- |\n| ann | {SECRET} |",
    "phone: +49 151 23456789",
    "call 4915123456789 today",
    f"api_key:\n  {SECRET}",
    "api_key:",
    SECRET,
    "sk-proj-" + SECRET,
    f"postgres://ann:{SECRET}@host/db",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ",
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ\n-----END PRIVATE KEY-----",
    "the key to all this is a good night's sleep",
    "def login(token: str = None) -> Token:",
    'say \\"password\\": \\"x\\" & go',
    "on line 14 the number is 7",
)


def message(text: str) -> str:
    return json.dumps({"role": "user", "parts": [{"type": "text", "content": text}]})


@cache
def redactor() -> Callable[[SpanRecord], SpanRecord]:
    return make_redactor(TraceConfig())


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(st.sampled_from(TEXTS), min_size=2, max_size=6), cut=st.integers(0, 20))
def test_messages_are_redacted_as_each_of_them_alone(texts: list[str], cut: int) -> None:
    messages = [message(text[cut:] if place == 0 else text) for place, text in enumerate(texts)]
    content = {"gen_ai.input.messages": PieceList(Piece(text) for text in messages)}
    attributes = with_pieces({"gen_ai.request.model": "gpt-4o"}, content)
    record = SpanRecord("a" * 32, "b" * 16, None, "chat", start_ns=1, end_ns=2, attributes=attributes)

    redacted = redactor()(record)

    pieces = pieces_in(redacted.attributes)["gen_ai.input.messages"]
    assert [piece.json for piece in pieces] == [redact_value(text) for text in messages]


@pytest.mark.parametrize("beside", TEXTS)
@pytest.mark.parametrize("text", TEXTS)
def test_attributes_are_redacted_as_each_of_them_alone(text: str, beside: str) -> None:
    redacted = redact_value({"first": {"note": text}, "second": {"note": beside}})

    assert redacted == {"first": redact_value({"note": text}), "second": redact_value({"note": beside})}
