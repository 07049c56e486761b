"""Langfuse's SDKs from version 3: `langfuse.observation.*`, everything else as JSON text.

In `usage_details`, `input` and `output` leave out what is counted under `input_...` and `output_...`;
`prompt_tokens` and `completion_tokens`, from the OpenAI wrapper, leave out nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure, find_failure
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import (
    added,
    as_list,
    as_map,
    count,
    is_list,
    moment_ns,
    number,
    parse_text,
    text,
)
from otel_bridge.dialects.wrappings import call_arguments, unwrapped_result
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_OBSERVATION: Final = "langfuse.observation."
KIND: Final = _OBSERVATION + "type"
_METADATA: Final = _OBSERVATION + "metadata."
_TRACE_METADATA: Final = "langfuse.trace.metadata."

_LANGCHAINS: Final = ("ls_", "lc_", "langgraph_")
"""How the names of metadata begin that LangChain adds itself."""

_KINDS: Final[Mapping[str, StepKind]] = {
    "agent": "agent",
    "generation": "llm",
    "embedding": "embedding",
    "retriever": "retrieval",
    "tool": "tool",
    "guardrail": "guardrail",
    "event": "message",
    "evaluator": "message",
    "chain": "chain",
    "span": "chain",
}
_NAMES: Final = {
    _OBSERVATION + "model.name": semconv.REQUEST_MODEL,
    "langfuse.user.id": semconv.USER_ID,
    "langfuse.session.id": semconv.SESSION_ID,
}


def translate(record: SpanRecord) -> Translation:
    """Rename, unquote, and count tokens as the conventions do."""
    attributes = record.attributes
    found = renamed(attributes, _NAMES)
    stated = attributes.get(KIND)
    kind = _KINDS.get(stated.lower(), "chain") if isinstance(stated, str) else None
    own = {
        semconv.AGENT_NAME: record.name
        if kind == "agent"
        else _unquoted(attributes, _METADATA + "lc_agent_name"),
        semconv.PROVIDER: _unquoted(attributes, _METADATA + "ls_provider"),
        semconv.TOOL_NAME: record.name if kind == "tool" else None,
        semconv.TOOL_CALL_ID: _unquoted(attributes, _METADATA + "tool_call_id") if kind == "tool" else None,
        semconv.SESSION_ID: _unquoted(attributes, _METADATA + "langfuse_session_id"),
        semconv.USER_ID: _unquoted(attributes, _METADATA + "langfuse_user_id"),
        semconv.FINISH_REASONS: _unquoted(attributes, _METADATA + "finish_reason"),
        semconv.COST_USD: _cost(as_map(attributes.get(_OBSERVATION + "cost_details"))),
        semconv.FIRST_CHUNK_S: _first_chunk_s(record),
        **_usage(as_map(attributes.get(_OBSERVATION + "usage_details"))),
        **_content(attributes, kind),
    }
    return Translation(
        {**filled(own), **found},
        kind=kind,
        title=record.name if kind in ("retrieval", "guardrail", "chain") else None,
        failure=_failure(record),
        extra=_extra(attributes),
        parameters=attributes.get(_OBSERVATION + "model.parameters"),
    )


def _content(attributes: Attributes, kind: StepKind | None) -> dict[str, AttributeValue]:
    asked, answered = attributes.get(_OBSERVATION + "input"), attributes.get(_OBSERVATION + "output")
    if kind != "llm":
        return {
            semconv.INPUT_VALUE: call_arguments(asked),
            semconv.OUTPUT_VALUE: unwrapped_result(answered) if kind == "tool" else parse_text(answered),
        }
    question = parse_text(asked)
    tools = list(as_list(as_map(question).get("tools")))
    if is_list(question):
        tools = [as_map(item)["content"] for item in question if _is_definition(item)]
        question = [item for item in question if not _is_definition(item)] if tools else question
    return {
        semconv.INPUT_MESSAGES: question,
        semconv.OUTPUT_MESSAGES: parse_text(answered),
        semconv.TOOL_DEFINITIONS: tools,
    }


def _is_definition(item: Json) -> bool:
    """Whether this is a tool that stands among the messages, as the LangChain handler puts it there."""
    content = as_map(item).get("content")
    return isinstance(content, dict) and "function" in content and as_map(item).get("role") == "tool"


def _cost(details: Mapping[str, Json]) -> float | None:
    """Return the total, or the sum of its parts; a cost of 0 is what is written where none is known."""
    parts = [number(details, name) for name in details]
    return number(details, "total") or sum(part for part in parts if part is not None) or None


def _first_chunk_s(record: SpanRecord) -> float | None:
    first_ns = moment_ns(parse_text(record.attributes.get(_OBSERVATION + "completion_start_time")))
    return (
        (first_ns - record.start_ns) / 1e9 if first_ns is not None and first_ns >= record.start_ns else None
    )


def _usage(details: Mapping[str, Json]) -> dict[str, AttributeValue]:
    if not details:
        return {}
    asked, answered = (
        as_map(details.get("prompt_tokens_details")),
        as_map(details.get("completion_tokens_details")),
    )
    asked = asked or as_map(details.get("input_tokens_details"))
    answered = answered or as_map(details.get("output_tokens_details"))
    return {
        semconv.INPUT_TOKENS: _total(details, "input", ("prompt_tokens", "input_tokens")),
        semconv.OUTPUT_TOKENS: _total(details, "output", ("completion_tokens", "output_tokens")),
        semconv.CACHE_READ_TOKENS: added(
            count(
                {**asked, **details},
                "input_cached_tokens", "input_cache_read", "cache_read_input_tokens", "cached_tokens",
            )
        ),
        semconv.CACHE_WRITE_TOKENS: count(
            details, "input_cache_creation", "input_cache_creation_tokens", "cache_creation_input_tokens"
        ),
        semconv.REASONING_TOKENS: count(
            {**answered, **details}, "output_reasoning_tokens", "output_reasoning", "reasoning_tokens"
        ),
    }  # fmt: skip


def _total(details: Mapping[str, Json], side: str, whole: tuple[str, str]) -> int | None:
    """Add up one side: what is inclusive already, or the rest and its parts."""
    inclusive = count(details, *whole)
    if inclusive is not None:
        return inclusive
    parts = [
        name
        for name in details
        # Tokens of a priority tier are not apart from the others.
        if name == side or (name.startswith(side + "_") and not name.startswith(side + "_priority"))
    ]
    return added(*(count(details, name) for name in parts))


def _failure(record: SpanRecord) -> Failure | None:
    """Return the error that the level tells of; a warning is none."""
    if record.attributes.get(_OBSERVATION + "level") != "ERROR":
        return None
    found = find_failure(record)
    message = text(record.attributes, _OBSERVATION + "status_message")
    return Failure(found.type, message or found.message, found.stack_trace)


def _unquoted(attributes: Attributes, name: str) -> str | None:
    value = parse_text(attributes.get(name))
    return value if isinstance(value, str) else None


def _extra(attributes: Attributes) -> dict[str, AttributeValue]:
    start = len(_TRACE_METADATA)
    return {
        name[start:]: parse_text(value)
        for name, value in attributes.items()
        if name.startswith(_TRACE_METADATA) and not name.startswith(_LANGCHAINS, start)
    }


DIALECT: Final = Dialect("langfuse", translate, scopes=("langfuse-sdk", "langfuse*"), marks=(KIND,))
