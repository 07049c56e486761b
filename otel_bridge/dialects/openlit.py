"""OpenLIT: the GenAI conventions with its own decorator, vector databases, and Anthropic's counts as Anthropic has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import vector_stores
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.event_messages import content_of_events
from otel_bridge.dialects.reading import StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import added, count, text
from otel_bridge.dialects.wrappings import read_repr, unwrapped_result
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_NAMES: Final = {
    "gen_ai.request.user": semconv.USER_ID,
    "gen_ai.tool.args": semconv.TOOL_ARGUMENTS,
    "gen_ai.tool.input": semconv.TOOL_ARGUMENTS,
    "gen_ai.tool.output": semconv.TOOL_RESULT,
    "gen_ai.workflow.input": semconv.INPUT_VALUE,
    "gen_ai.workflow.output": semconv.OUTPUT_VALUE,
    "gen_ai.retrieval.query": semconv.RETRIEVAL_QUERY,
    "function.args": semconv.INPUT_VALUE,
}
_SYSTEM: Final = re.compile(r'"role": ?"system"')
_BEGINNING: Final = 40
_FIRST_TOKEN_S: Final = "gen_ai.server.time_to_first_token"
_REASONING: Final = "gen_ai.content.reasoning"
_MODEL_CALLS: Final = ("chat", "text_completion", "generate_content", "model_request")
_OPERATIONS: Final[Mapping[str, StepKind]] = {
    "model_request": "llm",
    "memory_add": "memory",
    "memory_search": "memory",
    "memory_get": "memory",
    "memory_update": "memory",
    "memory_delete": "memory",
    "moderation": "guardrail",
    "mcp_tool_call": "tool",
    "search": "retrieval",
}
"""OpenLIT's own operations; whatever else it has is a chain."""


def translate(record: SpanRecord) -> Translation:
    """Mend what differs from the conventions."""
    operation = record.attributes.get(semconv.OPERATION)
    if operation == "vectordb":
        return vector_stores.translate(record)
    found = renamed(record.attributes, _NAMES)
    if operation == "execute_tool":
        found |= _opened(found)
    if not found.get(semconv.COST_USD):
        found.pop(semconv.COST_USD, None)  # It has no price for the model, or no prices at all.
    if record.events:
        found = {**content_of_events(record.events), **found}
    if operation is None:
        return _without_operation(record, found)
    if operation in _MODEL_CALLS:
        _mend_call(found)
    return Translation(found, kind=_OPERATIONS.get(operation) if isinstance(operation, str) else None)


def _opened(attributes: Attributes) -> dict[str, AttributeValue]:
    """Return a tool's arguments and result, which are written as Python prints them."""
    opened = {
        semconv.TOOL_ARGUMENTS: read_repr(attributes.get(semconv.TOOL_ARGUMENTS)),
        semconv.TOOL_RESULT: unwrapped_result(attributes.get(semconv.TOOL_RESULT)),
    }
    return filled(opened)


def _mend_call(found: dict[str, AttributeValue]) -> None:
    # They name the tools that the model asked for, all in one text.
    for name in (semconv.TOOL_NAME, semconv.TOOL_ARGUMENTS, semconv.TOOL_CALL_ID):
        found.pop(name, None)
    _add_cached(found)
    if _SYSTEM.search(str(found.get(semconv.INPUT_MESSAGES))[:_BEGINNING]):
        found.pop(semconv.SYSTEM_INSTRUCTIONS, None)  # It is told twice.
    if found.get(semconv.STREAM) is True:
        found.setdefault(semconv.FIRST_CHUNK_S, found.get(_FIRST_TOKEN_S))


def _without_operation(record: SpanRecord, found: dict[str, AttributeValue]) -> Translation:
    """Read a decorated function, or a call of Anthropic that failed: that has nothing but its name."""
    kind: StepKind = "chain"
    words = record.name.split()
    if len(words) == 2 and words[0] == "chat":
        kind = "llm"
        found.setdefault(semconv.REQUEST_MODEL, words[1])
    return Translation(found, kind=kind)


def _add_cached(found: dict[str, AttributeValue]) -> None:
    """Count cached tokens as input too, which OpenLIT leaves out for Anthropic as Anthropic's own API does."""
    if text(found, semconv.PROVIDER, semconv.LEGACY_SYSTEM) == "anthropic":
        counts = (semconv.INPUT_TOKENS, semconv.CACHE_READ_TOKENS, semconv.LEGACY_CACHE_WRITE_TOKENS)
        if count(found, semconv.INPUT_TOKENS) is not None:
            found[semconv.INPUT_TOKENS] = added(*(count(found, name) for name in counts))


DIALECT: Final = Dialect("openlit", translate, scopes=("openlit*",))
