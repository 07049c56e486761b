"""GitHub Copilot and Weave, in the shapes that they document and that Weave's SDK 0.54 sends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from otel_bridge.dialects import read, unpack
from otel_bridge.dialects.registry import find_dialect
from otel_bridge.record import SpanEvent
from tests.otel_bridge.dialects.test_frameworks import span, words

COPILOT = "github.copilot"


def chat(**more: Any) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "github",
        "gen_ai.request.model": "claude-sonnet-4.5",
        "gen_ai.conversation.id": "s-1",
        "gen_ai.response.finish_reasons": ("tool_calls",),
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.cache_read.input_tokens": 40,
        "gen_ai.usage.output_tokens": 25,
        "gen_ai.usage.reasoning.output_tokens": 7,
        "github.copilot.cost": 1,
        "github.copilot.turn_id": "0",
        "github.copilot.time_to_first_chunk": 0.25,
        "gen_ai.input.messages": json.dumps(
            [{"role": "user", "parts": [{"type": "text", "content": "List the files."}]}]
        ),
        **more,
    }


@pytest.mark.parametrize("scope", [COPILOT, "copilot-chat", "renamed by COPILOT_OTEL_SOURCE_NAME"])
def test_a_model_call_of_copilot_is_read_whatever_its_scope_is_called(scope: str) -> None:
    record = span(scope, "chat claude-sonnet-4.5", chat())

    reading, payload = read(record), unpack(record)

    assert find_dialect(record).name == "copilot"
    assert (reading.kind, reading.model, reading.session_id) == ("llm", "claude-sonnet-4.5", "s-1")
    assert (reading.usage.input, reading.usage.cached_input, reading.usage.output) == (120, 40, 25)
    assert (reading.cost_usd, payload.first_token_ms) == (None, 250)
    assert words(payload.input_messages) == ["List the files."]


def test_the_agent_of_copilot_has_a_name_and_says_where_it_worked() -> None:
    told = {"gen_ai.operation.name": "invoke_agent", "github.copilot.git.branch": "main"}
    helper = {**told, "gen_ai.agent.name": "explore"}

    top = read(span(COPILOT, "invoke_agent", told))

    assert (top.kind, top.name, top.agent, top.metadata) == (
        "agent", "GitHub Copilot", None, {"git.branch": "main"},
    )  # fmt: skip
    assert read(span(COPILOT, "invoke_agent explore", helper)).name == "explore"


def test_a_tool_of_copilot_goes_by_its_name_and_what_surrounds_it_is_plumbing() -> None:
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.call.arguments": '{"command": "ls"}'}
    hook = {"gen_ai.operation.name": "execute_hook", "copilot_chat.hook_type": "PreToolUse"}

    called = span(COPILOT, "execute_tool bash bash", tool)

    assert (read(called).kind, read(called).tool_name) == ("tool", "bash")
    assert unpack(called).tool_arguments == {"command": "ls"}
    assert read(span("copilot-chat", "execute_hook PreToolUse", hook)).framework
    assert read(span(COPILOT, "permission", {"github.copilot.turn_id": "0"})).framework


def test_copilot_says_in_events_what_ended_a_session() -> None:
    agent = {"gen_ai.operation.name": "invoke_agent"}
    failed = SpanEvent(
        "exception", 2, {"github.copilot.error_type": "rate_limit", "exception.message": "Slow down."}
    )
    left = SpanEvent("github.copilot.session.abort", 2, {"github.copilot.abort_reason": "user"})

    broken = read(span(COPILOT, "invoke_agent", agent, events=(failed,)))
    cancelled = read(span(COPILOT, "invoke_agent", agent, events=(left,)))

    assert (broken.outcome, broken.error_type, broken.error_message) == ("failed", "rate_limit", "Slow down.")
    assert (cancelled.outcome, cancelled.error_type) == ("cancelled", None)


def test_a_conversation_of_weave_names_its_runs_and_counts_its_calls() -> None:
    shared = {"gen_ai.conversation.id": "conv-1", "weave.client_version": "0.54.0"}
    turn = {
        **shared,
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "guide",
        "gen_ai.conversation.name": "Trip to Oslo",
    }
    call = {
        **shared,
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "claude-sonnet-4-5",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.usage.input_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 100,
        "gen_ai.usage.output_tokens": 25,
    }

    agent, model = (
        read(span("weave.conversation", "invoke_agent guide", turn)),
        read(span("weave.conversation", "chat claude-sonnet-4-5", call)),
    )

    assert (agent.kind, agent.name, agent.session_id) == ("agent", "guide", "conv-1")
    assert agent.metadata == {"conversation": "Trip to Oslo"}
    assert (model.kind, model.usage.input, model.usage.cached_input) == ("llm", 120, 100)


@pytest.mark.parametrize(
    ("told", "kind", "name"),
    [
        ({"handoff.from_agent": "triage", "handoff.to_agent": "refunds"}, "handoff", "triage"),
        ({"guardrail.name": "no_secrets", "guardrail.triggered": True}, "guardrail", "no_secrets"),
        ({"task.workflow_name": "Refunds"}, "chain", "Refunds"),
    ],
)
def test_weave_tells_of_the_openai_agents_sdk_in_its_own_keys(
    told: dict[str, Any], kind: str, name: str
) -> None:
    attributes = {f"weave.openai_agents.{key}": value for key, value in told.items()}

    reading = read(span("weave.openai_agents", "a span", attributes))

    assert (reading.kind, name in (reading.name, reading.agent)) == (kind, True)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, (120, 25)),
        ({"input_tokens": 20, "cache_read.input_tokens": 60, "cache_write.input_tokens": 40}, (120, 25)),
        ({"input_tokens": 120, "cache_read.input_tokens": 40, "total_tokens": 185}, (160, 25)),
        ({"input_tokens": 120, "cache_read.input_tokens": 40, "total_tokens": 145}, (120, 25)),
        ({"reasoning.output_tokens": 30}, (120, 55)),
        ({"reasoning.output_tokens": 7, "total_tokens": 152}, (120, 32)),
        ({"cache_read.input_tokens": 7, "reasoning.output_tokens": 7, "total_tokens": 152}, (120, 25)),
    ],
)
def test_counts_that_prove_to_leave_out_their_parts_are_completed(
    told: dict[str, int], expected: tuple[int, int]
) -> None:
    counts = {"input_tokens": 120, "output_tokens": 25, **told}
    attributes = {
        "gen_ai.operation.name": "chat",
        **{f"gen_ai.usage.{name}": value for name, value in counts.items()},
    }

    usage = read(span("anyone", "chat", attributes)).usage

    assert (usage.input, usage.output) == expected
