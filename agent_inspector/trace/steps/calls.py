"""Runs, model calls and tool calls as spans of the GenAI conventions; a call also in two halves, as it happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent_inspector.trace.conversation import Conversation
from agent_inspector.trace.freeze import freeze, freeze_content, safe_text
from agent_inspector.trace.steps.fields import (
    LLM_TEXTS,
    USAGE,
    Attributes,
    StepSpan,
    are_messages,
    as_messages,
    is_number,
    metadata,
    take_numbers,
    take_texts,
    taken,
)
from otel_bridge import semconv
from otel_bridge.content import ContentValue

_REQUEST: Final[Mapping[str, str]] = {
    "temperature": semconv.TEMPERATURE,
    "max_tokens": semconv.MAX_TOKENS,
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "seed": "gen_ai.request.seed",
    "streaming": semconv.STREAM,
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
}
_RESPONSE: Final[Mapping[str, str]] = {**USAGE, "streaming": semconv.STREAM}
_TOOL_TEXTS: Final[Mapping[str, str]] = {
    "tool_type": semconv.TOOL_TYPE,
    "tool_call_id": semconv.TOOL_CALL_ID,
    "agent_name": semconv.AGENT_NAME,
}


def run_span(
    run_name: str, *, agent_type: str | None, user_id: str | None, session_id: str | None
) -> StepSpan:
    """Describe a run: an invocation of an agent."""
    name = safe_text(run_name)
    attributes: Attributes = {
        semconv.OPERATION: "invoke_agent",
        semconv.AGENT_NAME: name,
        semconv.EVENT_TYPE: "run_start",
    }
    optional = {semconv.AGENT_TYPE: agent_type, semconv.USER_ID: user_id, semconv.SESSION_ID: session_id}
    attributes |= {key: safe_text(value) for key, value in optional.items() if value is not None}
    if session_id is not None:
        attributes[semconv.CONVERSATION_ID] = attributes[semconv.SESSION_ID]
    return StepSpan(f"invoke_agent {name}", attributes)


def llm_span(
    model: object, prompt: object, response: object, extra: Attributes, conversation: Conversation
) -> StepSpan:
    """Describe a model call; `prompt` and `response` may be texts, messages or anything else."""
    asked = llm_request(model, prompt, extra, conversation)
    asked.attributes.update(llm_response(response, extra))
    return asked


def llm_request(model: object, prompt: object, extra: Attributes, conversation: Conversation) -> StepSpan:
    """Describe what is known of a model call when it begins; takes what it knows out of `extra`."""
    name = safe_text(model)
    attributes: Attributes = {
        semconv.OPERATION: "chat",
        semconv.EVENT_TYPE: "llm_call",
        semconv.REQUEST_MODEL: name,
        semconv.INPUT_MESSAGES: _asked(prompt, conversation),
    }
    take_numbers(attributes, extra, _REQUEST)
    take_texts(attributes, extra, LLM_TEXTS)
    if (tools := taken(extra, "tools")) is not None:
        attributes[semconv.TOOL_DEFINITIONS] = freeze(tools)
    if (system := taken(extra, "system")) is not None:
        attributes[semconv.SYSTEM_INSTRUCTIONS] = freeze_content(system)
    return StepSpan(f"chat {name}", attributes, is_client=True)


def _asked(prompt: object, conversation: Conversation) -> ContentValue:
    return conversation.take(prompt) if are_messages(prompt) else as_messages("user", prompt)  # type: ignore[arg-type]  # narrowed


def llm_response(response: object, extra: Attributes) -> Attributes:
    """Describe what is known of a model call when it ends."""
    attributes: Attributes = {
        semconv.OUTPUT_MESSAGES: as_messages("assistant", response, taken(extra, "tool_calls"))
    }
    take_numbers(attributes, extra, _RESPONSE)
    take_texts(attributes, extra, LLM_TEXTS)
    if (reason := taken(extra, "finish_reason")) is not None:
        attributes[semconv.FINISH_REASONS] = (safe_text(reason),)
    first = taken(extra, "first_token_latency_ms")
    if is_number(first):
        attributes[semconv.FIRST_CHUNK_S] = first / 1000
    if extra:
        attributes.update(metadata(extra))
    return attributes


def tool_span(tool_name: object, tool_args: object, tool_result: object, extra: Attributes) -> StepSpan:
    """Describe a tool call."""
    called = tool_request(tool_name, tool_args, extra)
    called.attributes.update(tool_response(tool_result, extra))
    return called


def tool_request(tool_name: object, tool_args: object, extra: Attributes) -> StepSpan:
    """Describe what is known of a tool call when it begins."""
    name = safe_text(tool_name)
    attributes: Attributes = {
        semconv.OPERATION: "execute_tool",
        semconv.EVENT_TYPE: "tool_call",
        semconv.TOOL_NAME: name,
        semconv.TOOL_ARGUMENTS: freeze_content(tool_args),
    }
    take_texts(attributes, extra, _TOOL_TEXTS)
    return StepSpan(f"execute_tool {name}", attributes)


def tool_response(tool_result: object, extra: Attributes) -> Attributes:
    """Describe what is known of a tool call when it ends."""
    attributes: Attributes = {}
    if tool_result is not None:
        attributes[semconv.TOOL_RESULT] = freeze_content(tool_result)
    return attributes | metadata(extra)
