"""The redaction stage: every part of a span, counts, and failing closed."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_inspector.config import TraceConfig
from agent_inspector.pipeline import budget, make_redactor, redact_value
from agent_inspector.pipeline.redaction.engine import make_engine
from agent_inspector.pipeline.redaction.marker import WITHHELD
from agent_inspector.pipeline.redaction.walker import Walk
from otel_bridge.content import Piece, PieceList, pieces_in, rendered, with_pieces
from otel_bridge.record import SpanEvent, SpanLink, SpanRecord

SECRET = "k7Q" + "w9ZrT4m" * 4
KEY = "sk-proj-" + SECRET


def span(**parts: Any) -> SpanRecord:
    plain = SpanRecord("a" * 32, "b" * 16, None, "chat gpt-4o", start_ns=1, end_ns=2)
    return replace(plain, **parts)


def test_every_part_of_a_span_is_redacted_and_counted() -> None:
    record = span(
        name=f"chat {KEY}",
        status="error",
        status_message=f"401 for password={SECRET}",
        attributes={
            "gen_ai.input.messages": f'[{{"content": "my key is {KEY}"}}]',
            "api_key": SECRET,
            "n": 3,
        },
        events=[SpanEvent(f"login {KEY}", 1, {"exception.message": f"bad token {KEY}"})],
        links=[SpanLink("c" * 32, "d" * 16, {"authorization": f"Bearer {SECRET}"})],
        resource={"process.command_args": ["app", "--password", SECRET], "service.name": "shop"},
    )

    redacted = make_redactor(TraceConfig())(record)

    assert SECRET not in repr(redacted)
    assert redacted.redactions == {"openai_api_key": 4, "key": 4}
    assert (redacted.trace_id, redacted.span_id, redacted.start_ns) == ("a" * 32, "b" * 16, 1)
    assert redacted.attributes["n"] == 3
    assert redacted.resource["service.name"] == "shop"
    assert redacted.links[0].trace_id == "c" * 32


def test_what_every_call_carries_is_redacted_and_counted_each_time() -> None:
    redact = make_redactor(TraceConfig())
    tools = f'[{{"name": "pay", "description": "use {KEY} to sign in"}}]'
    frozen = [Piece(f'{{"role": "user", "content": "{number} {KEY}"}}') for number in range(4)]
    spans = [
        redact(
            span(
                attributes=with_pieces(
                    {"gen_ai.tool.definitions": tools},
                    {"gen_ai.input.messages": PieceList(frozen[:length])},
                )
            )
        )
        for length in (2, 3, 4, 1, 3)
    ]

    assert [record.redactions["openai_api_key"] for record in spans] == [3, 4, 5, 2, 4]
    assert not any(SECRET in repr(rendered(record)) for record in spans)
    assert [len(pieces_in(record.attributes)["gen_ai.input.messages"]) for record in spans] == [2, 3, 4, 1, 3]


def test_a_span_without_secrets_is_equal_afterwards() -> None:
    record = span(
        attributes={"gen_ai.usage.input_tokens": 3, "gen_ai.request.model": "gpt-4o"}, resource={"a": ["b"]}
    )

    redacted = make_redactor(TraceConfig())(record)

    assert replace(redacted, events=(), links=()) == replace(record, events=(), links=())


def test_redacting_again_adds_nothing() -> None:
    redact = make_redactor(TraceConfig())
    once = redact(span(attributes={"api_key": SECRET, "text": f"password: {SECRET}!"}))

    assert redact(once) == once


def content_free(record: SpanRecord) -> bool:
    texts = [record.name, record.status_message, *record.attributes.values(), *record.resource.values()]
    texts += [event.name for event in record.events]
    return all(text == WITHHELD for text in texts if isinstance(text, str))


def test_a_failing_rule_withholds_the_content(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    redact = make_redactor(TraceConfig())
    record = span(
        status_message="m",
        attributes={"text": "innocent text", "n": 3, "list": ["deep text"]},
        resource={"r": "x"},
    )
    monkeypatch.setattr(Walk, "redact", lambda *_: 1 / 0)

    with caplog.at_level(logging.WARNING):
        withheld = redact(record)

    assert content_free(withheld)
    assert withheld.attributes == {"text": WITHHELD, "n": 3, "list": [WITHHELD]}
    assert (withheld.trace_id, withheld.start_ns, withheld.kind) == (record.trace_id, 1, "internal")
    assert "ZeroDivisionError" in caplog.text
    assert "innocent" not in caplog.text


def test_overrunning_the_budget_withholds_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "_BUDGET_S", -1.0)
    monkeypatch.setattr(budget, "_BUDGET_S_PER_CHARACTER", 0.0)

    withheld = make_redactor(TraceConfig())(span(attributes={"text": "innocent " * 5000}))

    assert content_free(withheld)


def test_a_pattern_that_cannot_compile_withholds_all_content_with_one_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        redact = make_redactor(TraceConfig(redact_patterns=[r"(?<=key )\w+"]))

    assert content_free(redact(span(attributes={"text": "innocent"})))
    assert ["TRACE_REDACT_PATTERNS" in record.message for record in caplog.records] == [True]


def test_encryption_without_a_key_withholds_all_content() -> None:
    redact = make_redactor(TraceConfig(encryption_enabled=True, encryption_key=None))

    assert content_free(redact(span(attributes={"text": "innocent"})))


def test_the_processs_own_secrets_are_removed_wherever_they_appear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYROLL_PASSWORD", "correct/Horse 9 staple")
    monkeypatch.setenv("DATABASE_URL", "postgres://shop:hunter-two@db/shop")
    monkeypatch.setenv("GREETING", "good morning")

    redacted = make_redactor(TraceConfig())(
        span(
            attributes={
                "a": "x correct/Horse 9 staple y",
                "b": "hunter-two",
                "c": "correct%2FHorse%209%20staple",
                "d": "good morning",
            }
        )
    )

    assert redacted.redactions == {"environment": 3}
    assert redacted.attributes["d"] == "good morning"


def test_threads_may_share_a_redactor() -> None:
    redact = make_redactor(TraceConfig())
    records = [span(attributes={"text": f"password={SECRET}{number}", "n": number}) for number in range(200)]

    with ThreadPoolExecutor(8) as threads:
        redacted = list(threads.map(redact, records))

    assert [record.attributes["n"] for record in redacted] == list(range(200))
    assert not [record for record in redacted if SECRET in repr(record)]


texts = st.text(st.characters(), max_size=60)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts | st.binary(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
_engine = make_engine([], [], {})


@settings(deadline=None, max_examples=150)
@given(value=values)
def test_any_value_is_redacted_without_error_and_only_once(value: Any) -> None:
    once = Walk(_engine, lambda _: None).redact(value)

    assert Walk(_engine, lambda _: None).redact(once) == once


def test_values_nested_without_end_are_cut_off() -> None:
    deep: Any = f"password={SECRET}"
    for _ in range(5000):
        deep = [deep]

    assert SECRET not in str(redact_value({"deep": deep}))[:100_000]


def test_no_field_of_a_span_is_forgotten() -> None:
    handled = {"name", "status_message", "attributes", "events", "links", "resource", "redactions"}
    harmless = {
        "trace_id", "span_id", "parent_id", "start_ns", "end_ns", "kind", "status", "scope_name", "scope_version",
        "parent_is_remote", "dropped_attributes", "dropped_events", "dropped_links", "process_id",
    }  # fmt: skip

    assert {field.name for field in fields(SpanRecord)} == handled | harmless


_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + SECRET
_PEM = "-" * 5 + "BEGIN RSA PRIVATE KEY" + "-" * 5 + f"\n{SECRET * 2}\n"
_NAMES = [
    "password", "api_key", "token", "secret", "authorization", "apiKey", "api-key", "x-api-key", "OPENAI_API_KEY",
    "db_password", "passwd", "client_secret", "refresh_token", "credentials",
]  # fmt: skip
PLANTED: dict[str, Any] = {
    **{name: {name: SECRET} for name in _NAMES},
    "cookie": {"Cookie": f"sid={SECRET}"},
    "bearer": f"Authorization: Bearer {SECRET}",
    "JSON in a string": f'{{"password": "{SECRET}"}}',
    "Python repr": f"{{'password': '{SECRET}'}}",
    "XML": f"<password>{SECRET}</password>",
    "prose": f"my password is {SECRET}",
    "environment line": f"DB_PASSWORD={SECRET}",
    "OpenAI": "sk-proj-" + SECRET,
    "Anthropic": "sk-ant-api03-" + SECRET,
    "GitHub": "ghp_" + SECRET + "abcde",
    "AWS id": "AKIA" + "Q3EG5ZRTX7LMN4PB",
    "AWS secret": f"aws_secret_access_key = {SECRET}",
    "Slack": "xoxb-" + "1234567890-" + SECRET,
    "JWT": _JWT,
    "URL": f"https://bob:{SECRET}@example.com/x",
    "PEM": _PEM,
    "SSN": "ssn " + "219089999",
    "card as a number": {"x": 4111111111111111},
    "Amex": "card 378282246310005",
    "e-mail": "jane.doe@corp.example.com",
    "tuple and bytes": ({"password": SECRET}, f"password={SECRET}".encode()),
    "secret as a key": {"sk-proj-" + SECRET: 1},
}
"""36 ways of leaking one secret, of which lists of keys and patterns alone miss most."""


def test_all_36_planted_secrets_are_found() -> None:
    secrets = [SECRET, "Q3EG5ZRTX7LMN4PB", "219089999", "4111111111111111", "378282246310005", "jane.doe@"]

    leaking = [
        name
        for name, plant in PLANTED.items()
        if any(secret in repr(redact_value(plant)) for secret in secrets)
    ]

    assert len(PLANTED) == 36
    assert leaking == []
