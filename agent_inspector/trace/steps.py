"""The facade's calls as spans of the GenAI conventions: one function a call, each a name and attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from agent_inspector.trace.freeze import MAX_BYTES, freeze, freeze_content, safe_text
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
    asked = llm_request(model, prompt, extra)
    return StepSpan(asked.name, asked.attributes | llm_response(response, extra), is_client=True)


def llm_request(model: object, prompt: object, extra: Attributes) -> StepSpan:
    """Describe what is known of a model call when it begins; takes what it knows out of `extra`."""
    name = safe_text(model)
    attributes: Attributes = {
        semconv.OPERATION: "chat",
        semconv.EVENT_TYPE: "llm_call",
        semconv.REQUEST_MODEL: name,
        semconv.INPUT_MESSAGES: _messages("user", prompt),
    }
    _take_numbers(attributes, extra, _REQUEST)
    _take_texts(attributes, extra, _LLM_TEXTS)
    if (tools := _taken(extra, "tools")) is not None:
        attributes[semconv.TOOL_DEFINITIONS] = freeze(tools)
    if (system := _taken(extra, "system")) is not None:
        attributes[semconv.SYSTEM_INSTRUCTIONS] = freeze_content(system)
    return StepSpan(f"chat {name}", attributes, is_client=True)


def llm_response(response: object, extra: Attributes) -> Attributes:
    """Describe what is known of a model call when it ends."""
    attributes: Attributes = {
        semconv.OUTPUT_MESSAGES: _messages("assistant", response, _taken(extra, "tool_calls"))
    }
    _take_numbers(attributes, extra, {**_USAGE, "streaming": semconv.STREAM})
    _take_texts(attributes, extra, _LLM_TEXTS)
    if (reason := _taken(extra, "finish_reason")) is not None:
        attributes[semconv.FINISH_REASONS] = (safe_text(reason),)
    first = _taken(extra, "first_token_latency_ms")
    if _is_number(first):
        attributes[semconv.FIRST_CHUNK_S] = first / 1000
    return attributes | _metadata(extra)


def tool_span(tool_name: object, tool_args: object, tool_result: object, extra: Attributes) -> StepSpan:
    """Describe a tool call."""
    called = tool_request(tool_name, tool_args, extra)
    return StepSpan(called.name, called.attributes | tool_response(tool_result, extra))


def tool_request(tool_name: object, tool_args: object, extra: Attributes) -> StepSpan:
    """Describe what is known of a tool call when it begins."""
    name = safe_text(tool_name)
    attributes: Attributes = {
        semconv.OPERATION: "execute_tool",
        semconv.EVENT_TYPE: "tool_call",
        semconv.TOOL_NAME: name,
        semconv.TOOL_ARGUMENTS: freeze_content(tool_args),
    }
    _take_texts(attributes, extra, _TOOL_TEXTS)
    return StepSpan(f"execute_tool {name}", attributes)


def tool_response(tool_result: object, extra: Attributes) -> Attributes:
    """Describe what is known of a tool call when it ends."""
    attributes: Attributes = {}
    if tool_result is not None:
        attributes[semconv.TOOL_RESULT] = freeze_content(tool_result)
    return attributes | _metadata(extra)


def retrieval_request(query: object, extra: Attributes) -> StepSpan:
    """Describe what is known of a retrieval when it begins."""
    attributes: Attributes = {
        semconv.OPERATION: "retrieval",
        semconv.EVENT_TYPE: "retrieval",
        semconv.RETRIEVAL_QUERY: safe_text(query, MAX_BYTES),
    }
    _take_texts(attributes, extra, {"data_source": semconv.DATA_SOURCE_ID, "model": semconv.REQUEST_MODEL})
    _take_numbers(attributes, extra, {"top_k": semconv.RETRIEVAL_TOP_K})
    source = attributes.get(semconv.DATA_SOURCE_ID)
    return StepSpan(f"retrieval {source}" if source else "retrieval", attributes)


def retrieval_response(documents: object, extra: Attributes) -> Attributes:
    """Describe what a retrieval found."""
    found = {} if documents is None else {semconv.RETRIEVAL_DOCUMENTS: freeze(documents)}
    return found | _metadata(extra)


def embedding_request(model: object, text: object, extra: Attributes) -> StepSpan:
    """Describe what is known of an embedding call when it begins."""
    name = safe_text(model)
    attributes: Attributes = {
        semconv.OPERATION: "embeddings",
        semconv.EVENT_TYPE: "embedding",
        semconv.REQUEST_MODEL: name,
        semconv.INPUT_VALUE: freeze_content(text),
    }
    _take_texts(attributes, extra, _LLM_TEXTS)
    return StepSpan(f"embeddings {name}", attributes, is_client=True)


def embedding_response(dimensions: object, extra: Attributes) -> Attributes:
    """Describe what is known of an embedding call when it ends: not the vectors, only their size."""
    attributes: Attributes = {}
    if _is_number(dimensions):
        attributes[semconv.EMBEDDING_DIMENSIONS] = dimensions
    _take_numbers(attributes, extra, _USAGE)
    return attributes | _metadata(extra)


def plan_request(name: object, extra: Attributes) -> StepSpan:
    """Describe a planning step."""
    agent = safe_text(name)
    attributes = {semconv.OPERATION: "plan", semconv.EVENT_TYPE: "plan", semconv.AGENT_NAME: agent}
    return StepSpan(f"plan {agent}", attributes)


def custom_request(name: object, event_type: str, value: object, extra: Attributes) -> StepSpan:
    """Describe a step of any other kind by its name and what went into it."""
    title = safe_text(name)
    attributes: Attributes = {semconv.EVENT_TYPE: event_type, semconv.STEP_NAME: title}
    if value is not None:
        attributes[semconv.INPUT_VALUE] = freeze_content(value)
    _take_texts(attributes, extra, {"agent_name": semconv.AGENT_NAME})
    return StepSpan(title, attributes)


def custom_response(value: object, extra: Attributes) -> Attributes:
    """Describe what came out of a plan or a step of any other kind."""
    came_out = {} if value is None else {semconv.OUTPUT_VALUE: freeze_content(value)}
    return came_out | _metadata(extra)


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
