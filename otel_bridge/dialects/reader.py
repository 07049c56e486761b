"""The one reader: a translated span as its Reading and its Payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import contents, messages
from otel_bridge.dialects.counting import inclusive
from otel_bridge.dialects.dialect import Translation
from otel_bridge.dialects.errors import find_failure, outcome_of
from otel_bridge.dialects.memo import Memo
from otel_bridge.dialects.operations import classify
from otel_bridge.dialects.reading import Json, Payload, Reading, StepKind, Usage
from otel_bridge.dialects.values import as_map, count, number, text
from otel_bridge.record import Attributes, SpanRecord

_COUNTED: Final = frozenset(
    (
        semconv.INPUT_TOKENS,
        semconv.OUTPUT_TOKENS,
        "gen_ai.usage.prompt_tokens",
        "gen_ai.usage.completion_tokens",
    )
)
_UNKNOWN: Final = Usage()
_NOT_PARAMETERS: Final = (semconv.REQUEST_MODEL, "gen_ai.request.functions.", "gen_ai.request.tools.")

_NAMES: Final[Mapping[StepKind, tuple[str, ...]]] = {
    "agent": (semconv.AGENT_NAME, semconv.WORKFLOW_NAME),
    "llm": (semconv.REQUEST_MODEL, semconv.RESPONSE_MODEL),
    "embedding": (semconv.REQUEST_MODEL, semconv.RESPONSE_MODEL),
    "tool": (semconv.TOOL_NAME,),
    "memory": (semconv.MEMORY_RECORD_ID, semconv.MEMORY_QUERY),
    "retrieval": (semconv.DATA_SOURCE_ID,),
    "error": (semconv.ERROR_TYPE,),
}
"""Attributes that name a step of this kind, best first."""
_CHANGES: Final = {"create_memory": "new", "update_memory": "replaced", "delete_memory": "deleted"}


def read(record: SpanRecord, translation: Translation) -> Reading:
    """Take the one-line facts of a span from its translation."""
    attributes = translation.attributes
    kind, event_type = classify(translation)
    failure = translation.failure or find_failure(record)
    outcome = translation.outcome or ("failed" if translation.failure else outcome_of(record))
    brief = contents.read_brief(attributes, kind)
    return Reading(
        kind=kind,
        type=event_type,
        name=_name(record, translation, kind),
        outcome=outcome,
        agent=text(attributes, semconv.AGENT_NAME),
        agent_type=text(attributes, semconv.AGENT_TYPE),
        model=text(attributes, semconv.REQUEST_MODEL, semconv.RESPONSE_MODEL),
        provider=text(attributes, semconv.PROVIDER, semconv.LEGACY_SYSTEM),
        tool_name=text(attributes, semconv.TOOL_NAME),
        usage=read_usage(attributes),
        cost_usd=number(attributes, semconv.COST_USD),
        session_id=text(attributes, *semconv.SESSIONS),
        user_id=text(attributes, *semconv.USERS),
        error_type=failure.type,
        error_message=messages.preview(failure.message),
        instant=attributes.get(semconv.INSTANT) is True,
        framework=translation.framework,
        input_preview=brief.asked,
        output_preview=brief.answered,
        shape=brief.shape,
        change=_CHANGES.get(str(attributes.get(semconv.OPERATION))) if kind == "memory" else None,
        calls=brief.calls,
        finish_reason=brief.finish_reason,
        metadata={**as_map(attributes.get(semconv.METADATA)), **translation.extra},
        tool_call_id=text(attributes, semconv.TOOL_CALL_ID),
        response_id=translation.response_id or text(attributes, semconv.RESPONSE_ID),
        pending_of=translation.pending_of,
        tells_parent=translation.tells_parent,
    )


def unpack(record: SpanRecord, translation: Translation, memo: Memo | None = None) -> Payload:
    """Take the messages, arguments and results of a span from its translation."""
    attributes = translation.attributes
    kind, _ = classify(translation)
    content = contents.read_content(attributes, kind, memo)
    first_chunk_s = number(attributes, semconv.FIRST_CHUNK_S)
    is_tool = kind == "tool"
    return Payload(
        input_messages=content.questions,
        output_messages=content.answers,
        system_instructions=contents.system_instructions(attributes),
        tool_definitions=contents.tool_definitions(attributes, memo),
        parameters={**_scalars(as_map(translation.parameters)), **_parameters(attributes)},
        finish_reason=content.finish_reason,
        first_token_ms=first_chunk_s * 1000 if first_chunk_s is not None else None,
        tool_call_id=text(attributes, semconv.TOOL_CALL_ID),
        tool_arguments=content.went_in if is_tool else None,
        tool_result=content.came_out if is_tool else None,
        input_value=content.went_in,
        output_value=content.came_out,
        stack_trace=(translation.failure or find_failure(record)).stack_trace,
    )


def read_usage(attributes: Attributes) -> Usage:
    """Read token counts under their present names, then under their earlier ones."""
    if _COUNTED.isdisjoint(attributes):
        return _UNKNOWN
    told = Usage(
        input=count(attributes, semconv.INPUT_TOKENS, "gen_ai.usage.prompt_tokens"),
        output=count(attributes, semconv.OUTPUT_TOKENS, "gen_ai.usage.completion_tokens"),
        cached_input=count(attributes, semconv.CACHE_READ_TOKENS, "gen_ai.usage.cache_read_input_tokens"),
        cache_write=count(
            attributes,
            semconv.CACHE_WRITE_TOKENS,
            semconv.LEGACY_CACHE_WRITE_TOKENS,
            "gen_ai.usage.cache_creation_input_tokens",
        ),
        reasoning=count(attributes, semconv.REASONING_TOKENS, "gen_ai.usage.reasoning_tokens"),
    )
    return inclusive(told, attributes)


def _name(record: SpanRecord, translation: Translation, kind: StepKind) -> str:
    attributes = translation.attributes
    if translation.title:
        return translation.title
    return text(attributes, semconv.STEP_NAME, *_NAMES.get(kind, ())) or record.name


def _scalars(settings: Mapping[str, Json]) -> dict[str, Json]:
    """Keep the settings proper of a request that also holds its messages and tools."""
    return {
        name: value
        for name, value in settings.items()
        if isinstance(value, (str, int, float)) and name not in ("model", "model_name", "_type")
    }


def _parameters(attributes: Attributes) -> dict[str, Json]:
    prefix = semconv.REQUEST_PREFIX
    return {
        name[len(prefix) :]: value
        for name, value in attributes.items()
        if name.startswith(prefix) and not name.startswith(_NOT_PARAMETERS)
    }
