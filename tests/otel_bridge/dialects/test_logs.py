"""Log records: given to the spans that they belong to, and made into spans where there are none."""

from __future__ import annotations

import json
import lzma
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from otel_bridge.dialects import read, unpack
from otel_bridge.dialects.logs import attach, spans_from
from otel_bridge.otlp import decode_logs, decode_traces
from otel_bridge.record import Attributes, LogRecord, SpanRecord

DATA: Final = Path(__file__).parent / "data" / "frameworks"
MS: Final = 1_000_000
CLAUDE: Final = "com.anthropic.claude_code.events"


def capture(name: str) -> tuple[list[SpanRecord], list[LogRecord], Any]:
    content = json.loads(lzma.decompress((DATA / f"{name}.json.xz").read_bytes()))
    spans = decode_traces(json.dumps(content["traces"]).encode(), "application/json").records
    logs = decode_logs(json.dumps(content["logs"]).encode(), "application/json")
    return spans, logs, content


def without_spans(logs: list[LogRecord]) -> list[LogRecord]:
    return [replace(log, trace_id=None, span_id=None) for log in logs]


def claude(name: str, at_ms: int, said: Attributes, **fields: Any) -> LogRecord:
    attributes = {"event.name": name, "session.id": "s-1", "prompt.id": "p-1", **said}
    return LogRecord(at_ms * MS, at_ms * MS, attributes=attributes, scope_name=CLAUDE, **fields)


def test_a_failed_tool_of_claude_code_learns_of_it_from_its_log_record() -> None:
    spans, logs, _ = capture("claude-code.tools")

    told = {read(span).tool_name: span for span in attach(spans, logs) if read(span).kind == "tool"}

    assert (read(told["Read"]).outcome, read(told["Bash"]).outcome) == ("failed", "completed")
    assert "File does not exist" in str(unpack(told["Read"]).tool_result)


def test_the_last_answer_of_a_turn_is_the_turns_own() -> None:
    spans, logs, _ = capture("claude-code.tools")

    turn = next(span for span in attach(spans, logs) if read(span).kind == "agent")

    assert read(turn).output_preview == "The shell said hello; the file does not exist."


def test_requests_get_their_cost_and_tokens_by_session_and_time() -> None:
    claude_spans, claude_logs, _ = capture("claude-code.tools")
    codex_spans, codex_logs, _ = capture("codex-cli.tools")
    calls = [read(span) for span in attach(claude_spans, claude_logs)]
    requests = [read(span) for span in attach(codex_spans, codex_logs)]

    assert [call.cost_usd for call in calls if call.kind == "llm"] == [0.000636] * 3
    assert [request.usage.input for request in requests if request.kind == "llm"] == [120] * 3


def test_of_calls_at_the_same_time_the_one_with_the_same_first_chunk_gets_the_record() -> None:
    def call(span_id: str, ttft_ms: int) -> SpanRecord:
        attributes: dict[str, Any] = {
            "span.type": "llm_request",
            "session.id": "s-1",
            "model": "claude",
            "ttft_ms": ttft_ms,
        }
        return SpanRecord(
            trace_id="a" * 32,
            span_id=span_id * 16,
            parent_id=None,
            name="claude_code.llm_request",
            start_ns=10 * MS,
            end_ns=90 * MS,
            scope_name="com.anthropic.claude_code.tracing",
            attributes=attributes,
        )

    record = claude("api_request", 91, {"model": "claude", "ttft_ms": 7, "cost_usd": 0.5})

    told = attach([call("b", 7), call("c", 8)], [record])

    assert [read(span).cost_usd for span in told] == [0.5, None]


def test_attaching_again_adds_nothing() -> None:
    spans, logs, _ = capture("gemini-cli.tools")
    once = attach(spans, logs)

    assert attach(once, logs) == once
    assert attach(spans, []) == spans


