"""Products whose log records alone tell what an agent did, each as a table of its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from otel_bridge import semconv


@dataclass(frozen=True, slots=True)
class Product:
    """The events of one product, and under which of our names their attributes go."""

    name: str
    agent: str
    """What a person calls it."""
    prompt_events: frozenset[str]
    call_events: frozenset[str]
    """The end of a model call."""
    failed_call_events: frozenset[str]
    tool_events: frozenset[str]
    """The end of a tool call."""
    decision_events: frozenset[str] = frozenset()
    """A person, or a rule, allowed or refused a tool call."""
    request_events: frozenset[str] = frozenset()
    """The beginning of a model call, with what was asked."""
    answer_events: frozenset[str] = frozenset()
    """What a model said, after the end of its call."""
    agent_events: frozenset[str] = frozenset()
    """The end of an agent that the first one had called."""
    needed: Mapping[str, str] = field(default_factory=dict)
    """For an event of many meanings, the attribute without which it means nothing here."""
    names: Mapping[str, str] = field(default_factory=dict)
    adds_cached_input: bool = False
    """Its input tokens leave out the cached ones."""
    adds_reasoning: bool = False
    """Its output tokens leave out the reasoning ones."""

    def tells_of(self, event_name: str, attributes: Mapping[str, object]) -> bool:
        """Whether such a log record tells of a turn, and not of something else in the product."""
        needed = self.needed.get(event_name)
        groups = (
            self.prompt_events,
            self.request_events,
            self.call_events,
            self.failed_call_events,
            self.answer_events,
            self.decision_events,
            self.tool_events,
            self.agent_events,
        )
        return any(event_name in group for group in groups) and (needed is None or needed in attributes)


_GEMINI_NAMES: Final[Mapping[str, str]] = {
    "model": semconv.REQUEST_MODEL,
    "input_token_count": semconv.INPUT_TOKENS,
    "output_token_count": semconv.OUTPUT_TOKENS,
    "cached_content_token_count": semconv.CACHE_READ_TOKENS,
    "thoughts_token_count": semconv.REASONING_TOKENS,
    "finish_reasons": semconv.FINISH_REASONS,
    "response_id": semconv.RESPONSE_ID,
    "response_text": semconv.OUTPUT_MESSAGES,
    "request_text": semconv.INPUT_MESSAGES,
    "function_name": semconv.TOOL_NAME,
    "call_id": semconv.TOOL_CALL_ID,
    "function_args": semconv.TOOL_ARGUMENTS,
    "agent_name": semconv.AGENT_NAME,
    "subagent_name": semconv.AGENT_NAME,
    "prompt": semconv.INPUT_MESSAGES,
}


def _like_gemini(name: str, agent: str, prefix: str, *, adds_reasoning: bool) -> Product:
    return Product(
        name=name,
        agent=agent,
        prompt_events=frozenset({f"{prefix}.user_prompt"}),
        request_events=frozenset({f"{prefix}.api_request"}),
        call_events=frozenset({f"{prefix}.api_response"}),
        failed_call_events=frozenset({f"{prefix}.api_error"}),
        tool_events=frozenset({f"{prefix}.tool_call"}),
        agent_events=frozenset({f"{prefix}.agent.finish"}),
        names=_GEMINI_NAMES,
        adds_reasoning=adds_reasoning,
    )


CLAUDE_CODE: Final = Product(
    name="claude-code",
    agent="Claude Code",
    prompt_events=frozenset({"user_prompt"}),
    call_events=frozenset({"api_request"}),
    failed_call_events=frozenset({"api_error"}),
    tool_events=frozenset({"tool_result"}),
    decision_events=frozenset({"tool_decision"}),
    answer_events=frozenset({"assistant_response"}),
    agent_events=frozenset({"subagent_completed"}),
    names={
        "model": semconv.REQUEST_MODEL,
        "input_tokens": semconv.INPUT_TOKENS,
        "output_tokens": semconv.OUTPUT_TOKENS,
        "cache_read_tokens": semconv.CACHE_READ_TOKENS,
        "cache_creation_tokens": semconv.CACHE_WRITE_TOKENS,
        "cost_usd": semconv.COST_USD,
        "tool_name": semconv.TOOL_NAME,
        "tool_use_id": semconv.TOOL_CALL_ID,
        "tool_input": semconv.TOOL_ARGUMENTS,
        "tool_parameters": semconv.TOOL_ARGUMENTS,
        "tool_output": semconv.TOOL_RESULT,
        "subagent_type": semconv.AGENT_NAME,
        "agent_type": semconv.AGENT_NAME,
        "prompt": semconv.INPUT_MESSAGES,
        "response": semconv.OUTPUT_MESSAGES,
    },
    adds_cached_input=True,
)
CODEX: Final = Product(
    name="codex",
    agent="codex",
    prompt_events=frozenset({"codex.user_prompt"}),
    call_events=frozenset({"codex.sse_event"}),
    request_events=frozenset({"codex.api_request"}),
    failed_call_events=frozenset({"codex.api_request"}),
    tool_events=frozenset({"codex.tool_result"}),
    decision_events=frozenset({"codex.tool_decision"}),
    needed={"codex.sse_event": "input_token_count"},
    names={
        "model": semconv.REQUEST_MODEL,
        "input_token_count": semconv.INPUT_TOKENS,
        "output_token_count": semconv.OUTPUT_TOKENS,
        "cached_token_count": semconv.CACHE_READ_TOKENS,
        "cache_write_token_count": semconv.CACHE_WRITE_TOKENS,
        "reasoning_token_count": semconv.REASONING_TOKENS,
        "tool_name": semconv.TOOL_NAME,
        "call_id": semconv.TOOL_CALL_ID,
        "arguments": semconv.TOOL_ARGUMENTS,
        "output": semconv.TOOL_RESULT,
        "prompt": semconv.INPUT_MESSAGES,
    },
)
GEMINI_CLI: Final = _like_gemini("gemini-cli", "gemini-cli", "gemini_cli", adds_reasoning=True)
QWEN_CODE: Final = _like_gemini("qwen-code", "Qwen Code", "qwen-code", adds_reasoning=False)


def product_of(scope_name: str, event_name: str) -> Product | None:
    """Return the product that writes such log records; None for any other."""
    if scope_name.startswith("com.anthropic.claude_code"):
        return CLAUDE_CODE
    if event_name.startswith("codex."):
        return CODEX
    if event_name.startswith("gemini_cli."):
        return GEMINI_CLI
    return QWEN_CODE if event_name.startswith("qwen-code.") else None
