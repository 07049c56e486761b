"""OpenLLMetry, the dialect of Traceloop: `traceloop.span.kind` on top of the GenAI conventions, old or new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import vector_stores
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.event_messages import content_of_events
from otel_bridge.dialects.indexed_gen_ai import read_indexed
from otel_bridge.dialects.operations import KIND_OF_OPERATION
from otel_bridge.dialects.reading import StepKind
from otel_bridge.dialects.values import first, text
from otel_bridge.dialects.wrappings import call_arguments, tool_call_id, unwrapped, unwrapped_result
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

KIND: Final = "traceloop.span.kind"
_NAME: Final = "traceloop.entity.name"
_INPUT: Final = "traceloop.entity.input"
_OUTPUT: Final = "traceloop.entity.output"
_PROPERTIES: Final = "traceloop.association.properties."
_FROM: Final = "gen_ai.handoff.from_agent"
_TO: Final = "gen_ai.handoff.to_agent"
_CREW_SCOPE: Final = "opentelemetry.instrumentation.crewai"
_CREW: Final = "crewai.workflow"
"""The crew itself: it says to be an agent, as each of its tasks does."""
_CREW_NAMES: Final = ("crewai.crew.name", "crewai.task.name", "crewai.task.description")
_CREW_RESULTS: Final = ("crewai.crew.result", "crewai.flow.result")
_MCP_SCOPE: Final = "opentelemetry.instrumentation.mcp"

_KINDS: Final[Mapping[str, StepKind]] = {
    "workflow": "chain",
    "task": "chain",
    "agent": "agent",
    "tool": "tool",
    "handoff": "handoff",
    "session": "agent",
}
_OPERATIONS: Final[Mapping[str, StepKind]] = {
    "execute_task": "chain",
    "goto": "handoff",
    "vector_db_retrieve": "retrieval",
    "retrieve": "retrieval",
}
_SPAN_NAMES: Final[Mapping[str, StepKind]] = {
    "openai.chat": "llm",
    "openai.response": "llm",
    "openai.completion": "llm",
    "openai.embeddings": "embedding",
    "anthropic.chat": "llm",
    "anthropic.completion": "llm",
}
"""Kinds of spans that carry nothing else that would tell."""
_PERSONS: Final = (
    (semconv.SESSION_ID, ("session_id", "conversation_id", "thread_id")),
    (semconv.USER_ID, ("user_id",)),
)


def speaks(record: SpanRecord) -> bool:
    """Whether the span has what only OpenLLMetry writes; its scopes have the names of others' too."""
    if record.scope_name.startswith((_MCP_SCOPE, _CREW_SCOPE, "traceloop")):
        return True
    attributes = record.attributes
    return any(name in attributes for name in _MARKS) or record.name in _SPAN_NAMES


def translate(record: SpanRecord) -> Translation:
    """Read the conventions, old or new, then what Traceloop's decorators and frameworks add."""
    if vector_stores.speaks(record):
        told = vector_stores.translate(record)
        return replace(told, extra=_properties(record.attributes))
    found = read_indexed(record.attributes)
    if record.events:
        found = {**content_of_events(record.events), **found}
    kind = _kind(record, found)
    extra = _properties(record.attributes)
    for name, theirs in _PERSONS:
        person = text(extra, *theirs)
        if person:
            found.setdefault(name, person)
    _add_names(found, record, kind)
    _add_values(found, kind)
    is_plumbing = record.scope_name.startswith(_MCP_SCOPE) and kind != "tool"
    return Translation(
        found,
        kind="framework" if is_plumbing else kind,
        framework=is_plumbing,
        title=_title(record, kind),
        extra=extra,
    )


def _kind(record: SpanRecord, attributes: Attributes) -> StepKind | None:
    """Return what the span's kind says; a task may be told better by its operation."""
    stated, operation = attributes.get(KIND), attributes.get(semconv.OPERATION)
    if record.scope_name.startswith(_CREW_SCOPE) and (stated == "task" or record.name == _CREW):
        return "chain"
    kind = _KINDS.get(stated) if isinstance(stated, str) else None
    if isinstance(operation, str) and (kind is None or stated == "task"):
        if operation in _OPERATIONS:
            return _OPERATIONS[operation]
        if operation in KIND_OF_OPERATION:
            return KIND_OF_OPERATION[operation][0]
    if kind is None and record.name in _SPAN_NAMES:
        return _SPAN_NAMES[record.name]
    return kind


def _add_names(found: dict[str, AttributeValue], record: SpanRecord, kind: StepKind | None) -> None:
    name = text(found, _NAME)
    if kind == "tool" and name:
        found.setdefault(semconv.TOOL_NAME, name)
    if kind == "agent" and name:
        found.setdefault(semconv.AGENT_NAME, name)
    if semconv.AGENT_NAME not in found:
        agent = text(found, _PROPERTIES + "lc_agent_name", "crewai.task.agent")
        found.update({semconv.AGENT_NAME: agent} if agent else {})


def _add_values(found: dict[str, AttributeValue], kind: StepKind | None) -> None:
    """Take input and output out of the wrappings that decorators and LangChain put around them."""
    if kind == "handoff":
        found.setdefault(semconv.AGENT_NAME, text(found, _FROM, "langgraph.command.source_node"))
        found.setdefault(semconv.OUTPUT_VALUE, text(found, _TO, "langgraph.command.goto_node"))
    went_in, came_out = (
        (semconv.TOOL_ARGUMENTS, semconv.TOOL_RESULT)
        if kind == "tool"
        else (semconv.INPUT_VALUE, semconv.OUTPUT_VALUE)
    )
    asked = first(found, _INPUT, semconv.TOOL_ARGUMENTS, "crewai.task.description")
    answered = first(found, _OUTPUT, semconv.TOOL_RESULT, *_CREW_RESULTS)
    if asked:
        found[went_in] = call_arguments(asked)
    if answered and kind == "tool":
        call_id = tool_call_id(answered)
        found.update({semconv.TOOL_CALL_ID: call_id} if call_id else {})
        found[came_out] = unwrapped_result(answered)
    elif answered:
        found[came_out] = unwrapped(answered)


def _title(record: SpanRecord, kind: StepKind | None) -> str | None:
    """Return the entity's name for steps that no agent, model or tool names."""
    return text(record.attributes, _NAME, *_CREW_NAMES) if kind in ("chain", None) else None


def _properties(attributes: Attributes) -> dict[str, AttributeValue]:
    start = len(_PROPERTIES)
    return {name[start:]: value for name, value in attributes.items() if name.startswith(_PROPERTIES)}


_MARKS: Final = (
    KIND,
    _NAME,
    _PROPERTIES + "session_id",
    _PROPERTIES + "user_id",
    "traceloop.workflow.name",
    "gen_ai.is_streaming",
)

DIALECT: Final = Dialect(
    "traceloop",
    translate,
    scopes=(
        "traceloop*",
        "@traceloop/*",
        _MCP_SCOPE + "*",
        "opentelemetry.instrumentation.openai.*",
        "opentelemetry.instrumentation.openai_agents",
        "opentelemetry.instrumentation.anthropic",
        "opentelemetry.instrumentation.langchain",
        "opentelemetry.instrumentation.llamaindex",
        _CREW_SCOPE + "*",
        "opentelemetry.instrumentation.bedrock",
    ),
    marks=_MARKS,
    speaks=speaks,
)
