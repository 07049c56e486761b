"""LangSmith's OpenTelemetry exporter: runs of LangChain and of decorated functions, with LangChain's own JSON.

A run that failed has the status OK and an exception event whose type is always `Exception`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure, find_failure
from otel_bridge.dialects.reading import StepKind
from otel_bridge.dialects.values import as_map, parse_json, text
from otel_bridge.dialects.wrappings import unwrapped, unwrapped_result
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

KIND: Final = "langsmith.span.kind"
_METADATA: Final = "langsmith.metadata."
_USAGE: Final = _METADATA + "usage_metadata"
_PROMPT: Final = "gen_ai.prompt"
_COMPLETION: Final = "gen_ai.completion"

_SHORT: Final = 40

_KINDS: Final[Mapping[str, StepKind]] = {
    "llm": "llm",
    "chain": "chain",
    "tool": "tool",
    "retriever": "retrieval",
    "embedding": "embedding",
    "prompt": "chain",
    "parser": "chain",
}
_NOT_THE_CALLERS: Final = (
    "LANGSMITH_",
    "ls_",
    "lc_",
    "langgraph_",
    "checkpoint_ns",
    "usage_metadata",
    "_type",
)
"""Metadata that LangChain and LangSmith add themselves, some of it from the environment."""
_ERROR: Final = re.compile(r"^([A-Za-z_][\w.]{0,100})\((.{0,2000}?)\)(?=\s*(?:Traceback|\Z))", re.DOTALL)


def translate(record: SpanRecord) -> Translation:
    """Rename, take people from the metadata, and the messages from LangChain's JSON."""
    attributes = record.attributes
    found: dict[str, AttributeValue] = dict(attributes)
    stated = attributes.get(KIND)
    kind = _KINDS.get(stated, "chain") if isinstance(stated, str) else None
    _add_people(found, attributes)
    _add_usage(found, attributes)
    _add_content(found, attributes, kind)
    failure = _failure(record)
    if kind == "tool":
        found.setdefault(semconv.TOOL_NAME, record.name)
    if kind == "llm" and failure is not None:
        # An answer without words: the provider's own account of the error is somewhere inside.
        found.setdefault(semconv.OUTPUT_VALUE, _answer(attributes))
    return Translation(
        found, kind=kind, failure=failure, extra=_extra(attributes), title=_title(record, kind)
    )


def _title(record: SpanRecord, kind: StepKind | None) -> str | None:
    return record.name if kind in ("chain", "retrieval") else None


def _add_people(found: dict[str, AttributeValue], attributes: Attributes) -> None:
    people = {
        semconv.SESSION_ID: text(
            attributes, _METADATA + "session_id", _METADATA + "conversation_id", _METADATA + "thread_id"
        ),
        semconv.USER_ID: text(attributes, _METADATA + "user_id"),
        semconv.AGENT_NAME: text(attributes, _METADATA + "lc_agent_name"),
        semconv.PROVIDER: text(attributes, semconv.LEGACY_SYSTEM, _METADATA + "ls_provider"),
        semconv.REQUEST_MODEL: text(attributes, _METADATA + "ls_model_name"),
    }
    for name, value in people.items():
        if value and name not in found:
            found[name] = value


def _add_usage(found: dict[str, AttributeValue], attributes: Attributes) -> None:
    usage = as_map(attributes.get(_USAGE))
    if not usage:
        return
    asked, answered = as_map(usage.get("input_token_details")), as_map(usage.get("output_token_details"))
    counts = {
        semconv.INPUT_TOKENS: usage.get("input_tokens"),
        semconv.OUTPUT_TOKENS: usage.get("output_tokens"),
        semconv.CACHE_READ_TOKENS: asked.get("cache_read"),
        semconv.CACHE_WRITE_TOKENS: asked.get("cache_creation"),
        semconv.REASONING_TOKENS: answered.get("reasoning"),
    }
    for name, value in counts.items():
        if value is not None:
            found.setdefault(name, value)


def _add_content(found: dict[str, AttributeValue], attributes: Attributes, kind: StepKind | None) -> None:
    asked, answered = attributes.get(_PROMPT), _answer(attributes)
    if kind == "llm":
        found.setdefault(semconv.INPUT_MESSAGES, asked)
        found.setdefault(semconv.OUTPUT_MESSAGES, answered)
    elif kind == "tool":
        found.setdefault(semconv.TOOL_ARGUMENTS, unwrapped(asked))
        found.setdefault(semconv.TOOL_RESULT, unwrapped_result(answered))
    else:
        found.setdefault(semconv.INPUT_VALUE, unwrapped(asked))
        found.setdefault(semconv.OUTPUT_VALUE, unwrapped(answered))


def _answer(attributes: Attributes) -> AttributeValue:
    """Return what came out; of a run that failed, nothing did."""
    answer = attributes.get(_COMPLETION)
    is_nothing = isinstance(answer, str) and len(answer) < _SHORT and parse_json(answer) == {"output": None}
    return None if is_nothing else answer


def _failure(record: SpanRecord) -> Failure | None:
    """Return the error that an exception event tells of; its message begins as Python writes an exception."""
    found = find_failure(record)
    if found.message is None and found.type is None:
        return None
    told = _ERROR.match(found.message or "")
    if told is None:
        return found
    name, message = told.groups()
    return Failure(name, message.strip("'\""), found.stack_trace or found.message)


def _extra(attributes: Attributes) -> dict[str, AttributeValue]:
    start = len(_METADATA)
    return {
        name[start:]: value
        for name, value in attributes.items()
        if name.startswith(_METADATA) and not name.startswith(_NOT_THE_CALLERS, start)
    }


DIALECT: Final = Dialect("langsmith", translate, scopes=("langsmith",), marks=(KIND,))
