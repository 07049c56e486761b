"""`agent-inspector conformance` on a small corpus: what is right and what is not, by dialect and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agent_inspector.cli.conftest import CommandRunner

TRACE, ROOT, CALL, PLUMBING = "a" * 32, "b" * 16, "c" * 16, "d" * 16
SESSION = "f3a9"


def otlp_span(span_id: str, name: str, attributes: dict[str, Any], parent: str = "") -> dict[str, Any]:
    return {
        "traceId": TRACE,
        "spanId": span_id,
        "parentSpanId": parent,
        "name": name,
        "startTimeUnixNano": "1767225600000000000",
        "endTimeUnixNano": "1767225601000000000",
        "attributes": [
            {
                "key": key,
                "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value},
            }
            for key, value in attributes.items()
        ],
    }


SPANS = [
    otlp_span(
        ROOT,
        "invoke_agent planner",
        {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner"},
    ),
    otlp_span(
        CALL,
        "chat gpt-4o",
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o",
            "gen_ai.conversation.id": SESSION,
            "gen_ai.usage.input_tokens": 12,
            "gen_ai.usage.output_tokens": 3,
            "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"Where is it?"}]}]',
        },
        parent=ROOT,
    ),
    otlp_span(PLUMBING, "POST", {"http.request.method": "POST"}, parent=CALL),
]
EXPECTED: list[dict[str, Any]] = [
    {
        "span_id": ROOT,
        "raw_name": "invoke_agent planner",
        "kind": "agent",
        "agent": "planner",
        "error": False,
    },
    {
        "span_id": CALL,
        "raw_name": "chat gpt-4o",
        "kind": "llm",
        "model": "gpt-4o",
        "provider": "azure.openai",
        "session": SESSION,
        "input_tokens": 12,
        "output_tokens": 3,
        "counts_tokens": True,
        "input": "Where is  it?",
        "output": None,
        "error": False,
    },
    {"span_id": PLUMBING, "raw_name": "POST", "kind": "framework", "noise": True, "error": False},
]
RUN = {"traces": 1, "total_input_tokens": 12, "total_output_tokens": 3, "llm_calls": 1, "tool_calls": 0}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two dialects; of the second, the model and the total of tokens are expected otherwise."""
    for dialect, model, total in (("right", "gpt-4o", 12), ("wrong", "gpt-5", 13)):
        folder = tmp_path / "corpus" / dialect
        folder.mkdir(parents=True)
        spans = [span | {"model": model} if span["kind"] == "llm" else span for span in EXPECTED]
        run = {**RUN, "total_input_tokens": total, "any_error": False}
        scenario = {"files": ["one.otlp.json"], "run": run, "spans": spans}
        (folder / "expected.json").write_text(
            json.dumps({"dialect": dialect, "scenarios": {"one": scenario}})
        )
        request = {"resourceSpans": [{"scopeSpans": [{"spans": SPANS}]}]}
        (folder / "one.otlp.json").write_text(json.dumps(request))
    return tmp_path / "corpus"


def test_the_table_says_what_was_read_right_and_what_was_not(command: CommandRunner, corpus: Path) -> None:
    shown = command("conformance", str(corpus)).stdout.splitlines()

    assert shown[1].split() == ["right", "20", "20", "100.0", "%"]
    assert shown[2].split() == ["wrong", "18", "20", "90.0", "%", "model", "-1,", "total_tokens", "-1"]
    assert "overall 38/40 = 95.0 %   mean over dialects 95.0 %" in shown[-6]
    assert shown[-5] == "exact token totals: 1/2 scenarios = 50.0 %"
    assert shown[-2:] == [
        f'  wrong/one {CALL} chat gpt-4o  model: expected "gpt-5", got "gpt-4o"',
        "  wrong/one  total_tokens: expected [[13,3]], got [12,3]",
    ]


def test_json_has_every_number_of_the_table(command: CommandRunner, corpus: Path) -> None:
    report = json.loads(command("conformance", str(corpus), "--json", "--only", "wrong/one").stdout)

    assert report["overall"] == {"right": 18, "expected": 20, "percent": 90.0}
    assert report["dialects"]["wrong"]["fields"]["model"]["right"] == 0
    assert [miss["field"] for miss in report["misses"]] == ["model", "total_tokens"]


def test_the_users_own_store_is_not_touched(command: CommandRunner, corpus: Path, tmp_path: Path) -> None:
    command("--db", str(tmp_path / "mine.db"), "conformance", str(corpus))

    assert not (tmp_path / "mine.db").exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"dialect": "x", "scenarios": {"a": {}}}'])
def test_a_corpus_that_cannot_be_read_is_one_sentence(
    command: CommandRunner, tmp_path: Path, content: str
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "expected.json").write_text(content)

    done = command("conformance", str(tmp_path))

    assert done.returncode == 1
    assert "expected.json cannot be read as a corpus" in done.stderr
    assert len(done.stderr.splitlines()) == 1
