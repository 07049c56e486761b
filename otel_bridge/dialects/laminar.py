"""Laminar (lmnr): types and values of its own around calls in the words of the conventions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.reading import StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.unflatten import unflatten
from otel_bridge.dialects.values import parse_text, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "lmnr.association.properties.session_id": semconv.SESSION_ID,
    "lmnr.association.properties.user_id": semconv.USER_ID,
}
_KIND_OF_TYPE: Final[Mapping[str, StepKind]] = {"LLM": "llm", "TOOL": "tool", "CACHED": "llm"}
_TYPE: Final = "lmnr.span.type"
_PATH: Final = "lmnr.span.path"
_EMBEDDINGS: Final = ".embeddings"
"""How the names of spans end that say to be LLMs, as they have no type of their own."""
_METADATA: Final = "lmnr.association.properties.metadata."
_INPUT: Final = "lmnr.span.input"
_OUTPUT: Final = "lmnr.span.output"


def translate(record: SpanRecord) -> Translation:
    """Tell the kind by Laminar's span type, and take its values where the conventions' are missing."""
    given = record.attributes
    kind = _kind(given)
    attributes = renamed(given, {**_NAMES, **_values(kind)})
    if kind == "llm":
        attributes = {**filled(_older(given) | _system_prompt(given)), **attributes}
        kind = "embedding" if record.name.endswith(_EMBEDDINGS) else kind
    for name in _values(kind).values():
        if name in attributes:
            attributes[name] = parse_text(attributes[name])  # A text comes in quotes.
    if kind == "tool":
        attributes.setdefault(semconv.TOOL_NAME, record.name)
    metadata = {
        name.removeprefix(_METADATA): value for name, value in given.items() if name.startswith(_METADATA)
    }
    return Translation(attributes, kind=kind, extra=metadata)


def _kind(attributes: Attributes) -> StepKind | None:
    stated = text(attributes, _TYPE)
    if stated is None and (semconv.OPERATION in attributes or semconv.REQUEST_MODEL in attributes):
        return None if semconv.OPERATION in attributes else "llm"
    return _KIND_OF_TYPE.get((stated or "").upper(), "chain")


def _values(kind: StepKind | None) -> dict[str, str]:
    if kind == "tool":
        return {_INPUT: semconv.TOOL_ARGUMENTS, _OUTPUT: semconv.TOOL_RESULT}
    if kind == "llm":
        return {_INPUT: semconv.INPUT_MESSAGES, _OUTPUT: semconv.OUTPUT_MESSAGES}
    return {_INPUT: semconv.INPUT_VALUE, _OUTPUT: semconv.OUTPUT_VALUE}


def _older(attributes: Attributes) -> dict[str, AttributeValue]:
    """Read the messages that earlier versions wrote flattened."""
    return {
        semconv.INPUT_MESSAGES: unflatten(attributes, "gen_ai.prompt"),
        semconv.OUTPUT_MESSAGES: unflatten(attributes, "gen_ai.completion"),
        semconv.TOOL_DEFINITIONS: unflatten(attributes, "llm.request.functions"),
    }


def _system_prompt(attributes: Attributes) -> dict[str, AttributeValue]:
    """Return the instructions of a call of the Responses API, which only the flattened messages tell."""
    is_told_apart = (
        semconv.INPUT_MESSAGES in attributes and attributes.get("gen_ai.prompt.0.role") == "system"
    )
    return {semconv.SYSTEM_INSTRUCTIONS: attributes.get("gen_ai.prompt.0.content")} if is_told_apart else {}


DIALECT: Final = Dialect("laminar", translate, scopes=("lmnr.tracer", "lmnr.*", "lmnr"), marks=(_TYPE, _PATH))