def test_a_record_written_inside_plumbing_goes_to_the_step_around_it() -> None:
    spans, logs, _ = capture("codex-cli.tools")

    turn = next(span for span in attach(spans, logs) if span.name == "session_task.turn")

    assert read(turn).input_preview == "CODING: say hello with the shell, then read the notes"


@pytest.mark.parametrize(
    "name",
    ["claude-code.tools", "claude-code.detailed", "claude-code.error", "codex-cli.tools", "gemini-cli.tools"],
)
def test_log_records_alone_tell_every_step_in_order(name: str) -> None:
    _, logs, content = capture(name)
    timeline = [event for event in content["log_timeline"] if event["kind"] in ("llm", "tool")]

    steps = [read(span) for span in spans_from(without_spans(logs))]

    assert steps[0].kind == "agent"
    assert steps[0].input_preview == "CODING: say hello with the shell, then read the notes"
    for kind in ("llm", "tool"):
        told = [event for event in timeline if event["kind"] == kind]
        got = [step for step in steps if step.kind == kind]
        assert [event.get("model") for event in told] == [step.model for step in got]
        assert [event.get("tool") for event in told] == [step.tool_name for step in got]
        assert [event["error"] for event in told] == [step.outcome == "failed" for step in got]


def test_spans_of_log_records_keep_their_ids_when_the_records_come_again() -> None:
    _, logs, _ = capture("claude-code.tools")
    bare = without_spans(logs)

    once = spans_from(bare)

    assert spans_from(list(reversed(bare))) == once
    assert len({span.span_id for span in once}) == len(once)
    assert {span.trace_id for span in once} == {once[0].trace_id}
    assert [span.parent_id for span in once] == [None, *[once[0].span_id] * (len(once) - 1)]


def test_tokens_of_log_records_are_in_the_inclusive_form() -> None:
    _, claude_logs, _ = capture("claude-code.tools")
    _, gemini_logs, _ = capture("gemini-cli.tools")
    claude_call = next(read(span) for span in spans_from(claude_logs) if read(span).kind == "llm")
    gemini_call = next(read(span) for span in spans_from(gemini_logs) if read(span).kind == "llm")

    assert (claude_call.usage.input, claude_call.usage.cached_input) == (120, 40)
    assert (gemini_call.usage.output, gemini_call.usage.reasoning) == (25, 7)


def test_a_refused_tool_is_a_cancelled_step() -> None:
    logs = [
        claude("user_prompt", 10, {"prompt": "delete everything"}),
        claude("tool_decision", 20, {"tool_name": "Bash", "tool_use_id": "t-1", "decision": "reject"}),
    ]

    steps = [read(span) for span in spans_from(logs)]

    assert [(step.kind, step.tool_name, step.outcome) for step in steps] == [
        ("agent", None, "completed"),
        ("tool", "Bash", "cancelled"),
    ]


def test_a_step_begins_its_duration_before_its_record() -> None:
    logs = [
        claude("user_prompt", 10, {"prompt": "hello"}),
        claude("api_request", 500, {"model": "claude", "input_tokens": "3", "duration_ms": "400"}),
    ]

    call = spans_from(logs)[1]

    assert (call.start_ns, call.end_ns) == (100 * MS, 500 * MS)


def test_each_prompt_of_a_session_is_a_run_of_its_own() -> None:
    logs = [
        claude("user_prompt", 10, {"prompt": "one", "prompt.id": "p-1"}),
        claude("user_prompt", 20, {"prompt": "two", "prompt.id": "p-2"}),
    ]

    spans = spans_from(logs)

    assert len({span.trace_id for span in spans}) == 2
    assert {read(span).session_id for span in spans} == {"s-1"}


def test_log_records_of_anything_else_make_no_spans() -> None:
    plain = LogRecord(1, 1, body="started", attributes={"session.id": "s-1"}, scope_name="my.app")
    no_session = LogRecord(1, 1, attributes={"event.name": "user_prompt"}, scope_name=CLAUDE)

    assert spans_from([plain, no_session]) == []
