"""The facade's calls as spans of the GenAI conventions: one function a call, each a name and attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from agent_inspector.trace.freeze import freeze, freeze_content, safe_text
from otel_bridge import semconv

Attributes: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepSpan:
    """What a span of the facade is made of."""

    name: str
    attributes: Attributes
    is_client: bool = False
    """It calls another process, as a model call does."""


_USAGE: Final[Mapping[str, str]] = {
    "prompt_tokens": semconv.INPUT_TOKENS,
    "completion_tokens": semconv.OUTPUT_TOKENS,
    "cached_tokens": semconv.CACHE_READ_TOKENS,
    "cache_write_tokens": semconv.CACHE_WRITE_TOKENS,
    "reasoning_tokens": semconv.REASONING_TOKENS,
    "cost_usd": semconv.COST_USD,
}
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
_LLM_NUMBERS: Final = {**_USAGE, **_REQUEST}
_LLM_TEXTS: Final[Mapping[str, str]] = {
    "provider": semconv.PROVIDER,
    "response_model": semconv.RESPONSE_MODEL,
    "agent_name": semconv.AGENT_NAME,
}
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


def llm_span(model: object, prompt: object, response: object, extra: Attributes) -> StepSpan:
    """Describe a model call; `prompt` and `response` may be texts, messages or anything else."""
    name = safe_text(model)
    attributes: Attributes = {
        semconv.OPERATION: "chat",
        semconv.EVENT_TYPE: "llm_call",
        semconv.REQUEST_MODEL: name,
        semconv.INPUT_MESSAGES: _messages("user", prompt),
        semconv.OUTPUT_MESSAGES: _messages("assistant", response, _taken(extra, "tool_calls")),
    }
    _take_numbers(attributes, extra, _LLM_NUMBERS)
    _take_texts(attributes, extra, _LLM_TEXTS)
    if (reason := _taken(extra, "finish_reason")) is not None:
        attributes[semconv.FINISH_REASONS] = (safe_text(reason),)
    if (tools := _taken(extra, "tools")) is not None:
        attributes[semconv.TOOL_DEFINITIONS] = freeze(tools)
    if (system := _taken(extra, "system")) is not None:
        attributes[semconv.SYSTEM_INSTRUCTIONS] = freeze_content(system)
    first = _taken(extra, "first_token_latency_ms")
    if _is_number(first):
        attributes[semconv.FIRST_CHUNK_S] = first / 1000
    return StepSpan(f"chat {name}", attributes | _metadata(extra), is_client=True)


def tool_span(tool_name: object, tool_args: object, tool_result: object, extra: Attributes) -> StepSpan:
    """Describe a tool call."""
    name = safe_text(tool_name)
    attributes: Attributes = {
        semconv.OPERATION: "execute_tool",
        semconv.EVENT_TYPE: "tool_call",
        semconv.TOOL_NAME: name,
        semconv.TOOL_ARGUMENTS: freeze_content(tool_args),
    }
    if tool_result is not None:
        attributes[semconv.TOOL_RESULT] = freeze_content(tool_result)
    _take_texts(attributes, extra, _TOOL_TEXTS)
    return StepSpan(f"execute_tool {name}", attributes | _metadata(extra))


def memory_read_span(key: object, value: object, extra: Attributes) -> StepSpan:
    """Describe a look-up in the agent's memory."""
    name = safe_text(key)
    attributes: Attributes = {
        semconv.OPERATION: "search_memory",
        semconv.EVENT_TYPE: "memory_read",
        semconv.MEMORY_QUERY: name,
        semconv.MEMORY_RECORDS: freeze([{"id": name, "content": value}]),
    }
    return StepSpan("search_memory", attributes | _metadata(extra))


def memory_write_span(key: object, value: object, extra: Attributes) -> StepSpan:
    """Describe a change of the agent's memory."""
    name = safe_text(key)
    attributes: Attributes = {
        semconv.OPERATION: "upsert_memory",
        semconv.EVENT_TYPE: "memory_write",
        semconv.MEMORY_RECORD_ID: name,
        semconv.MEMORY_RECORDS: freeze([{"id": name, "content": value}]),
    }
    return StepSpan("upsert_memory", attributes | _metadata(extra))


def error_span(error_type: object, extra: Attributes) -> StepSpan:
    """Describe an error; its message and stack trace go into the span's exception event."""
    name = safe_text(error_type)
    attributes: Attributes = {semconv.EVENT_TYPE: "error", semconv.ERROR_TYPE: name}
    if (critical := _taken(extra, "critical")) is not None:
        attributes[semconv.CRITICAL] = bool(critical)
    return StepSpan(f"error {name}", attributes | _metadata(extra))


def final_span(answer: object, extra: Attributes) -> StepSpan:
    """Describe the answer of a run."""
    attributes: Attributes = {
        semconv.EVENT_TYPE: "final_answer",
        semconv.STEP_NAME: "Final Answer",
        semconv.OUTPUT_MESSAGES: output_of(answer),
    }
    return StepSpan("final_answer", attributes | _metadata(extra))


def output_of(answer: object) -> str:
    """Return an answer as the conventions' output messages."""
    return _messages("assistant", answer)


def _messages(role: str, content: object, tool_calls: object = None) -> str:
    """Return messages as JSON: texts in the conventions' parts, lists of messages as the model API wrote them."""
    if type(content) is dict or (type(content) in (list, tuple) and _are_messages(content)):
        return freeze(
            content if tool_calls is None else [{"role": role, "content": content, "tool_calls": tool_calls}]
        )
    parts = [] if content is None else [{"type": "text", "content": content}]
    calls = list(tool_calls) if type(tool_calls) in (list, tuple) else []  # type: ignore[call-overload]  # narrowed
    if not calls:
        return freeze([{"role": role, "parts": parts}])
    return freeze([{"role": role, "content": content, "tool_calls": calls}])


def _are_messages(content: object) -> bool:
    return isinstance(content, Sequence) and all(type(item) is dict for item in content)


def _taken(extra: Attributes, name: str) -> Any:
    return extra.pop(name, None)


def _take_numbers(attributes: Attributes, extra: Attributes, names: Mapping[str, str]) -> None:
    for given, attribute in names.items():
        if given in extra and _is_number(extra[given]):
            attributes[attribute] = extra.pop(given)


def _take_texts(attributes: Attributes, extra: Attributes, names: Mapping[str, str]) -> None:
    for given, attribute in names.items():
        if (value := extra.pop(given, None)) is not None:
            attributes[attribute] = safe_text(value)


def _is_number(value: object) -> bool:
    return type(value) in (int, float, bool)


def _metadata(extra: Attributes) -> Attributes:
    """Return what is left: whatever else the caller passed is kept too, under one attribute."""
    left = {name: value for name, value in extra.items() if value is not None}
    return {semconv.METADATA: freeze(left)} if left else {}
